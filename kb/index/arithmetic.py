"""The sums behind a ranking, in two implementations that agree: numpy, and loops that numba compiled."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.index import grams
from kb.index.characters import SIZE
from kb.index.evidence import TokenScores, weigh_tokens
from kb.index.grams import GramCounts, GramWeights
from kb.index.postings import Floats, Ints, LayeredPostings
from kb.index.question import Question
from kb.index.ragged import Offsets, ranges
from kb.index.shortlist import Attributes, Shortlist, Wanted, choose
from kb.index.tokens import TokenTable


class Arithmetic(Protocol):
    """What costs the time of a query. Both implementations give the same numbers, within float32's rounding."""

    name: str

    def shortlist(
        self, rows: LayeredPostings, terms: Ints, factors: Floats, attributes: Attributes, wanted: Wanted
    ) -> Shortlist:
        """The documents whose weights in the rows of ``terms``, each times its factor, sum to most."""

    def weigh_query(self, text: str, idf: Floats) -> GramWeights:
        """The n-grams of a query's text (:func:`kb.index.grams.weigh_query`)."""

    def best_cosines(
        self, counts: GramCounts, norms: Floats, first: Offsets, last: Offsets, query: Floats
    ) -> Floats:
        """The cosine of a query with the most similar text of each span, ``first`` to before ``last``.

        :param query: the weight of each bucket; ``norms`` are the lengths of all texts. No span is empty.
        """

    def weigh_tokens(
        self,
        table: TokenTable,
        documents: Ints,
        row_of_term: NDArray[np.int16],
        question: Question,
        idf: Floats,
        norms: Floats,
    ) -> TokenScores:
        """What the tokens of documents say (:func:`kb.index.evidence.weigh_tokens`)."""


class NumpyArithmetic:
    """Needs nothing that the default install does not have."""

    name = "numpy"
    weigh_tokens = staticmethod(weigh_tokens)

    def shortlist(
        self, rows: LayeredPostings, terms: Ints, factors: Floats, attributes: Attributes, wanted: Wanted
    ) -> Shortlist:
        scores = np.zeros(len(attributes.kinds), np.float32)
        for term, factor in zip(terms.tolist(), factors.tolist(), strict=True):
            rows.add(term, factor, scores)
        return choose(scores, scores > 0, attributes, wanted)[0]

    def weigh_query(self, text: str, idf: Floats) -> GramWeights:
        return grams.weigh_query(text, SIZE, idf)

    def best_cosines(
        self, counts: GramCounts, norms: Floats, first: Offsets, last: Offsets, query: Floats
    ) -> Floats:
        lengths = last - first
        texts = ranges(first, lengths)
        cosines = counts.dots(texts, query) / norms[texts]
        return np.asarray(np.maximum.reduceat(cosines, np.cumsum(lengths) - lengths), np.float32)


def open_arithmetic(documents: int) -> Arithmetic:
    """The faster one that there is, for so many documents."""
    if not has_kernels():
        return NumpyArithmetic()
    from kb.index.compiled import CompiledArithmetic  # of the extra "fast"

    return CompiledArithmetic(documents)


@cache
def has_kernels() -> bool:
    """Whether the extra ``fast`` is installed and works. Asking loads it: half a second, more the first time."""
    try:
        import kb.index.kernels  # noqa: F401
    except ImportError:
        return False
    return True
