"""The sums behind a ranking by compiled loops. Imported only where the extra ``fast`` is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.index import kernels
from kb.index.arithmetic import PARTS
from kb.index.characters import NAMING, SIZE
from kb.index.grams import BUCKETS, SUBLINEAR, GramWeights, as_counted, codepoints, spaced
from kb.index.layer import DocumentLayer, Lookup
from kb.index.postings import Floats, Ints, LayeredPostings
from kb.index.question import Question
from kb.index.scratch import PerThread
from kb.index.shortlist import KINDS, Attributes, Shortlist, Wanted
from kb.index.statistics import Statistics
from kb.index.weights import FIELD_WEIGHTS


@dataclass(frozen=True, slots=True)
class _Scratch:
    """What is as large as the index, and 0 between queries; ``touched`` is room to note documents."""

    scores: Floats
    touched: Ints
    amounts: Floats

    @classmethod
    def of(cls, documents: int) -> _Scratch:
        return cls(
            np.zeros(documents, np.float32),
            np.empty(documents + 1, np.int32),
            np.zeros(BUCKETS, np.float32),
        )


class CompiledArithmetic:
    """Implements :class:`kb.index.arithmetic.Arithmetic` for the documents of one language, so many in all."""

    name = "numba"

    def __init__(self, documents: int) -> None:
        self._scratch = PerThread(lambda: _Scratch.of(documents))

    def shortlist(
        self, rows: LayeredPostings, terms: Ints, factors: Floats, attributes: Attributes, wanted: Wanted
    ) -> Shortlist:
        counts = np.zeros(len(KINDS), np.int64)
        slots, best = np.empty(wanted.limit, np.int32), np.empty(wanted.limit, np.float32)
        with self._scratch.lent() as own:
            touched = 0
            for layer in rows.layers:
                each = layer.postings
                touched = kernels.add_rows(
                    terms,
                    factors,
                    each.indptr,
                    each.docs,
                    each.weights,
                    layer.first,
                    own.scores,
                    own.touched,
                    touched,
                )
            taken = kernels.take_best(
                own.scores,
                own.touched,
                touched,
                attributes.kinds,
                attributes.topics,
                wanted.kind,
                wanted.topic,
                counts,
                slots,
                best,
            )
        return Shortlist(slots[:taken], best[:taken], tuple(counts.tolist()))

    def weigh_query(self, text: str, idf: Floats) -> GramWeights:
        codes = codepoints(spaced(text))
        buckets, weights = np.empty(len(codes), np.uint16), np.empty(len(codes), np.float32)
        with self._scratch.lent() as own:
            found = kernels.weigh_grams(
                codes, as_counted(), SIZE, idf, SUBLINEAR, own.amounts, buckets, weights
            )
        return GramWeights(buckets[:found], weights[:found])

    def compare(
        self,
        layer: DocumentLayer,
        documents: Ints,
        question: Question,
        lookup: Lookup,
        statistics: Statistics,
    ) -> Floats:
        table, characters = layer.tokens, layer.characters
        whole, names = characters.whole, characters.names
        parts = np.empty((len(PARTS), len(documents)), np.float32)
        arrays: Sequence[Any] = (
            documents,
            *(table.passage_of_doc, table.token_of_passage, table.fields, table.terms),
            *(layer.lengths, np.float32(statistics.mean_length)),
            *(whole.indptr, whole.grams, whole.amounts, layer.norms),
            *(characters.first_names, names.indptr, names.grams, names.amounts, layer.name_norms),
            *(lookup.row_of_term, lookup.grams),
            *(question.words, question.shares, question.factors * statistics.idf[question.terms]),
            *(question.masses, question.following),
            *(FIELD_WEIGHTS, NAMING, SUBLINEAR),
            parts,
        )
        kernels.compare(*arrays)
        return parts
