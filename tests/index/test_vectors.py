from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb.errors import IndexDamaged
from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Floats, Retrieval
from kb.index.meanings import stretches
from kb.index.vectors import Closeness, VectorTable, quantise
from kb.model import Document, Kind, Section
from tests.corpus import DOCUMENTS, LADDER, article, edited

DIMENSIONS = 64


def direction(text: str) -> Floats:
    """A vector of length 1 for a text, always the same."""
    chance = np.random.default_rng(zlib.crc32(text.encode()))
    vector = chance.standard_normal(DIMENSIONS)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class Oracle:
    """Gives every text a direction of its own, and remembers what it was asked."""

    dimensions = DIMENSIONS

    def __init__(self, fingerprint: str = "oracle", langs: tuple[str, ...] = ("en",)) -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []
        self._langs = langs

    def knows(self, lang: str) -> bool:
        return lang in self._langs

    def encode(self, texts: Sequence[str], counted: Callable[[int, int], None]) -> NDArray[np.float16]:
        self.asked += texts
        counted(len(texts), len(texts))
        return np.array([direction(text) for text in texts], np.float16).reshape(-1, DIMENSIONS)


@dataclass
class Exact:
    """The meaning of a text, by which alone documents are ranked; remembers what the index said."""

    vector: Floats
    fingerprint: str = "oracle"
    least_lead: float = -2.0
    documents: int = 0

    def fused(self, words: Floats, nearness: Floats, coverage: Floats, documents: int) -> Floats:
        self.documents = documents
        return nearness


def engine(folder: Path, oracle: Oracle | None) -> EmbeddedEngine:
    @contextmanager
    def passages() -> Iterator[Oracle | None]:
        yield oracle

    return EmbeddedEngine(folder, passages=passages)


def closest(built: EmbeddedEngine, text: str, **others: object) -> tuple[str, int]:
    """The id of the document closest to a text, and its section."""
    asked = Retrieval("en", (), meaning=Exact(direction(text)), **others)  # type: ignore[arg-type] # any field
    best = built.reader().retrieve(asked).candidates[0]
    return best.id, best.section


def page(document_id: str, title: str, *sections: Section) -> Document:
    return from_article(article(document_id, title, sections=sections))


def many(count: int) -> list[Document]:
    """Documents of two sections each."""
    return [
        page(
            f"en/topic/page-{n}",
            f"Page {n}",
            Section("", "", 2, f"Opening {n}."),
            Section("More", "more", 2, f"Closing {n}."),
        )
        for n in range(count)
    ]


