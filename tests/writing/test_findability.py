"""Every question that an article answers is asked of the real search; what is lost is told with what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.errors import ContentError
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.settings import Settings
from kb.writing.baseline import read_baseline, write_baseline
from kb.writing.checks.findability import check as lost
from kb.writing.findability import Findability, contests
from kb.writing.findings import Severity
from kb.writing.questions import ConfirmedQuery, Origin, Question, questions_of
from tests.writing.conftest import Write, article

Ask = Callable[[], Findability]


@pytest.fixture
def kb(folder: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    opened = open_knowledge_base(Settings(data=tmp_path / "data", articles=(folder,)))
    yield opened
    opened.close()


@pytest.fixture
def ask(kb: KnowledgeBase) -> Ask:
    return lambda: kb.demand.findability(kb.writers.library())


def rivals(write: Write) -> None:
    """Five articles that all ask for one word, so that a sixth that hardly says it is lost."""
    for number in range(5):
        name = f"Refund {['yearly', 'monthly', 'student', 'family', 'business'][number]} plans"
        questions = '["refund for my plan", refund]'
        write(
            f"en/billing/refund-{number}.md", article(f"Refund: {name}.\n", title=name, questions=questions)
        )


def test_a_title_and_its_questions_are_found(write: Write, ask: Ask) -> None:
    write("en/account/password.md", article())
    found = ask()
    assert [(one.question.origin, one.place) for one in found.outcomes] == [
        (Origin.TITLE, 1),
        (Origin.QUESTION, 1),
    ]
    assert (found.lost, found.scores) == ((), {"en/account/password": 1.0})


def test_a_lost_question_is_told_with_who_is_first(write: Write, ask: Ask, kb: KnowledgeBase) -> None:
    rivals(write)
    write("en/account/other.md", article("Text.\n", title="Money back", questions="[refund]"))
    found = ask()
    [outcome] = [one for one in found.lost if one.question.article == "en/account/other"]
    assert outcome.question.text == "refund"
    assert outcome.before[0].title.startswith("Refund")
    assert outcome.words == ("refund",)
    assert found.scores["en/account/other"] < 1
    [finding] = [one for one in lost(kb.writers.library(), found, None) if one.path.endswith("other.md")]
    assert finding.severity is Severity.ERROR
    assert (finding.path, finding.line) == ("articles/en/account/other.md", 4)
    assert "for its question 'refund'; 'Refund" in finding.message
    assert "Words that would help in its title or its first lines: refund" in finding.message


def test_articles_that_compete_for_the_same_questions_are_named_together(write: Write, ask: Ask) -> None:
    rivals(write)
    pairs = contests(ask())
    assert {"en/billing/refund-0", "en/billing/refund-1"} in [{pair.first, pair.second} for pair in pairs]
    assert set(pairs[0].questions) <= {"refund for my plan", "refund"} | {
        f"Refund {name} plans" for name in ("yearly", "monthly", "student", "family", "business")
    }


def test_with_a_baseline_only_what_got_worse_is_an_error(
    write: Write, ask: Ask, kb: KnowledgeBase, tmp_path: Path
) -> None:
    write("en/account/other.md", article("Text.\n", title="Money back", questions='[refund, "give money"]'))
    before = ask()
    assert before.lost == ()
    write_baseline(tmp_path / "base.json", before)
    rivals(write)
    findings = list(lost(kb.writers.library(), ask(), read_baseline(tmp_path / "base.json")))
    assert [one.severity for one in findings if "other.md" in one.path and one.rule == "findability"] == [
        Severity.ERROR
    ]
    write_baseline(tmp_path / "base.json", ask())
    again = list(lost(kb.writers.library(), ask(), read_baseline(tmp_path / "base.json")))
    assert {one.severity for one in again if one.rule == "findability"} == {Severity.WARNING}


@pytest.mark.parametrize(
    "text", [None, "", "[]", '{"version": 2}', '{"version": 1, "places": {"a": {"q": "x"}}}']
)
def test_what_is_no_baseline_says_how_to_make_one(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "base.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="--write-baseline"):
        read_baseline(path)


def test_drafts_ask_nothing_and_a_wording_is_asked_once(write: Write, kb: KnowledgeBase) -> None:
    write("en/account/password.md", article(questions='["change your PASSWORD", "new one"]'))
    write("en/account/draft.md", article(title="Later", status="draft"))
    library = kb.writers.library()
    asked = list(questions_of(library, [ConfirmedQuery("pw", "en", "en/account/password", 3),
                                        ConfirmedQuery("x", "en", "en/gone/x", 3)]))  # fmt: skip
    assert asked == [
        Question("en/account/password", "Change your password", Origin.TITLE),
        Question("en/account/password", "new one", Origin.QUESTION),
        Question("en/account/password", "pw", Origin.LOG),
    ]


def test_the_sites_own_index_is_left_alone(write: Write, ask: Ask, tmp_path: Path) -> None:
    write("en/account/password.md", article())
    ask()
    assert not (tmp_path / "data" / "index").exists()
