"""What people asked and nothing answered becomes subjects; nobody can be told from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.model import Answer, ForumThread, TicketDraft
from kb.settings import Settings
from kb.storage.database import Database, open_database
from kb.storage.tables import search_events, search_opens
from kb.support.scrubbing import scrub
from kb.ticket_model import Circumstances
from kb.writing.asked import AskedText, Unanswered, people
from kb.writing.clusters import group
from kb.writing.drafting import NewArticle
from tests.writing.conftest import Write, article

TODAY = datetime.now(UTC).date()
QUARTER = timedelta(days=90)


@pytest.fixture
def kb(folder: Path, tmp_path: Path, write: Write) -> Iterator[KnowledgeBase]:
    write(
        "en/billing/refund.md",
        article("Ask within 30 days for the money.\n", title="Get a refund", questions=None),
    )
    write("en/account/password.md", article())
    opened = open_knowledge_base(Settings(data=tmp_path / "data", articles=(folder,)))
    opened.reindex()
    yield opened
    opened.close()


@pytest.fixture
def database(kb: KnowledgeBase, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(kb.settings.database)
    opened.migrate()
    yield opened
    opened.close()


def log(
    database: Database, query: str, days: int = 1, times: int = 1, total: int = 0, lang: str = "en"
) -> None:
    """Searches on so many days before today."""
    rows = [
        {"day": TODAY - timedelta(days=ago), "query": query, "lang": lang, "total": total}
        for ago in range(days)
        for _ in range(times)
    ]
    with database.write() as connection:
        connection.execute(insert(search_events), rows)


def opens(database: Database, query: str, document: str, times: int) -> None:
    rows = [{"day": TODAY, "query": query, "lang": "en", "document": document} for _ in range(times)]
    with database.write() as connection:
        connection.execute(insert(search_opens), rows)


def test_searches_that_found_nothing_are_grouped_by_subject(kb: KnowledgeBase, database: Database) -> None:
    log(database, "umbrella insurance", days=5)
    log(database, "insurance for umbrellas?", days=3)
    log(database, "Umbrela insurance", days=1)
    log(database, "giraffe food", days=6)
    log(database, "lonely question", days=1)
    first, second = kb.demand.gaps(QUARTER, 10)
    assert first.questions == ("giraffe food",)
    assert (first.people, first.times, first.how) == (6, 6, {"nothing found": 6})
    assert set(second.questions) == {"umbrella insurance", "insurance for umbrellas", "umbrela insurance"}
    assert (second.title, second.people, second.times) == ("Umbrella insurance", 5, 9)


def test_what_fewer_than_five_people_asked_is_not_shown(kb: KnowledgeBase, database: Database) -> None:
    log(database, "my secret illness", days=4)
    assert kb.demand.gaps(QUARTER, 10) == []
    log(database, "my secret illness", days=5)
    assert len(kb.demand.gaps(QUARTER, 10)) == 1
    assert kb.demand.gaps(timedelta(days=2), 10) == []


def test_one_person_who_tries_again_counts_once(kb: KnowledgeBase, database: Database) -> None:
    log(database, "umbrella insurance", days=1, times=40)
    log(database, "umbrella insurance price", days=1, times=3)
    assert kb.demand.gaps(QUARTER, 10) == []


def test_people_are_counted_by_day_and_wording_or_by_who_they_are() -> None:
    def asked(text: str, day: int, person: str = "") -> AskedText:
        return AskedText(scrub(text), "en", date(2026, 1, day), Unanswered.NOTHING_FOUND, person)

    assert people([asked("a refund", 1), asked("refund now", 1), asked("refund", 2)]) == 2
    assert people([asked("giraffe", 1), asked("ladder", 1)]) == 2
    assert people([asked("refund", 1, "x"), asked("other", 2, "x"), asked("refund", 1, "y")]) == 2


def test_searches_after_which_nothing_was_opened_count_and_the_others_do_not(
    kb: KnowledgeBase, database: Database
) -> None:
    log(database, "money for nothing", days=6, total=2)
    log(database, "get a refund", days=6, total=2)
    opens(database, "Get a refund", "en/billing/refund", 4)
    [gap] = kb.demand.gaps(QUARTER, 10)
    assert (gap.title, gap.how) == ("Money for nothing", {"nothing opened": 6})
    assert gap.nearest is not None
    assert gap.nearest.id == "en/billing/refund"


def test_messages_that_were_sent_count_by_sender_and_carry_no_personal_data(
    kb: KnowledgeBase, database: Database
) -> None:
    for number in range(6):
        email = f"person{number % 5}@mail.example"
        subject = f"Umbrella insurance for {email}, call 555-123-4567"
        kb.desk.submit(
            TicketDraft(subject, "I want an umbrella insurance, please help me.", "A", email), _unknown()
        )
    [gap] = kb.demand.gaps(QUARTER, 10)
    assert gap.people == 5
    said = f"{gap.title} {gap.questions}"
    assert "@" not in said
    assert "555" not in said


def _unknown() -> Circumstances:
    return Circumstances()


def test_a_draft_of_a_gap_asks_what_people_asked(kb: KnowledgeBase, database: Database, write: Write) -> None:
    log(database, "umbrella insurance", days=6)
    [gap] = kb.demand.gaps(QUARTER, 10)
    file = kb.writers.draft(NewArticle(gap.title, "insurance", "en", questions=gap.questions)).file
    assert 'questions:\n  - "umbrella insurance"\n' in file.read_text(encoding="utf-8")


def test_queries_after_which_people_open_one_article_become_its_tests(
    kb: KnowledgeBase, database: Database
) -> None:
    opens(database, "cash please", "en/billing/refund", 5)
    opens(database, "cash please", "en/account/password", 1)
    opens(database, "unclear", "en/billing/refund", 3)
    opens(database, "unclear", "en/account/password", 3)
    opens(database, "rare", "en/billing/refund", 2)
    asked = [one.question.text for one in kb.demand.findability(kb.writers.library()).outcomes]
    assert "cash please" in asked
    assert not {"unclear", "rare"} & set(asked)


@pytest.mark.parametrize("texts", [[], ["one"], ["", "?"], ["the", "a"], ["same", "same"]])
def test_few_or_empty_texts_are_grouped_without_an_error(texts: list[str]) -> None:
    assert sum(map(len, group(texts, "en"))) <= len(texts)


def test_texts_of_two_subjects_make_two_groups() -> None:
    texts = ["cancel my plan", "how to cancel plan", "plan cancelation", "print a letter", "printing letters"]
    assert sorted(map(sorted, group(texts, "en"))) == [[0, 1, 2], [3, 4]]


def thread(number: int, title: str, text: str, year: int) -> ForumThread:
    moment = datetime(year, 1, 1, tzinfo=UTC)
    answer = Answer("a1", "Ada", f"<p>{text}</p>", text, accepted=True, created=moment)
    return ForumThread(
        f"t-{number}",
        "en",
        title,
        "<p>Q</p>",
        text,
        f"{number}",
        created=moment,
        votes=number,
        answers=(answer,),
    )


def test_accepted_answers_without_an_article_and_overtaken_ones_are_told_apart(
    sample_centre: KnowledgeBase, tmp_path: Path
) -> None:
    report = sample_centre.demand.community(sample_centre.writers.library())
    threads = [*(one.thread for one in report.uncovered), *(one.thread for one in report.overtaken)]
    assert all(one.accepted_answer for one in threads)
    assert not {one.thread.id for one in report.uncovered} & {one.thread.id for one in report.overtaken}
    assert all(one.answered < one.updated for one in report.overtaken)
    assert report.overtaken


def test_a_solved_thread_about_nothing_we_have_is_a_candidate(kb: KnowledgeBase) -> None:
    kb.import_threads(
        [
            thread(
                1,
                "Where to park a giraffe downtown?",
                "Behind the zoo there is a free giraffe parking.",
                2026,
            ),
            thread(2, "Get a refund", "Ask within 30 days for the money: get a refund.", 2020),
        ]
    )
    kb.reindex()
    report = kb.demand.community(kb.writers.library())
    assert "t-1" in {one.thread.id for one in report.uncovered}
