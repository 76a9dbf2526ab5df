"""Two runs over the same questions: what changed, by how much, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.errors import EvaluationError
from kb.evaluation.evaluation import AskedQuestion, Evaluation
from kb.evaluation.intervals import Values, interval, significance
from kb.support.wilson import Interval

_SAME = 1e-6
"""Saved measures are rounded: differences below this are none, though rounding gives them all one sign."""


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question that is answered better or worse than before."""

    collection: str
    question: str
    before: float
    after: float
    first_before: str
    first_after: str
    """The document ranked first; empty where nothing was found."""

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure, before and after, over the questions that both runs asked."""

    collection: str
    """Empty for the mean over collections."""
    questions: int
    before: float
    after: float
    interval: Interval
    """Of the difference."""
    p: float
    """How likely a difference this large is by chance: paired, two-sided."""
    better: int
    worse: int

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Every collection that both runs have, their mean, and what changed: the largest differences first."""

    measure: str
    collections: tuple[Comparison, ...]
    mean: Comparison
    better: tuple[QuestionChange, ...]
    worse: tuple[QuestionChange, ...]


def compare(before: Sequence[Evaluation], after: Sequence[Evaluation], measure: str) -> RunComparison:
    """Compare question by question.

    :raises EvaluationError: the runs have no question in common.
    """
    saved = {found.collection: found for found in before}
    pairs = [_paired(saved[now.collection], now) for now in after if now.collection in saved]
    pairs = [pair for pair in pairs if pair]
    if not pairs:
        names = ", ".join(sorted(saved)) or "nothing"
        raise EvaluationError(f"The saved run has none of these questions. It was made on: {names}.")
    changes = [_changes(pair, measure) for pair in pairs]
    every = sorted((c for each in changes for c in each), key=lambda c: (-abs(c.difference), c.question))
    strata = [np.array([change.difference for change in each]) for each in changes]
    single = tuple(
        _comparison(each[0].collection, [each], [differences])
        for each, differences in zip(changes, strata, strict=True)
    )
    return RunComparison(
        measure=measure,
        collections=single,
        mean=_comparison("", changes, strata),
        better=tuple(change for change in every if change.difference > 0),
        worse=tuple(change for change in every if change.difference < 0),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    collection: str
    before: AskedQuestion
    after: AskedQuestion


def _paired(before: Evaluation, after: Evaluation) -> list[_Pair]:
    """The questions that both asked in the same words."""
    asked = {question.id: question for question in before.questions}
    return [
        _Pair(after.collection, asked[now.id], now)
        for now in after.questions
        if now.id in asked and asked[now.id].text == now.text
    ]


def _changes(pairs: Sequence[_Pair], measure: str) -> list[QuestionChange]:
    return [_change(pair, pair.before.measures[measure], pair.after.measures[measure]) for pair in pairs]


def _change(pair: _Pair, before: float, after: float) -> QuestionChange:
    return QuestionChange(
        collection=pair.collection,
        question=pair.after.text,
        before=after if abs(after - before) < _SAME else before,
        after=after,
        first_before=_first(pair.before),
        first_after=_first(pair.after),
    )


def _comparison(
    name: str, strata: Sequence[Sequence[QuestionChange]], differences: Sequence[Values]
) -> Comparison:
    return Comparison(
        collection=name,
        questions=sum(len(changes) for changes in strata),
        before=float(np.mean([np.mean([change.before for change in changes]) for changes in strata])),
        after=float(np.mean([np.mean([change.after for change in changes]) for changes in strata])),
        interval=interval(differences),
        p=significance(differences),
        better=sum(int(np.count_nonzero(values > 0)) for values in differences),
        worse=sum(int(np.count_nonzero(values < 0)) for values in differences),
    )


def _first(asked: AskedQuestion) -> str:
    return asked.ranked[0].id if asked.ranked else ""
