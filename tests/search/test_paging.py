from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kb.index.documents import from_article, from_thread
from kb.index.embedded import EmbeddedEngine
from kb.model import Answer, Document, ForumThread, Kind, Query, SearchResult
from kb.search.searcher import Searcher
from tests.corpus import article, document

A_PAGE = 10


def lanterns(lang: str, slugs: range, word: str = "lantern") -> list[Document]:
    """Pages in a language; those with the same number are translations of each other."""
    return [
        document(f"{lang}/camp/page{n}", f"{word} {n}", f"A {word} gives light. " * (n + 1)) for n in slugs
    ]


def paged(tmp_path: Path, documents: list[Document], query: Query) -> list[SearchResult]:
    """Every page of hits, and the one after the last."""
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(documents)
    searcher = Searcher(engine.reader, "en")
    pages = [searcher.search(query)]
    while pages[-1].hits:
        pages.append(searcher.search(replace(query, offset=A_PAGE * len(pages))))
    return pages


@pytest.mark.parametrize("lang", ["en", "it", "ru"])
@pytest.mark.parametrize("kind", [None, Kind.ARTICLE])
def test_every_page_tells_the_same_total_and_no_hit_comes_twice(
    tmp_path: Path, lang: str, kind: Kind | None
) -> None:
    documents = [*lanterns("en", range(30)), *lanterns("it", range(25, 33)), *lanterns("ru", range(28, 48))]
    pages = paged(tmp_path, documents, Query("lantern", lang=lang, kind=kind))
    shown = [hit.id for page in pages for hit in page.hits]
    assert {page.total for page in pages} == {len(shown)}
    assert len(set(shown)) == len(shown)


def test_what_fills_no_page_is_followed_by_other_languages_without_translations(tmp_path: Path) -> None:
    documents = [*lanterns("en", range(30)), *lanterns("it", range(25, 33))]
    first, *_ = paged(tmp_path, documents, Query("lantern", lang="it"))
    assert first.total == 33  # 8 in Italian, 25 that are only in English
    assert [hit.lang for hit in first.hits] == ["it"] * 8 + ["en"] * 2


def test_what_fills_a_page_is_not_followed_by_other_languages(tmp_path: Path) -> None:
    documents = [*lanterns("en", range(30)), *lanterns("it", range(25, 33))]
    pages = paged(tmp_path, documents, Query("lantern", lang="en"))
    assert {hit.lang for page in pages for hit in page.hits} == {"en"}
    assert pages[0].total == 30


def test_a_thread_below_its_newer_article_stands_on_one_page(tmp_path: Path) -> None:
    def thread(n: int) -> ForumThread:
        answered = datetime(2024, 1, 1, tzinfo=UTC)
        answer = Answer("a", "Ada", "", "Light it.", accepted=True, created=answered)
        title = f"How to light lantern number {n}"
        return ForumThread(f"t-{n}", "en", title, "", f"{title}? {title}!", f"t-{n}", answers=(answer,))

    official = replace(
        article(
            "en/camp/light", "How to light lantern number", "Light the lantern: how to, number by number."
        ),
        updated=date(2026, 1, 1),
    )
    documents = [
        *lanterns("en", range(20)),
        *(from_thread(thread(n)) for n in range(20)),
        from_article(official),
    ]
    pages = paged(tmp_path, documents, Query("how to light lantern number"))
    shown = [hit.id for page in pages for hit in page.hits]
    assert len(set(shown)) == len(shown) == pages[0].total
