"""Measures of a ranking against judgments. Each takes ranked ids, best first, and grades above 0 by id."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Measure = Callable[[Sequence[str], Mapping[str, int]], float]


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain, in [0, 1]: the gain is the grade, the discount log2(rank + 1).

    Järvelin and Kekäläinen 2002; trec_eval's ``ndcg_cut``.
    """
    gained = _discounted([grades.get(document, 0) for document in ranked[:depth]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    return gained / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """1 ÷ the rank of the first relevant document, 0 where none is among the first ``depth``."""
    for rank, document in enumerate(ranked[:depth], start=1):
        if document in grades:
            return 1 / rank
    return 0.0


def success(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """1 where a relevant document is among the first ``depth``, else 0."""
    return float(any(document in grades for document in ranked[:depth]))


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The share of the relevant documents that are among the first ``depth``."""
    return sum(document in grades for document in ranked[:depth]) / len(grades) if grades else 0.0


MEASURES: Mapping[str, Measure] = {
    "nDCG@10": lambda ranked, grades: ndcg(ranked, grades, 10),
    "MRR@10": lambda ranked, grades: reciprocal_rank(ranked, grades, 10),
    "Success@1": lambda ranked, grades: success(ranked, grades, 1),
    "Success@3": lambda ranked, grades: success(ranked, grades, 3),
    "Recall@10": lambda ranked, grades: recall(ranked, grades, 10),
    "Recall@100": lambda ranked, grades: recall(ranked, grades, 100),
}


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that at least ``share`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
