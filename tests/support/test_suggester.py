"""What is suggested for a message, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.index.embedded import EmbeddedEngine
from kb.model import TicketDraft
from kb.search.searcher import Searcher
from kb.support.suggester import Suggester
from tests.corpus import document

CHANGE = "Select the number of your plan, then Change. The new one counts from tomorrow."
DRAFT = TicketDraft("Change number", "How do I change my number?", lang="en")


@pytest.fixture
def suggester(tmp_path: Path) -> Suggester:
    """Two articles answer alike, a third hardly at all; everything that is ranked may be shown."""
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild(
        [
            document("en/account/number", "Change your number", CHANGE),
            document("en/billing/number", "Change your number", CHANGE),
            document("en/privacy/export", "Export what we keep", "A large number of files may take a day."),
        ]
    )
    return Suggester(Searcher(engine.reader, "en"), threshold=0.0001)


@pytest.mark.parametrize("topic", ["account", "billing"])
def test_of_two_that_answer_alike_the_one_of_the_category_comes_first(
    suggester: Suggester, topic: str
) -> None:
    found = suggester.suggest(DRAFT, 3, topics=[topic])
    assert found.suggestions[0].id == f"en/{topic}/number"


def test_a_category_does_not_lift_what_hardly_answers(suggester: Suggester) -> None:
    found = suggester.suggest(DRAFT, 3, topics=["privacy"])
    assert [one.id for one in found.suggestions][:2] == ["en/account/number", "en/billing/number"]


def test_the_confidence_told_is_that_of_the_words_whatever_the_category(suggester: Suggester) -> None:
    without = {one.id: one.confidence for one in suggester.suggest(DRAFT, 3).suggestions}
    chosen = {one.id: one.confidence for one in suggester.suggest(DRAFT, 3, topics=["billing"]).suggestions}
    assert chosen == without


@pytest.mark.parametrize(
    "body", ["Hello, how can I change a large number of days?", "Hello, what now? I have tried everything."]
)
def test_nothing_is_suggested_for_courtesies_alone(suggester: Suggester, body: str) -> None:
    found = suggester.suggest(TicketDraft("", body, lang="en"), 3)
    assert found.abstained == ("everything" in body)
