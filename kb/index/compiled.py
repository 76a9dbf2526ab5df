"""The sums behind a ranking by compiled loops. Imported only where the extra ``fast`` is installed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index import kernels
from kb.index.characters import NAMING, SIZE
from kb.index.evidence import STRETCH, TokenScores
from kb.index.grams import BUCKETS, SUBLINEAR, GramCounts, GramWeights, as_counted, codepoints, spaced
from kb.index.postings import Floats, Ints, LayeredPostings
from kb.index.question import Question
from kb.index.ragged import Offsets, offsets
from kb.index.scratch import PerThread
from kb.index.shortlist import KINDS, Attributes, Shortlist, Wanted
from kb.index.tokens import TokenTable
from kb.index.weights import FIELD_WEIGHTS, K1


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

    def best_cosines(
        self, counts: GramCounts, norms: Floats, first: Offsets, last: Offsets, query: Floats
    ) -> Floats:
        cosines = np.zeros(len(first), np.float32)
        kernels.best_cosines(
            counts.indptr, counts.grams, counts.amounts, norms, first, last, query, SUBLINEAR, cosines
        )
        return cosines

    def weigh_tokens(
        self,
        table: TokenTable,
        documents: Ints,
        row_of_term: NDArray[np.int16],
        question: Question,
        idf: Floats,
        norms: Floats,
    ) -> TokenScores:
        following = offsets(np.bincount(question.following[:, 0], minlength=len(question.masses)))
        out = np.empty((len(TokenScores.__slots__), len(documents)), np.float32)
        kernels.weigh_tokens(
            documents,
            table.passage_of_doc,
            table.token_of_passage,
            table.fields,
            table.terms,
            row_of_term,
            question.words,
            question.shares,
            question.factors * idf,
            question.masses,
            following,
            np.ascontiguousarray(question.following[:, 1]),
            FIELD_WEIGHTS,
            NAMING,
            norms,
            K1,
            STRETCH,
            out,
        )
        return TokenScores(*out)
