"""How alike texts of one language are: TF-IDF cosine of their words and pairs of words, by scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.text.analyzer import analyzer

_NAME = 0.4
"""The share of a pair's likeness that its names decide: texts of one mould (release notes, one page for each board)
are alike in their bodies, and only their names say that they answer different things."""
_TOO_COMMON = 0.3
"""A word in more than this share of many texts says nothing of any of them, and costs most of the time."""
_MANY = 200
_ROWS = 256
"""Texts compared with all others at a time: memory grows with the texts, not with their square."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared: the names of a text (title, questions), and all that it says."""

    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places in a sequence of texts, the first before the second, and their likeness in [0, 1]."""

    first: int
    second: int
    likeness: float


def close_pairs(texts: Sequence[Text], lang: str, least: float) -> Iterator[Pair]:
    """The pairs that are at least so much alike, in no order."""
    if len(texts) < 2:
        return
    names = _matrix([text.name for text in texts], _words(lang))
    bodies = _matrix([text.body for text in texts], _words_and_pairs(lang))
    for start in range(0, len(texts), _ROWS):
        rows = slice(start, start + _ROWS)
        alike = (bodies[rows] @ bodies.T).toarray() * (1 - _NAME) + (names[rows] @ names.T).toarray() * _NAME
        for row, column in np.argwhere(alike >= least):
            if start + row < column:
                yield Pair(int(start + row), int(column), min(float(alike[row, column]), 1.0))


def each_with_each(first: Sequence[str], second: Sequence[str], lang: str) -> NDArray[np.float64]:
    """The likeness of every text of ``first`` (row) with every one of ``second`` (column)."""
    together = _matrix([*first, *second], _words(lang))
    found: NDArray[np.float64] = (together[: len(first)] @ together[len(first) :].T).toarray()
    return found


def _matrix(texts: Sequence[str], terms: Callable[[str], list[str]]) -> Any:
    # Imported here: a web worker never compares articles, and must not pay for scikit-learn (86 MB a process).
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    most = _TOO_COMMON if len(texts) > _MANY else 1.0
    vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, max_df=most, dtype=np.float32)
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # there is no word that could tell them apart: nothing is like anything
        return csr_matrix((len(texts), 1), dtype=np.float32)


def _words(lang: str) -> Callable[[str], list[str]]:
    return analyzer(lang).terms


def _words_and_pairs(lang: str) -> Callable[[str], list[str]]:
    def terms(text: str) -> list[str]:
        words = analyzer(lang).terms(text)
        return [*words, *(f"{one} {next_one}" for one, next_one in pairwise(words))]

    return terms
