"""The sums behind a ranking, in two implementations that agree: numpy, and loops that numba compiled."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from kb.index import grams
from kb.index.characters import SIZE
from kb.index.evidence import weigh_tokens
from kb.index.grams import GramWeights
from kb.index.layer import DocumentLayer, Lookup
from kb.index.occurrences import Occurrences, occurrences
from kb.index.postings import Floats, Ints, LayeredPostings
from kb.index.question import Question
from kb.index.ragged import Offsets, ranges
from kb.index.shortlist import Attributes, Shortlist, Wanted, choose
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable
from kb.index.weights import length_norms

PARTS = ("words", "grams", "names", "named", "followed", "together", "evidence")
"""What a document is compared by: docs/relevance.md says what each is for."""


class Arithmetic(Protocol):
    """The part of a query that takes time. Both implementations give the same numbers, within float32's rounding."""

    name: str

    def shortlist(
        self, rows: LayeredPostings, terms: Ints, factors: Floats, attributes: Attributes, wanted: Wanted
    ) -> Shortlist:
        """The documents whose weights in the rows of ``terms``, each times its factor, sum to most."""

    def weigh_query(self, text: str, statistics: Statistics) -> GramWeights:
        """The n-grams of a query's text (:func:`kb.index.grams.weigh_query`)."""

    def compare(
        self,
        layer: DocumentLayer,
        documents: Ints,
        question: Question,
        lookup: Lookup,
        statistics: Statistics,
    ) -> Floats:
        """How some documents of a layer compare with a question: a row for each of :data:`PARTS`.

        :param lookup: holds the rows of the question's terms, and the weights of its n-grams.
        """

    def occurrences(self, table: TokenTable, documents: Offsets, terms: Ints) -> Occurrences:
        """Where some terms stand in some documents (:func:`kb.index.occurrences.occurrences`)."""


class NumpyArithmetic:
    """Needs nothing that the default install does not have."""

    name = "numpy"

    def shortlist(
        self, rows: LayeredPostings, terms: Ints, factors: Floats, attributes: Attributes, wanted: Wanted
    ) -> Shortlist:
        scores = np.zeros(len(attributes.kinds), np.float32)
        for term, factor in zip(terms.tolist(), factors.tolist(), strict=True):
            rows.add(term, factor, scores)
        scores[attributes.gone] = 0
        return choose(scores, scores > 0, attributes, wanted)[0]

    def weigh_query(self, text: str, statistics: Statistics) -> GramWeights:
        return grams.weigh_query(text, SIZE, statistics.gram_idf, statistics.gram_numbers)

    def compare(
        self,
        layer: DocumentLayer,
        documents: Ints,
        question: Question,
        lookup: Lookup,
        statistics: Statistics,
    ) -> Floats:
        norms = length_norms(layer.lengths[documents], statistics.mean_length)
        idf = statistics.idf[question.terms]
        tokens = weigh_tokens(layer.tokens, documents, lookup.row_of_term, question, idf, norms)
        products = layer.characters.whole.dots(documents, lookup.grams)
        parts = {
            "words": tokens.words,
            "grams": products.whole / layer.norms[documents],
            "names": _with_other_names(
                products.name / layer.title_norms[documents], layer, documents, lookup
            ),
            "named": tokens.named,
            "followed": tokens.followed,
            "together": tokens.together,
            "evidence": tokens.evidence,
        }
        return np.array([parts[name] for name in PARTS])

    def occurrences(self, table: TokenTable, documents: Offsets, terms: Ints) -> Occurrences:
        return occurrences(table, documents, terms)


def _with_other_names(titles: Floats, layer: DocumentLayer, documents: Ints, lookup: Lookup) -> Floats:
    """For each document the cosine of its best name. ``titles`` are the cosines of titles; changed in place."""
    characters = layer.characters
    first, last = characters.first_names[documents], characters.first_names[documents + 1]
    lengths = last - first
    some = lengths > 0
    if not some.any():
        return titles
    names = ranges(first, lengths)
    cosines = characters.names.dots(names, lookup.grams).whole / layer.name_norms[names]
    best = np.maximum.reduceat(cosines, (np.cumsum(lengths) - lengths)[some])
    titles[some] = np.maximum(titles[some], best)
    return titles
