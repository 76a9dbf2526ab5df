"""What a site's own records tell about its suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import KnowledgeBase, Settings, TicketDraft, open_knowledge_base
from kb.errors import CalibrationError
from kb.evaluation.adjustment import SiteOutcome, adjusted
from kb.evaluation.outcomes import MessageOutcome, line, read_outcomes, recorded
from kb.model import Ticket
from kb.support.calibration import SHIPPED, load_calibration
from kb.support.confidence import Way
from kb.ticket_model import Circumstances
from tests.writing.conftest import article

MATCHED = {"cosine": 0.5, "cosine lead": 0.25, "coverage": 1.0, "log coverage": 0.05, "closeness": 0.0}
"""What an Italian message would say: of words alone."""
LOST = TicketDraft("Password", "I lost it. Write to ada@example.org.", "Ada", "ada@example.org", "en")


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    page = tmp_path / "articles" / "en" / "account" / "password.md"
    page.parent.mkdir(parents=True)
    page.write_text(article(), encoding="utf-8")
    opened = open_knowledge_base(Settings(data=tmp_path / "data", articles=(tmp_path / "articles",)))
    opened.reindex()
    yield opened
    opened.close()


def outcomes(kb: KnowledgeBase) -> list[MessageOutcome]:
    return list(recorded(kb.desk, kb.cards, None))


def sent(kb: KnowledgeBase, session: str = "") -> Ticket:
    return kb.desk.submit(LOST, Circumstances(session=session, visitor="v"))


def solved(kb: KnowledgeBase, session: str) -> None:
    kb.desk.ledger.wrote(LOST, Circumstances(session=session, visitor="v"), ["en/account/password"], MATCHED)
    kb.desk.ledger.confirmed(session)


def test_this_solved_it_is_told_in_numbers_and_without_a_word_of_what_was_written(kb: KnowledgeBase) -> None:
    solved(kb, "one")
    assert outcomes(kb) == [MessageOutcome("", "en", ("en/account/password",), MATCHED)]


def test_what_was_suggested_says_how_well_it_matches(kb: KnowledgeBase) -> None:
    draft = TicketDraft("Change your password", "How do I change my password?", lang="en")
    found = kb.desk.suggest(draft, Circumstances(session="one", visitor="v"))
    kb.desk.ledger.confirmed("one")
    assert found.suggestions
    (outcome,) = outcomes(kb)
    assert outcome.features == pytest.approx(found.features, abs=1e-5)
    again = load_calibration(SHIPPED).ways[Way.WORD_VECTORS].any_answers.probability(outcome.features)
    assert again == pytest.approx(found.confidence, abs=1e-3)


def test_what_was_taken_back_or_never_ended_tells_nothing(kb: KnowledgeBase) -> None:
    solved(kb, "one")
    sent(kb, "one")  # after all
    kb.desk.ledger.wrote(LOST, Circumstances(session="two", visitor="w"), ["en/account/password"], MATCHED)
    assert outcomes(kb) == []


@pytest.mark.parametrize(
    ("answer", "pages"),
    [
        ("See https://help.example.org/articles/en/account/password?lang=it#how.", ("en/account/password",)),
        ("/articles/en/account/password.", ("en/account/password",)),
        ("[Here](/articles/en/account/password), or /articles/en/account/gone", ("en/account/password",)),
        ("We do not know: https://example.org/articles/2026/news", ()),
    ],
)
def test_a_ticket_is_told_by_the_pages_that_its_answer_links_to(
    kb: KnowledgeBase, answer: str, pages: tuple[str, ...]
) -> None:
    ticket = sent(kb)
    assert outcomes(kb) == []
    kb.desk.add_message(ticket, "Is it /articles/en/account/password?")
    assert outcomes(kb) == [], "nobody has answered yet"
    kb.desk.answer(ticket, answer)
    (outcome,) = outcomes(kb)
    assert outcome.answered_by == pages
    assert "I lost it" in outcome.text
    assert "ada@example.org" not in outcome.text


def test_what_is_printed_is_read_again(tmp_path: Path) -> None:
    told = [MessageOutcome("Пароль", "ru", ("ru/a/b",)), MessageOutcome("", "en", ("en/a/b",), MATCHED)]
    path = tmp_path / "outcomes.jsonl"
    path.write_text("\n".join(line(each) for each in told), encoding="utf-8")
    assert list(read_outcomes(path)) == told


def test_numbers_of_another_way_to_rank_or_of_another_version_are_passed_over() -> None:
    told = SiteOutcome(MATCHED, (True,), is_answerable=True)
    meant = SiteOutcome({**MATCHED, "closeness": 0.4}, (True,), is_answerable=True)
    other = SiteOutcome({"cosine": 0.5}, (True,), is_answerable=True)
    with pytest.raises(CalibrationError, match="3 of 3 messages"):
        adjusted(load_calibration(SHIPPED), [meant, meant, told, told, told, other])


def test_solved_messages_raise_confidence_and_lower_the_threshold() -> None:
    shipped = load_calibration(SHIPPED)
    weak = {**MATCHED, "cosine": 0.15, "cosine lead": 0.05, "log coverage": -0.5}
    nothing = {**MATCHED, "cosine": 0.02, "cosine lead": 0.0, "log coverage": -2.5}
    told = [SiteOutcome(weak, (True,), is_answerable=True)] * 60 + [
        SiteOutcome(nothing, (False,), is_answerable=False)
    ] * 60
    after = adjusted(shipped, told).calibration
    before = shipped.ways[Way.WORDS].any_answers.probability(weak)
    assert before < shipped.threshold
    assert after.ways[Way.WORDS].any_answers.probability(weak) > after.threshold
    assert after.ways[Way.WORDS].any_answers.probability(nothing) < after.threshold
