from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import CalibrationError
from kb.evaluation.adjustment import LEAST_OF_EACH, SiteOutcome, adjusted
from kb.evaluation.asking import Asked
from kb.evaluation.calibration import (
    Evidence,
    Fit,
    fit,
    gather,
    mean_point,
)
from kb.evaluation.collection import load_collection
from kb.evaluation.outcomes import MessageOutcome, read_outcomes
from kb.index.engine import Affinity, Candidate
from kb.support.calibration import SHIPPED, load_calibration
from kb.support.confidence import Way


def asked(strength: float, *, answered: bool, closeness: float | None = None, affinity: float = 0.0) -> Asked:
    """A message whose first candidate is as strong as told; ``answered`` whether it answers."""
    first = Candidate(0, "right", strength, strength, strength, 20 * strength, strength, closeness)
    rest = [Candidate(n, f"wrong-{n}", 0.1, 0.1, 0.1, 2.0, 0.1, closeness and 0.1) for n in range(1, 12)]
    first = first._replace(affinity=Affinity(affinity, affinity, 1.0) if affinity else None)
    return Asked("how do I reset it", (first, *rest), frozenset({"right"} if answered else ()))


def evidence(name: str, closeness: float | None = None, affinity: float = 0.0) -> Evidence:
    """A collection in which strong candidates answer and weak ones do not."""
    return Evidence(
        name,
        tuple(asked(0.6 + n / 100, answered=True, closeness=closeness, affinity=affinity) for n in range(30)),
        tuple(
            asked(0.1 + n / 100, answered=False, closeness=closeness and 0.2, affinity=affinity / 3)
            for n in range(30)
        ),
        (),
    )


def test_what_can_be_told_apart_is_told_apart_in_a_collection_that_was_not_seen() -> None:
    found = fit([evidence("one"), evidence("two")])
    assert [judged.name for judged in found.by_words] == ["one", "two"]
    assert all(judged.auc is not None and judged.auc > 0.99 for judged in found.by_words)
    point = mean_point(found.by_words, found.calibration.threshold)
    assert (point.precision or 0) >= 0.9
    assert (point.false_alarms or 0) <= 0.15
    assert point.coverage >= 0.7
    assert found.calibration.ways.keys() == {Way.WORDS}


def test_meaning_is_fitted_beside_words_where_collections_have_one() -> None:
    words = [evidence("one"), evidence("two"), evidence("three")]
    found = fit(words, [evidence("one", 0.9), evidence("two", 0.9), evidence("three")])
    assert [judged.name for judged in found.by_meaning] == ["one", "two"]
    assert found.calibration.ways[Way.MEANING].any_answers.coefficients["closeness"] > 0


def test_what_words_are_about_is_fitted_in_the_languages_where_it_is_known() -> None:
    found = fit([evidence("one", affinity=0.9), evidence("two", affinity=0.9), evidence("Italian")])
    ways = found.calibration.ways
    assert ways.keys() == {Way.WORDS, Way.WORD_VECTORS}
    assert ways[Way.WORD_VECTORS].any_answers.coefficients["affinity"] > 0
    assert [judged.name for judged in found.by_words] == ["one", "two", "Italian"]
    without = fit([evidence("one"), evidence("two"), evidence("Italian")])
    assert found.by_words[2] == without.by_words[2]  # judged by words, though others had more
    assert found.by_words[0] != without.by_words[0]


def test_a_code_teaches_nothing_about_meaning_and_is_judged_by_its_words() -> None:
    code = asked(0.9, answered=True)

    def fitted(*more: Asked) -> Fit:
        second = [evidence("two"), evidence("two", 0.9)]
        words, meaning = (replace(each, answerable=(*each.answerable, *more)) for each in second)
        return fit([evidence("one"), words], [evidence("one", 0.9), meaning])

    assert fitted(code).calibration.ways[Way.MEANING] == fitted().calibration.ways[Way.MEANING]
    assert fitted(code).by_meaning[1].answerable[-1] == fitted(code).by_words[1].answerable[-1]


def test_an_answer_too_unlikely_to_be_shown_is_not_counted_as_right() -> None:
    third = replace(asked(0.9, answered=True), answers=frozenset({"wrong-2"}))
    first = evidence("one")
    found = fit([replace(first, answerable=(*first.answerable, third)), evidence("two")])
    judged = found.by_words[0].answerable[-1]
    assert third.is_answered
    assert judged.made(found.calibration.threshold)
    assert not judged.is_right


def test_one_collection_cannot_judge_itself() -> None:
    with pytest.raises(CalibrationError, match="name at least two"):
        fit([evidence("one")])


def test_collections_are_asked_their_own_questions_and_each_others(folder: Path) -> None:
    tiny = load_collection(folder, "en")
    other = replace(tiny, name="other")
    [first, second] = gather([tiny, other], {"tiny": "en", "other": "en"})
    assert (first.name, len(first.answerable), len(first.unanswerable), len(first.foreign)) == (
        "tiny",
        2,
        1,
        2,
    )
    assert first.answerable[0].is_answered
    assert not first.answerable[0].without_answers().is_answered
    assert second.name == "other"


def test_a_sites_outcomes_shift_confidence_without_new_coefficients() -> None:
    shipped = load_calibration(SHIPPED)
    told = [asked(0.5 + n / 200, answered=n % 4 > 0) for n in range(100)]
    after = adjusted(shipped, [SiteOutcome.of(each) for each in told]).calibration
    before, now = shipped.ways[Way.WORDS].any_answers, after.ways[Way.WORDS].any_answers
    factor = now.coefficients["cosine"] / before.coefficients["cosine"]
    assert all(
        value == pytest.approx(factor * before.coefficients[name]) for name, value in now.coefficients.items()
    )
    mean = sum(after.ways[Way.WORDS].of_list(each.candidates[:10]) for each in told) / len(told)
    assert mean == pytest.approx(0.75, abs=0.02)


def test_what_english_messages_tell_changes_nothing_for_other_languages() -> None:
    shipped = load_calibration(SHIPPED)
    told = [asked(0.5 + n / 200, answered=n % 4 > 0, affinity=0.8) for n in range(100)]
    after = adjusted(shipped, [SiteOutcome.of(each) for each in told]).calibration
    assert after.threshold != shipped.threshold
    for strength in range(100):
        italian = asked(strength / 100, answered=False).considered
        before, now = (c.ways[Way.WORDS].of_list(italian) >= c.threshold for c in (shipped, after))
        assert before == now


@pytest.mark.parametrize("answered", [True, False])
def test_outcomes_of_one_kind_are_too_few(answered: bool) -> None:
    told = [asked(0.5, answered=answered)] * 100
    with pytest.raises(CalibrationError, match=f"at least {LEAST_OF_EACH}"):
        adjusted(load_calibration(SHIPPED), [SiteOutcome.of(each) for each in told])


def test_outcomes_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.jsonl"
    path.write_text(
        '{"text": "help", "answered_by": []}\n\n{"text": "x", "lang": "it", "answered_by": ["a"]}\n'
    )
    assert list(read_outcomes(path)) == [MessageOutcome("help", "", ()), MessageOutcome("x", "it", ("a",))]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"answered_by": []}', '{"text": "x"}', '{"text": "x", "answered_by": "a"}']
)
def test_a_bad_outcome_is_said_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "outcomes.jsonl"
    path.write_text(f'{{"text": "x", "answered_by": []}}\n{line}\n')
    with pytest.raises(CalibrationError, match=r"outcomes\.jsonl:2: no outcome"):
        list(read_outcomes(path))
