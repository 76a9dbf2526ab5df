"""An update costs what changed, and leaves behind what a rebuild would."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import IndexReplaced
from kb.index import fulltext
from kb.index.catalogue import LATER, Catalogue
from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Clause, Facts, Retrieval
from kb.index.generation import Generation
from kb.index.shown import Shown, shown
from kb.model import Article, Document, Kind, Topic
from kb.text.analyzer import analyzer
from tests.corpus import DOCUMENTS, RESET, document, edited
from tests.index.random_documents import WORDS, random_document, random_names

TAGS = ("codes", "cards", "code red")


def random_page(document_id: str, chance: random.Random) -> Document:
    """A page with tags and places where it stood before."""
    page = random_document(document_id, chance).page
    assert isinstance(page, Article)
    made = replace(
        page,
        tags=tuple(chance.sample(TAGS, chance.randrange(3))),
        redirect_from=tuple(f"/old/{document_id}/{n}" for n in range(chance.randrange(3))),
        topic=chance.choice(["a", "b", "c"]),
        content_hash=f"{chance.random()}",
    )
    return from_article(made)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(11)


@pytest.fixture
def pages(chance: random.Random) -> dict[str, Document]:
    return {name: random_page(name, chance) for name in random_names(chance, 400)}


def found(reader: Generation, clause: Clause, lang: str = "en") -> set[str]:
    return {c.id for c in reader.retrieve(Retrieval(lang, (), clauses=(clause,), limit=500)).candidates}


def every_row(reader: Generation) -> dict[str, tuple[Facts, Shown]]:
    """What ranking weighs of each document, and what hits show of it."""
    rows = {}
    for lang, part in reader.partitions.items():
        for there in reader.catalogue.standing(lang, 0).values():
            [facts] = part.facts([there.slot])
            rows[facts.id] = facts, part.shown(there.slot)
    return rows


def everything_listed(catalogue: Catalogue, pages: dict[str, Document]) -> list[object]:
    """All that a catalogue is asked for."""
    known = sorted(pages)
    return [
        [catalogue.topics(lang) for lang in ("en", "it")],
        [catalogue.recent(lang, Kind.ARTICLE, 20) for lang in ("en", "it")],
        [sorted(catalogue.topic_cards("en", topic), key=lambda card: card.id) for topic in "abc"],
        [sorted(catalogue.tag_cards("en", tag), key=lambda card: card.id) for tag in TAGS],
        [catalogue.pages(lang) for lang in ("en", "it")],
        catalogue.cards([*known, "en/a/unknown"]),
        [catalogue.document(name) for name in known],
        [catalogue.redirect(f"/old/{name}/{n}") for name in known for n in range(3)],
        catalogue.hashes(Kind.ARTICLE),
        set(catalogue.every_id()),
    ]


def test_updates_one_after_another_leave_what_one_build_would(
    tmp_path: Path, pages: dict[str, Document], chance: random.Random
) -> None:
    engine, fresh = EmbeddedEngine(tmp_path / "grown"), EmbeddedEngine(tmp_path / "fresh")
    topics = [Topic(lang, slug, slug.upper(), "", 1) for lang in ("en", "it") for slug in "abc"]
    engine.rebuild(pages.values(), topics=topics)
    small = 0
    for round_ in range(12):
        gone, changed, moved = chance.sample(sorted(pages), 3)
        new = f"{chance.choice(['en', 'it'])}/a/new-{round_}"
        coming = [random_page(name, chance) for name in {changed, new}]
        coming.append(replace(pages[moved], lang="it", content_hash=f"moved {round_}"))
        del pages[gone]
        pages |= {page.id: page for page in coming}
        report = engine.update(coming, [gone, "en/a/never-there"])
        assert (report.added, report.updated, report.removed) == (1, 2, 1)
        small += (engine.reader().path / LATER).exists()
    assert 2 < small < 12  # rows stood beside the large file, and were taken into it
    fresh.rebuild(pages.values(), topics=topics)
    one, other = engine.reader(), fresh.reader()
    documents = {name: other.document(name) for name in pages}
    assert everything_listed(one.catalogue, documents) == everything_listed(other.catalogue, documents)
    assert every_row(one) == every_row(other)
    assert every_row(one) == {
        name: (Facts(name, of.boost, of.votes, of.accepted), shown(of)) for name, of in pages.items()
    }
    assert one.languages() == other.languages()
    assert one.status().documents == other.status().documents == len(pages)
    for word in WORDS:
        for lang in ("en", "it"):
            [term] = analyzer(lang).terms(word)
            assert one.frequency(lang, term) >= other.frequency(lang, term)
            for clause in (Clause((term,)), Clause((term,), "title"), Clause((term, term))):
                assert found(one, clause, lang) == found(other, clause, lang)


def test_an_update_writes_little_and_links_the_rest(tmp_path: Path, chance: random.Random) -> None:
    engine = EmbeddedEngine(tmp_path)
    pages = [random_page(f"en/a/{n}", chance) for n in range(1000)]
    engine.rebuild(pages)
    before = engine.reader()
    engine.update([edited(pages[3], "Quokka letters")])
    after = engine.reader()
    written = {
        name: size
        for name, (size, _) in after.manifest.files.items()
        if not (before.path / name).exists() or not (after.path / name).samefile(before.path / name)
    }
    assert sum(written.values()) < 0.1 * after.manifest.bytes
    assert after.document(pages[3].id).title == "Quokka letters"


def test_documents_that_came_later_are_not_read_again(
    tmp_path: Path, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild([random_page(f"en/a/{n}", chance) for n in range(400)])
    engine.update([document("en/a/later", "Quokka letters")])
    read: list[str] = []
    monkeypatch.setattr(Catalogue, "document", lambda _, name: read.append(name))
    engine.update([document("en/a/last", "Wombat letters")])
    reader = engine.reader()
    assert read == []
    assert found(reader, Clause(("quokka", "letter"))) == {"en/a/later"}
    assert found(reader, Clause(("wombat", "letter"), "title")) == {"en/a/last"}
    assert reader.frequency("en", "quokka") == 1
    assert reader.close_words("en", "quoka", 1) == ("quokka",)


def test_a_word_that_left_with_its_document_is_known_no_more(tmp_path: Path, chance: random.Random) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild([random_page(f"en/a/{n}", chance) for n in range(400)])
    engine.update([document("en/a/later", "Quokka"), document("en/a/last", "Wombat")])
    engine.update([], ["en/a/later"])
    assert engine.reader().known_share("en", ["quokka"]) == 0
    assert engine.reader().frequency("en", "wombat") == 1


def test_only_the_index_that_was_meant_is_updated(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    with pytest.raises(IndexReplaced):
        engine.update(DOCUMENTS)
    engine.rebuild(DOCUMENTS)
    before = engine.reader().path.name
    engine.update([document("en/a/new", "New")], since=before)
    with pytest.raises(IndexReplaced, match=before):
        engine.update([document("en/a/newer", "Newer")], since=before)
    assert engine.reader().status().documents == len(DOCUMENTS) + 1


def test_a_language_leaves_with_its_last_document_and_the_others_stay_linked(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild(DOCUMENTS)
    before = engine.reader()
    engine.update([], [one.id for one in DOCUMENTS if one.lang == "it"])
    after = engine.reader()
    assert "it" in before.languages()
    assert "it" not in after.languages()
    terms = Path("similarity") / "en" / "base" / "terms.marisa"
    assert (before.path / terms).samefile(after.path / terms)


@pytest.mark.parametrize("tokens", [0, 1 << 30])
def test_a_large_full_text_index_is_written_by_another_process(
    tmp_path: Path, tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "_WORTH_A_PROCESS", tokens)
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild(DOCUMENTS)
    reader = engine.reader()
    assert found(reader, Clause(("forgot", "password"))) == {RESET.id}
    assert found(reader, Clause(("code", "password"))) == set()
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_tag_is_matched_whole_or_by_its_beginning(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    red, green = (replace(RESET, id=f"en/a/{n}", tags=(tag,)) for n, tag in enumerate(["Code red", "code"]))
    engine.rebuild(map(from_article, (red, green)))
    wanted = {
        Clause(("code red",), "tag"): {red.id},
        Clause(("code",), "tag"): {green.id},
        Clause(("code",), "tag", prefix=True): {red.id, green.id},
        Clause(("%",), "tag", prefix=True): set(),
    }
    for clause, expected in wanted.items():
        assert found(engine.reader(), clause) == expected


def test_an_id_longer_than_what_is_read_of_a_row_at_once_is_read_whole(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    name = f"en/a/{'long' * 100}"
    engine.rebuild([*DOCUMENTS, document(name, "Quokka", "Quokkas write letters.")])
    [found] = engine.reader().retrieve(Retrieval("en", ("quokka",))).candidates
    assert found.id == name
