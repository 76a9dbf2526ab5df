"""What meets the conditions of a query is what a reader of every document would say."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.index import conditions
from kb.index.documents import passages
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Clause, Retrieval
from kb.index.fulltext import FullText
from kb.index.generation import Generation
from kb.model import Document
from kb.text.analyzer import analyzer
from tests.corpus import document
from tests.index.random_documents import WORDS, random_document, random_names

ENGLISH = analyzer("en")


def found(reader: Generation, *clauses: Clause) -> set[str]:
    return {c.id for c in reader.retrieve(Retrieval("en", (), clauses=clauses, limit=500)).candidates}


def meets(page: Document, clause: Clause) -> bool:
    """Told from the document's text alone."""
    read = [p for p in passages(page) if clause.field in ("", p.field)]
    if clause.prefix:
        words: Callable[[str], list[str]] = ENGLISH.words if clause.field else ENGLISH.terms
        return any(word.startswith(clause.terms[0]) for p in read for word in words(p.text))
    wanted = list(clause.terms)
    told = [ENGLISH.terms(p.text) for p in read]
    return (
        any(terms[at : at + len(wanted)] == wanted for terms in told for at in range(len(terms)))
        != clause.negated
    )


@pytest.fixture
def pages() -> dict[str, Document]:
    chance = random.Random(29)
    return {n: random_document(n, chance) for n in random_names(chance, 300) if n.startswith("en/")}


@pytest.fixture
def reader(tmp_path: Path, pages: dict[str, Document]) -> Generation:
    """A base, and a delta of what came later, and of what is gone."""
    engine = EmbeddedEngine(tmp_path)
    chance = random.Random(31)
    engine.rebuild(pages.values())
    gone = sorted(pages)[7]
    later = {name: random_document(name, chance) for name in ("en/a/later", sorted(pages)[3])}
    engine.update(later.values(), [gone])
    pages.update(later)
    del pages[gone]
    return engine.reader()


def test_words_beginnings_phrases_and_titles_are_found_in_base_and_delta(
    reader: Generation, pages: dict[str, Document]
) -> None:
    chance = random.Random(37)
    text = [ENGLISH.terms(p.text) for page in pages.values() for p in passages(page)]
    asked = 0
    for _ in range(200):
        terms = chance.choice([t for t in text if len(t) > 3])
        at, length = chance.randrange(len(terms) - 2), chance.choice([1, 1, 2, 3])
        begins = length == 1 and chance.random() < 0.5
        wanted = (terms[at][: chance.choice([2, 3])],) if begins else tuple(terms[at : at + length])
        field = chance.choice(["", "", "title"])
        clause = Clause(wanted, field, prefix=begins, negated=not begins and chance.random() < 0.2)
        expected = {name for name, page in pages.items() if meets(page, clause)}
        assert found(reader, clause) == expected, clause
        asked += 0 < len(expected) < len(pages)
    assert asked > 100


def test_every_condition_is_met_at_once(reader: Generation, pages: dict[str, Document]) -> None:
    (first, *_), second = ENGLISH.terms(WORDS[0]), ENGLISH.terms(WORDS[1])
    clauses = (Clause((first,)), Clause((second[0],), negated=True), Clause((WORDS[2][:2],), prefix=True))
    assert found(reader, *clauses) == {
        name for name, page in pages.items() if all(meets(page, clause) for clause in clauses)
    }


def test_words_and_their_beginnings_cost_whoosh_nothing(
    reader: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in ("with_title", "with_phrase"):
        monkeypatch.delattr(FullText, way)
    term = ENGLISH.terms(WORDS[0])[0]
    assert found(reader, Clause((term,)))
    assert found(reader, Clause((term[:1],), prefix=True))
    assert found(reader, Clause((term[:2],), "title", prefix=True))


def test_other_ways_to_say_a_query_read_its_phrase_once(
    reader: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, ...]] = []

    def with_phrase(self: FullText, field: str, terms: tuple[str, ...], among: list[int]) -> list[int]:
        read.append(terms)
        return among

    monkeypatch.setattr(FullText, "with_phrase", with_phrase)
    phrase = Clause(("a", "b"))
    for words in ("one", "another"):
        reader.retrieve(Retrieval("en", (words,), clauses=(phrase,)))
    assert read == [("a", "b")]


def test_of_a_phrase_of_words_that_stand_everywhere_the_likeliest_documents_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "MOST_READ", 5)
    likely = [document(f"en/zoo/likely-{n}", "Giraffe feeding", "Feeding of giraffes.") for n in range(5)]
    others = [
        document(f"en/zoo/other-{n}", "Zoo", f"One giraffe {'eats ' * 50} feeding {n}.") for n in range(40)
    ]
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild([*others, *likely])
    phrase = Clause(tuple(ENGLISH.terms("giraffe feeding")))
    assert found(engine.reader(), phrase) == {page.id for page in likely}
