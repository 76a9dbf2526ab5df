from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.index import affinity
from kb.index.affinity import Affinities
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Affinity
from kb.index.partition import Partition
from kb.model import Query, Section
from kb.search.searcher import Searcher
from kb.text.analyzer import analyzer
from kb.text.word_vectors import WordVectors, save_word_vectors
from tests.corpus import document

MONEY, TRAVEL = [1.0, 0.0], [0.0, 1.0]
KNOWN = {"price": MONEY, "cost": MONEY, "fee": MONEY, "train": TRAVEL, "journey": TRAVEL}
FILLER = " ".join(["zebra"] * 40)


@pytest.fixture
def table(tmp_path: Path) -> WordVectors:
    words = {analyzer("en").terms(word)[0]: vector for word, vector in KNOWN.items()}
    save_word_vectors(tmp_path / "word_vectors.npy", list(words), np.array(list(words.values()), np.float32))
    return WordVectors.load(tmp_path / "word_vectors.npy")


def affinities(tmp_path: Path, table: WordVectors, *texts: str, title: str = "Page") -> Affinities:
    """The documents ``en/t/0``, ``en/t/1`` …, each with one of the texts."""
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(document(f"en/t/{n}", title, text) for n, text in enumerate(texts))
    part: Partition = engine.reader().partitions["en"]
    return Affinities(table, part.similarity, part.tokens)


def closest(found: Sequence[Affinity | None]) -> list[float]:
    return [each.closest if each else -1.0 for each in found]


def test_words_that_are_about_the_same_are_close_though_none_is_shared(
    tmp_path: Path, table: WordVectors
) -> None:
    found = affinities(tmp_path, table, "The price.", "The train.").of(["cost"], [0, 1])
    assert closest(found) == pytest.approx([1, 0], abs=0.01)


def test_the_closest_stretch_of_a_long_text_counts_and_not_the_whole(
    tmp_path: Path, table: WordVectors
) -> None:
    text = " ".join([*["train"] * 60, *["price"] * 8, *["journey"] * 60])
    found = closest(affinities(tmp_path, table, "price", text, "train").of(["fee"], [0, 1, 2]))
    assert found == pytest.approx([1, 0.7, 0], abs=0.2)


def test_the_title_stands_before_every_stretch(tmp_path: Path, table: WordVectors) -> None:
    [found] = affinities(tmp_path, table, f"{FILLER} train", title="Price").of(["fee"], [0])
    assert found
    assert (found.closest, found.second) == pytest.approx((1, 1), abs=0.01)


def test_a_heading_counts_for_its_own_section_alone(tmp_path: Path, table: WordVectors) -> None:
    sections = (Section("Price", "a", 2, "zebra"), Section("", "b", 2, "train"), Section("", "c", 2, "train"))
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild([replace(document("en/t/0", "Page"), sections=sections)])
    part = engine.reader().partitions["en"]
    [found] = Affinities(table, part.similarity, part.tokens).of(["fee"], [0])
    assert found
    assert (found.closest, found.second) == pytest.approx((1, 0), abs=0.01)


def test_what_is_unknown_of_a_message_is_told(tmp_path: Path, table: WordVectors) -> None:
    read = affinities(tmp_path, table, "The price of a zebra.", "The train.")
    [whole], [part] = (read.of(terms, [0]) for terms in (["price"], ["price", "zebra"]))
    assert whole
    assert part
    assert (whole.known, part.known) == pytest.approx((1, 0.5), abs=0.01)
    assert part.closest == whole.closest


@pytest.mark.parametrize("terms", [[], ["zebra"], ["nowher", "zebra"]])
def test_a_message_of_unknown_words_comes_close_to_nothing(
    tmp_path: Path, table: WordVectors, terms: list[str]
) -> None:
    assert affinities(tmp_path, table, "The price.").of(terms, [0]) == [None]


def test_a_document_is_read_to_a_bound(
    tmp_path: Path, table: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(affinity, "_MOST_TOKENS", 20)
    found = affinities(tmp_path, table, "price", f"{FILLER} price").of(["fee"], [0, 1])
    assert closest(found) == pytest.approx([1, 0], abs=0.01)


def test_messages_in_english_have_an_affinity_and_searches_have_none(searcher: Searcher) -> None:
    message = searcher.rank_message(Query("I forgot my password, what now?", lang="en"))
    assert all(candidate.affinity for candidate in message.candidates)
    assert all(candidate.closeness is None for candidate in message.candidates)
    assert not any(c.affinity for c in searcher.rank(Query("I forgot my password", lang="en")).candidates)
    italian = searcher.rank_message(Query("Vorrei eliminare il mio account", lang="it"))
    assert italian.candidates
    assert not any(candidate.affinity for candidate in italian.candidates)
