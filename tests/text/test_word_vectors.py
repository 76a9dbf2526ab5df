from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.text.analyzer import analyzer
from kb.text.word_vectors import WordVectors, open_word_vectors, save_word_vectors, word_vectors

TERMS = ["sign", "card", "élan", "password"]
VECTORS = np.array([[1.0, 0.0], [0.0, 2.0], [-0.5, 0.5], [0.9, 0.1]], np.float32)


@pytest.fixture
def table(tmp_path: Path) -> WordVectors:
    save_word_vectors(tmp_path / "word_vectors.npy", TERMS, VECTORS)
    return WordVectors.load(tmp_path / "word_vectors.npy")


def of(table: WordVectors, *terms: str) -> NDArray[np.float32]:
    return table.vectors(table.rows(terms), np.ones(len(terms), np.float32))


def test_a_vector_comes_back_as_it_was_saved_within_a_step(table: WordVectors) -> None:
    assert of(table, *TERMS) == pytest.approx(VECTORS, abs=0.02)


def test_a_word_that_is_unknown_adds_nothing(table: WordVectors) -> None:
    assert table.rows(["zebra", "", "a" * 100, "sign"]).tolist()[:3] == [-1, -1, -1]
    assert of(table, "zebra", "").tolist() == [[0, 0], [0, 0]]
    assert of(table).shape == (0, 2)


@pytest.mark.parametrize("damage", [b"", b"not an array", b"\x93NUMPY"])
def test_a_table_that_cannot_be_read_is_told_and_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    path = tmp_path / "word_vectors.npy"
    path.write_bytes(damage)
    assert open_word_vectors(path) is None
    assert "word_vectors.npy cannot be read" in caplog.text


def test_another_array_is_no_table(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    np.save(tmp_path / "word_vectors.npy", np.zeros((3, 4)))
    assert open_word_vectors(tmp_path / "word_vectors.npy") is None
    assert "no column of terms" in caplog.text


def test_english_words_that_mean_the_same_are_close_and_other_languages_have_none() -> None:
    english = word_vectors("en")
    assert english is not None
    assert word_vectors("it") is None

    def cosine(one: str, other: str) -> float:
        a, b = (of(english, *analyzer("en").terms(text)).sum(axis=0) for text in (one, other))
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    assert cosine("cost", "price") > cosine("cost", "giraffe") + 0.2
    assert cosine("my phone was stolen", "lost smartphone") > cosine(
        "my phone was stolen", "translate a menu"
    )
