from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.semantic import passages
from kb.semantic.cache import VectorCache
from kb.semantic.directory import read_directory
from kb.semantic.encoder import Encoder, Floats
from kb.semantic.languages import KnownLanguages
from kb.semantic.passages import PassageEncoder

TEXTS = [f"phone {n}" for n in range(10)]


class _Counting:
    """An encoder that counts what it computes, and can die."""

    dimensions = 2

    def __init__(self, dies_after: int = 10**9) -> None:
        self.computed = 0
        self._dies_after = dies_after

    def encode_passage(self, text: str) -> Floats:
        if self.computed >= self._dies_after:
            raise KeyboardInterrupt
        self.computed += 1
        return np.array([len(text), self.computed], np.float32)


def _encode(
    encoder: _Counting,
    path: Path,
    texts: Sequence[str],
    fingerprint: str = "model",
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> NDArray[np.float16]:
    with closing(VectorCache(path / "vectors.sqlite", fingerprint)) as cache:
        known = KnownLanguages(("en",), "")
        return PassageEncoder(
            encoder,  # type: ignore[arg-type] # counts, where the real one computes
            fingerprint,
            known,
            cache,
        ).encode(texts, tell)


def test_rows_stand_in_the_order_of_the_texts_and_repeated_texts_are_computed_once(tmp_path: Path) -> None:
    encoder = _Counting()
    rows = _encode(encoder, tmp_path, ["a", "bbb", "a"])
    assert rows[:, 0].tolist() == [1, 3, 1]
    assert rows.dtype == np.float16
    assert encoder.computed == 2


def test_no_texts_are_no_rows(tmp_path: Path) -> None:
    assert _encode(_Counting(), tmp_path, []).shape == (0, 2)


def test_known_texts_are_not_computed_again(tmp_path: Path) -> None:
    _encode(_Counting(), tmp_path, TEXTS)
    later = _Counting()
    counted: list[tuple[int, int]] = []
    _encode(later, tmp_path, [*TEXTS, "new"], tell=lambda done, total: counted.append((done, total)))
    assert later.computed == 1
    assert counted == [(0, 1), (1, 1)]


def test_another_model_computes_everything(tmp_path: Path) -> None:
    _encode(_Counting(), tmp_path, TEXTS)
    other = _Counting()
    _encode(other, tmp_path, TEXTS, "other")
    assert other.computed == len(TEXTS)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "_KEPT_TOGETHER", 2)
    with pytest.raises(KeyboardInterrupt):
        _encode(_Counting(dies_after=6), tmp_path, TEXTS)
    later = _Counting()
    _encode(later, tmp_path, TEXTS)
    assert later.computed <= len(TEXTS) - 4


def test_a_broken_cache_is_begun_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"no database at all" * 100)
    rows = _encode(_Counting(), tmp_path, ["abc"])
    assert rows[0, 0] == 3
    assert "begun anew" in caplog.text


def test_vectors_are_those_of_the_model(tiny_model: Path, tmp_path: Path) -> None:
    encoder = Encoder(read_directory(tiny_model))
    cache = VectorCache(tmp_path / "vectors.sqlite", "tiny")
    rows = PassageEncoder(encoder, "tiny", KnownLanguages((), ""), cache).encode(
        ["lost phone"], lambda done, total: None
    )
    cache.close()
    assert np.allclose(rows[0], encoder.encode_passage("lost phone"), atol=1e-3)
    with sqlite3.connect(tmp_path / "vectors.sqlite") as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
    db.close()
