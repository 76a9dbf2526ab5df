"""The sums behind a ranking, by compiled loops. Imported only where the extra ``fast`` is installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kb.index import kernels
from kb.index.arithmetic import PARTS, NumpyArithmetic
from kb.index.characters import NAMING, SIZE
from kb.index.grams import BUCKETS, SUBLINEAR, GramWeights, as_counted, codepoints, spaced
from kb.index.layer import DocumentLayer, Lookup
from kb.index.occurrences import Occurrences
from kb.index.postings import Floats, Ints, LayeredPostings
from kb.index.question import Question
from kb.index.ragged import Offsets
from kb.index.scratch import PerThread
from kb.index.shortlist import KINDS, Attributes, Shortlist, Wanted
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable
from kb.index.weights import FIELD_WEIGHTS


class CompiledArithmetic(NumpyArithmetic):
    """The loops take offsets of 32 bits; for an index that has outgrown them numpy does the work."""

    name = "numba"

    def __init__(self) -> None:
        self._amounts = PerThread(lambda: np.zeros(BUCKETS, np.float32))

    def shortlist(
        self, rows: LayeredPostings, terms: Ints, factors: Floats, attributes: Attributes, wanted: Wanted
    ) -> Shortlist:
        if _too_wide(layer.postings.indptr for layer in rows.layers):
            return super().shortlist(rows, terms, factors, attributes, wanted)
        counts, size = np.zeros(len(KINDS), np.int64), 0
        keys = np.empty(4 * wanted.limit + kernels.WINDOW, np.int64)
        for layer in rows.layers:
            each = layer.postings
            size = kernels.find(
                *(terms, factors, each.indptr, each.docs, each.weights, layer.first),
                *(attributes.kinds, attributes.topics, wanted.kind, wanted.topic, wanted.limit),
                *(counts, keys, size),
            )
        best = np.sort(keys[:size])[::-1][: wanted.limit]
        scores = (best >> 32).astype(np.int32).view(np.float32)
        return Shortlist((~best).astype(np.int32), scores, tuple(counts.tolist()))

    def weigh_query(self, text: str, statistics: Statistics) -> GramWeights:
        codes = codepoints(spaced(text))
        numbers, weights = np.empty(len(codes), np.uint16), np.empty(len(codes), np.float32)
        with self._amounts.lent() as amounts:
            found = kernels.weigh_grams(
                *(codes, as_counted(), SIZE, statistics.gram_numbers, statistics.gram_idf, SUBLINEAR),
                *(amounts, numbers, weights),
            )
        return GramWeights(numbers[:found], weights[:found])

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
        by_document = (table.passage_of_doc, table.token_of_passage, characters.first_names)
        if _too_wide((*by_document, *whole.offsets, *names.offsets)):
            return super().compare(layer, documents, question, lookup, statistics)
        parts = np.empty((len(PARTS), len(documents)), np.float32)
        arrays: Sequence[Any] = (
            documents,
            *(table.passage_of_doc, table.token_of_passage, table.fields, table.terms.low, table.terms.high),
            *(layer.lengths, np.float32(statistics.mean_length)),
            *(whole.indptr, whole.steps, whole.group_indptr, whole.groups, layer.norms, layer.title_norms),
            characters.first_names,
            *(names.indptr, names.steps, names.group_indptr, names.groups, layer.name_norms),
            *(lookup.row_of_term, lookup.grams),
            *(question.words, question.shares, question.factors * statistics.idf[question.terms]),
            *(question.masses, question.following),
            *(FIELD_WEIGHTS, NAMING, SUBLINEAR),
            parts,
        )
        kernels.compare(*arrays)
        return parts

    def occurrences(self, table: TokenTable, documents: Offsets, terms: Ints) -> Occurrences:
        spans, first = table.spans, table.passage_of_doc
        if _too_wide((first, table.token_of_passage, spans.rare)):
            return super().occurrences(table, documents, terms)
        most = int(
            (table.token_of_passage[first[documents + 1]] - table.token_of_passage[first[documents]]).sum()
        )
        until, found = np.empty(len(documents), np.int64), np.empty((5, most), np.int32)
        kernels.occurrences(
            *(documents, first, table.token_of_passage, table.fields, table.terms.low, table.terms.high),
            *(spans.codes, spans.gaps, spans.lengths, spans.rare, spans.rare_gaps, spans.rare_lengths),
            *(terms, until, found),
        )
        return Occurrences(until, *found[:, : until[-1]])


def _too_wide(arrays: Iterable[Offsets]) -> bool:
    """Whether some of these have more than 32 bits."""
    return any(array.itemsize > 4 for array in arrays)
