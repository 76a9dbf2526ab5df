from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kb.index.documents import from_article, from_thread
from kb.index.embedded import EmbeddedEngine
from kb.model import Answer, ForumThread, Hit, Query
from kb.search.searcher import Searcher
from tests.corpus import article

OFFICIAL = "en/apps-sync/imap"


def thread(
    thread_id: str, title: str, text: str, *, answered: date | None, accepted: bool = True
) -> ForumThread:
    created = datetime(answered.year, answered.month, answered.day, tzinfo=UTC) if answered else None
    answer = Answer("a1", "Ada", "", text, votes=9, accepted=accepted, created=created)
    return ForumThread(thread_id, "en", title, "", text, f"{thread_id}-1", votes=20, answers=(answer,))


def hits(
    tmp_path: Path, *threads: ForumThread, query: str = "imap settings for a mail program"
) -> dict[str, Hit]:
    official = replace(
        article(OFFICIAL, "IMAP settings", "Server, port and password for a mail program."),
        updated=date(2026, 5, 1),
    )
    other = replace(article("en/a/other", "Printing", "Nothing else."), updated=date(2026, 5, 1))
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild([from_article(official), from_article(other), *map(from_thread, threads)])
    return {hit.id: hit for hit in Searcher(engine.reader, "en").search(Query(query)).hits}


SAME = ("IMAP settings for a mail program", "IMAP settings for a mail program: server and port.")


def test_an_older_answer_on_the_same_question_is_labelled_and_stands_below(tmp_path: Path) -> None:
    found = hits(tmp_path, thread("old", *SAME, answered=date(2024, 1, 1)))
    newer = found["community/old"].newer_article
    assert newer is not None
    assert (newer.id, newer.url) == (OFFICIAL, "/articles/en/apps-sync/imap")
    assert list(found)[:2] == [OFFICIAL, "community/old"]


@pytest.mark.parametrize(
    "one",
    [
        thread("t", *SAME, answered=date(2026, 9, 1)),
        thread("t", *SAME, answered=date(2024, 1, 1), accepted=False),
        thread("t", *SAME, answered=None),
        thread("t", "Mail program turns settings purple", SAME[1], answered=date(2024, 1, 1)),
    ],
    ids=["newer", "not accepted", "no date", "another question"],
)
def test_any_other_thread_is_not_labelled(tmp_path: Path, one: ForumThread) -> None:
    assert hits(tmp_path, one)["community/t"].newer_article is None


def test_an_exact_answer_is_not_buried_under_a_newer_article(tmp_path: Path) -> None:
    exact = thread(
        "old",
        "IMAP settings",
        "Error 0x800CCC0E with Thunderbird: choose port 993.",
        answered=date(2024, 1, 1),
    )
    found = hits(tmp_path, exact, query="0x800CCC0E thunderbird")
    assert next(iter(found)) == "community/old"
