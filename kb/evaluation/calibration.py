"""Fits confidence on judged collections, and judges each collection by what was fitted on the others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from kb.errors import CalibrationError
from kb.evaluation.abstention import AbstentionPoint, Offer, point, roc_auc
from kb.evaluation.asking import Asked, ask_message
from kb.evaluation.collection import Collection
from kb.evaluation.evaluation import indexed
from kb.evaluation.logistic import fit_logistic
from kb.search.searcher import Searcher
from kb.semantic.model import SentenceModel
from kb.support.confidence import (
    EACH,
    FEATURES,
    SHOWN,
    Calibration,
    Confidence,
    LogisticModel,
    Way,
    candidate_features,
)

LEAST_PRECISION = 0.9
MOST_FALSE_ALARMS = 0.15
"""The share of unanswerable questions that may get suggestions: a weak one costs trust."""
_MOST_QUESTIONS = 1000
_FOREIGN = 150
"""How many questions of the other collections each is asked: most that nothing answers are about something else."""
_TAKEN_AWAY = 0.1
"""The weight of a question whose answers were taken out: its subject is still there, so it is harder than most."""
_SEED = 20240229
_THRESHOLDS = tuple(round(0.2 + 0.01 * step, 2) for step in range(71))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one collection tells: messages it answers, those it does not, and those of other collections."""

    name: str
    answerable: tuple[Asked, ...]
    unanswerable: tuple[Asked, ...]
    foreign: tuple[Asked, ...]

    def has(self, feature: str) -> bool:
        """Whether a feature is known of any of its messages."""
        return any(asked.features.get(feature) for asked in self.answerable)

    def only(self, feature: str) -> Evidence:
        """What the messages tell of which a feature is known: a code, say, has no meaning to learn from."""
        everything = (self.answerable, self.unanswerable, self.foreign)
        return Evidence(
            self.name, *(tuple(a for a in some if a.features.get(feature)) for some in everything)
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One collection, judged by what was fitted on the others."""

    name: str
    auc: float | None
    """The area under the ROC: answerable against unanswerable; None where it has no unanswerable questions."""
    answerable: tuple[Offer, ...]
    unanswerable: tuple[Offer, ...]

    def at(self, threshold: float) -> AbstentionPoint:
        """What would be suggested at a threshold."""
        return point(self.answerable, self.unanswerable, threshold)


@dataclass(frozen=True, slots=True)
class Fit:
    """The numbers fitted on everything, and each collection judged without having been seen."""

    calibration: Calibration
    by_words: tuple[Judged, ...]
    by_meaning: tuple[Judged, ...]


def gather(
    collections: Sequence[Collection],
    langs: Mapping[str, str],
    model: SentenceModel | None = None,
    on_collection: Callable[[int, int], None] | None = None,
) -> list[Evidence]:
    """Ask each collection its own questions, and some of the others in its language.

    :param langs: the language of each collection, by name.
    """
    evidence = []
    for done, collection in enumerate(collections):
        if on_collection:
            on_collection(done, len(collections))
        lang = langs[collection.name]
        others = [each for each in collections if each is not collection and langs[each.name] == lang]
        with indexed(collection, lang, model) as searcher:
            evidence.append(_evidence(searcher, collection, others, lang, by_words=model is None))
    return evidence


def fit(words: Sequence[Evidence], meaning: Sequence[Evidence] = ()) -> Fit:
    """Fit on all collections, after judging each by what the others give.

    :param words: what came of ranking by words alone.
    :param meaning: the same where meaning was weighed in; those without a meaning are left out.
    :raises CalibrationError: there are fewer than two collections to learn from.
    """
    meant = [each for each in meaning if each.has("closeness")]
    if len(words) < 2 or (meaning and len(meant) < 2):
        raise CalibrationError("One collection cannot judge itself: name at least two.")
    told = {
        Way.WORDS: words,
        Way.WORD_VECTORS: [each.only("affinity") for each in words if each.has("affinity")],
        Way.MEANING: [each.only("closeness") for each in meant],
    }
    without = {held.name: _fitted({way: _others(some, held) for way, some in told.items()}) for held in words}

    threshold = lowest_threshold([_judged(held, _plain(without[held.name])) for held in words])

    def moved(fitted: Calibration, one: float) -> Calibration:
        """Shift confidence by word vectors from ``one`` to the threshold by words: so one threshold serves both."""
        ways = {
            way: c.moved(one, threshold) if way is Way.WORD_VECTORS else c for way, c in fitted.ways.items()
        }
        return Calibration(threshold, ways)

    def judged(evidence: Sequence[Evidence], one: float) -> tuple[Judged, ...]:
        return tuple(_judged(held, moved(without[held.name], one)) for held in evidence)

    one = next((each for each in _THRESHOLDS if _keeps_promises(judged(words, each), threshold)), threshold)
    return Fit(moved(_fitted(told), one), judged(words, one), judged(meant, one))


def mean_point(judged: Sequence[Judged], threshold: float) -> AbstentionPoint:
    """The mean over collections of what happens at a threshold."""
    points = [each.at(threshold) for each in judged]

    def mean(values: Iterator[float | None]) -> float | None:
        told = [value for value in values if value is not None]
        return float(np.mean(told)) if told else None

    return AbstentionPoint(
        threshold=threshold,
        coverage=float(np.mean([each.coverage for each in points])),
        precision=mean(each.precision for each in points),
        of_shown=mean(each.of_shown for each in points),
        success=float(np.mean([each.success for each in points])),
        false_alarms=mean(each.false_alarms for each in points),
    )


def lowest_threshold(judged: Sequence[Judged]) -> float:
    """The lowest threshold at which LEAST_PRECISION and MOST_FALSE_ALARMS hold on collections that were not seen."""
    return next((each for each in _THRESHOLDS if _keeps_promises(judged, each)), _THRESHOLDS[-1])


def _keeps_promises(judged: Sequence[Judged], threshold: float) -> bool:
    found = mean_point(judged, threshold)
    is_right = (found.precision or 0.0) >= LEAST_PRECISION
    return is_right and (found.false_alarms or 0.0) <= MOST_FALSE_ALARMS


def _evidence(
    searcher: Searcher, collection: Collection, others: Sequence[Collection], lang: str, *, by_words: bool
) -> Evidence:
    rng = random.Random(_SEED)  # noqa: S311 - the same sample each time
    own = list(collection.queries)
    chosen = rng.sample(own, min(_MOST_QUESTIONS, len(own)))
    pool = [query.text for other in others for query in other.queries]
    foreign = rng.sample(pool, min(_FOREIGN, len(pool)))

    def ask(text: str, answers: Iterable[str]) -> Asked:
        return ask_message(searcher, text, lang, answers, by_words=by_words)

    return Evidence(
        collection.name,
        tuple(ask(query.text, query.grades) for query in chosen),
        tuple(ask(text, {}) for text in collection.unanswerable),
        tuple(ask(text, {}) for text in foreign),
    )


def _others(evidence: Sequence[Evidence], held: Evidence) -> list[Evidence]:
    return [each for each in evidence if each.name != held.name]


def _judged(held: Evidence, calibration: Calibration) -> Judged:
    answerable = tuple(asked.offer(calibration) for asked in held.answerable)
    unanswerable = tuple(asked.offer(calibration) for asked in held.unanswerable)
    auc = roc_auc([o.confidence for o in answerable], [o.confidence for o in unanswerable])
    return Judged(held.name, auc if unanswerable else None, answerable, unanswerable)


def _fitted(told: Mapping[Way, Sequence[Evidence]]) -> Calibration:
    """The models of each way, fitted on what collections tell of it; the threshold is still to be chosen."""
    ways = {way: _confidence(evidence, FEATURES[way]) for way, evidence in told.items() if evidence}
    return Calibration(_THRESHOLDS[-1], ways)


def _plain(calibration: Calibration) -> Calibration:
    """The same for a language without word vectors: by words alone."""
    return replace(calibration, ways={Way.WORDS: calibration.ways[Way.WORDS]})


def _confidence(evidence: Sequence[Evidence], names: Sequence[str]) -> Confidence:
    """The models fitted on these collections, each of which has the same weight."""
    lists: list[_Row] = []
    singles: list[_Row] = []
    for each in evidence:
        whole = [(asked, 1.0) for asked in chain(each.answerable, each.unanswerable, each.foreign)]
        taken = [(asked.without_answers(), _TAKEN_AWAY) for asked in each.answerable]
        told = [_list_row(asked, weight) for asked, weight in (*whole, *taken) if asked.candidates]
        lists += _alike(each.name, told)
        singles += _alike(each.name, [row for asked in each.answerable for row in _candidate_rows(asked)])
    return Confidence(_model(lists, names), _model(singles, EACH))


@dataclass(frozen=True, slots=True)
class _Row:
    features: Mapping[str, float]
    answers: bool
    weight: float
    collection: str = ""


def _list_row(asked: Asked, weight: float) -> _Row:
    return _Row(asked.features, asked.is_answered, weight)


def _candidate_rows(asked: Asked) -> list[_Row]:
    candidates = asked.considered
    features = candidate_features(candidates)
    pairs = zip(features, candidates, strict=True)
    return [_Row(row, candidate.id in asked.answers, 1.0) for row, candidate in pairs][:SHOWN]


_PER_COLLECTION = 1000.0


def _alike(name: str, rows: Sequence[_Row]) -> list[_Row]:
    """The rows with their weights scaled to ``_PER_COLLECTION`` in all."""
    total = sum(row.weight for row in rows) or 1.0
    return [replace(row, weight=row.weight * _PER_COLLECTION / total, collection=name) for row in rows]


def _model(rows: Sequence[_Row], names: Sequence[str]) -> LogisticModel:
    labels = np.array([float(row.answers) for row in rows])
    weights = np.array([row.weight for row in rows])
    groups = [row.collection for row in rows]
    return fit_logistic([row.features for row in rows], names, labels, weights, groups)