@given(st.integers(0, 2**32 - 1))
def test_a_cosine_of_whole_numbers_is_off_by_less_than_a_hundredth(seed: int) -> None:
    rows = np.random.default_rng(seed).standard_normal((20, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    small = quantise(rows, [-1] * 20)
    again = small.vectors * small.scales[:, None]
    assert np.abs(again @ again.T - rows @ rows.T).max() < 0.01


def test_a_table_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    rows = np.eye(4, dtype=np.float32)
    table = VectorTable.of([quantise(rows[:1], [-1]), quantise(rows[1:], [0, 1, 1])])
    table.save(tmp_path / "table")
    loaded = VectorTable.load(tmp_path / "table")
    assert loaded.documents == 2
    assert loaded.rows_of(1).sections.tolist() == [0, 1, 1]
    assert np.array_equal(loaded.rows_of(1).vectors, table.vectors[1:])


def test_a_document_is_as_close_as_its_closest_section_which_is_named(tmp_path: Path) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild(many(30))
    assert closest(built, "Page 7\nMore\nClosing 7.") == ("en/topic/page-7", 1)
    assert closest(built, "Page 8\nOpening 8.") == ("en/topic/page-8", 0)
    assert closest(built, "Page 9") == ("en/topic/page-9", -1)


def test_conditions_of_kind_and_topic_hold_for_what_is_close(tmp_path: Path) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild(DOCUMENTS)
    threads = Retrieval("en", (), kind=Kind.THREAD, meaning=Exact(direction(LADDER.title)))
    assert {c.id.split("/")[0] for c in built.reader().retrieve(threads).candidates} == {"community"}
    nowhere = Retrieval("en", (), topic="no-such-topic", meaning=Exact(direction(LADDER.title)))
    assert built.reader().retrieve(nowhere).candidates == ()


def test_only_changed_documents_are_given_vectors_anew_and_the_fitted_ones_are_linked(tmp_path: Path) -> None:
    documents = many(100)
    engine(tmp_path, Oracle()).rebuild(documents)
    before = engine(tmp_path, None).reader().path
    changed = edited(documents[3], "Another")
    oracle = Oracle()
    again = engine(tmp_path, oracle)
    again.update([changed])
    assert set(oracle.asked) == {stretch.text for stretch in stretches(changed)}
    assert closest(again, "Another") == (changed.id, -1)
    assert closest(again, "Page 99\nMore\nClosing 99.") == ("en/topic/page-99", 1)
    base = Path("meaning") / "en" / "base" / "vectors.npy"
    assert (before / base).samefile(again.reader().path / base)


def test_a_document_that_has_gone_is_close_to_nothing(tmp_path: Path) -> None:
    documents = many(100)
    built = engine(tmp_path, Oracle())
    built.rebuild(documents)
    built.update([], gone=[documents[0].id])
    assert closest(built, "Page 0")[0] != "en/topic/page-0"
    heard = Exact(direction("Page 0"))
    built.reader().retrieve(Retrieval("en", (), meaning=heard))
    assert heard.documents == 99


def test_when_the_language_is_fitted_anew_known_vectors_are_taken_over(tmp_path: Path) -> None:
    documents = many(40)
    engine(tmp_path, Oracle()).rebuild(documents[:20])
    oracle = Oracle()
    built = engine(tmp_path, oracle)
    built.update(documents[20:])
    assert set(oracle.asked) == {s.text for d in documents[20:] for s in stretches(d)}
    assert all(closest(built, f"Page {n}") == (f"en/topic/page-{n}", -1) for n in (0, 19, 20, 39))


def test_another_model_gives_every_document_vectors_anew(tmp_path: Path) -> None:
    documents = many(100)
    engine(tmp_path, Oracle()).rebuild(documents)
    oracle = Oracle("another")
    built = engine(tmp_path, oracle)
    built.update([])
    assert len(oracle.asked) == 300
    assert built.reader().status().model == "another"


def test_a_model_that_is_switched_on_later_embeds_what_was_indexed_before(tmp_path: Path) -> None:
    documents = many(100)
    engine(tmp_path, None).rebuild(documents)
    built = engine(tmp_path, Oracle())
    built.update([])
    assert closest(built, "Page 55") == ("en/topic/page-55", -1)


def test_without_a_model_an_index_holds_no_vectors(tmp_path: Path) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild(many(3))
    without = engine(tmp_path, None)
    without.update([])
    status = without.reader().status()
    assert (status.vectors, status.model) == ({}, "")
    assert not without.reader().has_meaning("en")


def test_a_language_the_model_does_not_know_has_no_vectors(tmp_path: Path) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild(DOCUMENTS)
    assert built.reader().has_meaning("en")
    assert not built.reader().has_meaning("it")


def test_vectors_of_another_model_are_not_compared(tmp_path: Path) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild(many(5))
    foreign = Retrieval("en", ("page",), meaning=Exact(direction("Page 3"), fingerprint="another"))
    found = built.reader().retrieve(foreign)
    assert found == built.reader().retrieve(Retrieval("en", ("page",)))
    assert all(candidate.closeness is None for candidate in found.candidates)


def test_a_document_without_text_is_indexed(tmp_path: Path) -> None:
    empty = page("en/topic/empty", "")
    built = engine(tmp_path, Oracle())
    built.rebuild([empty, *many(2)])
    assert closest(built, "Page 1") == ("en/topic/page-1", -1)


@given(st.lists(st.text("ab .\n", max_size=200), max_size=6).map(" ".join))
def test_no_text_of_a_section_is_lost_and_no_stretch_is_long(text: str) -> None:
    document = page("en/t/p", "Title", Section("Heading", "h", 2, text))
    parts = [s.text.removeprefix("Title\nHeading\n") for s in stretches(document) if s.section == 0]
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < len(part) <= 360 for part in parts)


def parts(text: str) -> list[str]:
    """The stretches of a section with that text, of a page without a title."""
    return [s.text for s in stretches(page("en/t/p", "", Section("", "", 2, text)))]


def test_a_line_has_a_stretch_of_its_own_and_a_short_one_joins_the_next() -> None:
    ways = ["how do i get my money back", "i was charged twice", "return what i paid"]
    assert parts("\n".join(ways)) == ways
    assert parts("Note:\nA refund takes a week.\n\nWait.") == ["Note: A refund takes a week.", "Wait."]


def test_lines_of_a_long_table_share_a_stretch() -> None:
    rows = [f"row {n:03} of the table" for n in range(500)]
    found = parts("\n".join(rows))
    assert " ".join(found) == " ".join(rows)
    assert 25 <= len(found) <= 33


def test_text_without_spaces_is_cut_too() -> None:
    document = page("zh/t/p", "", Section("", "", 2, "文" * 1000))
    assert [len(s.text) for s in stretches(document)] == [360, 360, 280]


@pytest.mark.parametrize("file", ["model.json", "en/base/vectors.npy"])
def test_a_damaged_file_is_noticed(tmp_path: Path, file: str) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild(many(3))
    (built.reader().path / "meaning" / file).write_bytes(b"x")
    with pytest.raises(IndexDamaged):
        engine(tmp_path, None).reader()


@pytest.mark.parametrize(
    ("title", "section", "opened"),
    [(0.30, 0.60, 3), (0.60, 0.61, -1), (0.60, 0.30, -1)],
    ids=["the section says more", "about as close for the title's sake", "the title is closer"],
)
def test_a_hit_opens_at_a_section_that_is_clearly_closer_than_the_title(
    title: float, section: float, opened: int
) -> None:
    rows, of_section = np.array([title, section], np.float32), np.array([-1, 3], np.int32)
    best = rows.max(keepdims=True)
    first_rows = np.array([0, 2], np.int32)
    close = Closeness(best, np.ones(1, np.float32), 1, 0.1, rows, of_section, first_rows)
    assert close.section(0) == opened
    assert close.runner_up(0) == pytest.approx(min(title, section))


def test_a_document_with_one_passage_has_no_runner_up(tmp_path: Path) -> None:
    built = engine(tmp_path, Oracle())
    built.rebuild([page("en/t/a", "One"), page("en/t/b", "One", Section("", "", 2, "Some text.")), *many(2)])
    asked = Retrieval("en", (), meaning=Exact(direction("One")))
    bare, other = built.reader().retrieve(asked).candidates
    assert (bare.id, bare.runner_up) == ("en/t/a", 0.0)
    assert other.closeness == bare.closeness
    assert other.runner_up == pytest.approx(float(direction("One") @ direction("One\nSome text.")), abs=0.01)
    assert other._replace(score=0.5).runner_up == other.runner_up
