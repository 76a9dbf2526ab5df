"""The documents of one language: their tokens and weights, and how a query is matched against them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.characters import CharacterTable
from kb.index.documents import FIELDS
from kb.index.engine import Candidate, Retrieval, Retrieved, Token
from kb.index.postings import Floats, Ints, load_mapped
from kb.index.similarity import SimilarityIndex
from kb.index.spellings import Spellings
from kb.index.titles import TitleTable
from kb.index.tokens import Known, TokenTable
from kb.index.vectors import VectorIndex
from kb.model import Kind

KINDS = tuple(Kind)
EMPTY = 255
"""The kind of an empty slot."""
COMPARED = 64
"""Candidates that all scorers compare with the query: as good as 1,000 on judged collections."""
NEAREST = 32
"""Candidates that are compared since they come close in meaning, beside those found by words."""
_MOST_MARKED = 32  # different terms of a query that snippets mark: of a long message, those that say most
_MOST_GONE = 200  # titles looked at beyond those wanted: some may be of documents that have gone
_NO_SLOTS = np.zeros(0, np.int32)
_CLOSE_ENOUGH = 0.6  # of a word that is marked in a snippet though it is not the word that was asked for


class Partition:
    """One language of a generation: the documents it was fitted on (``base``), then those that came later.

    A document's slot is its place among these; ``first`` plus the slot is its ordinal. The slot of a document
    that has gone or changed since the fit is empty until the next one.
    """

    def __init__(self, folder: Path, first: int) -> None:
        self.folder = folder
        self.first = first
        base, delta = layers(folder)
        self.tables = [TokenTable.load(layer) for layer in (base, delta) if layer]
        self.slots = sum(table.documents for table in self.tables)
        self.similarity = SimilarityIndex([layer for layer in (base, delta) if layer], self.tables)
        self._titles = [TitleTable(layer) for layer in (base, delta) if layer]
        self.spellings = Spellings.load(base, delta)
        self._asked = lru_cache(maxsize=256)(self._find_asked)  # the same for every hit of a query
        self._kinds: Any = load_mapped(folder / "kinds.npy")
        self._topics: Any = load_mapped(folder / "topics.npy")
        self._topic_names: list[str] = (folder / "topics.txt").read_text(encoding="utf-8").split("\n")

    @property
    def ordinals(self) -> range:
        """The ordinals of its slots."""
        return range(self.first, self.first + self.slots)

    @property
    def known(self) -> Known:
        """The tokens of all slots."""
        return Known(self.tables, self.similarity.vocabulary)

    @property
    def characters(self) -> list[CharacterTable]:
        """The character n-grams of all slots."""
        return self.similarity.characters

    def retrieve(
        self, retrieval: Retrieval, matching: Ints | None, vectors: VectorIndex | None = None
    ) -> tuple[Ints, Retrieved]:
        """Ordinals, best first, and their candidates, whose ids are still empty.

        ``matching`` are the ordinals that meet the conditions of the query, or None where it has none; ``vectors``
        are those that the meaning of the query compares with, where it can be compared.
        """
        meaning = retrieval.meaning if vectors else None
        question = self.similarity.ask(retrieval.terms, retrieval.text)
        scores = self.similarity.found(question)
        close = vectors.closeness(meaning.vector, self._kinds != EMPTY) if vectors and meaning else None
        held = scores > 0
        if close and meaning:
            held |= close.near(meaning.least_lead)
        found = self._matching(retrieval, held, matching)
        kinds = self._kinds[found]
        counts = {kind: int(np.count_nonzero(kinds == code)) for code, kind in enumerate(KINDS)}
        if retrieval.kind:
            found = found[kinds == KINDS.index(retrieval.kind)]
        shortlist = best(scores, found, max(retrieval.limit, COMPARED))
        compared = np.sort(shortlist[:COMPARED])
        if close:
            compared = np.union1d(compared, best(close.nearness, found, NEAREST))
        rest = shortlist[~np.isin(shortlist, compared)]
        by = self.similarity.compare(question, compared)
        coverage = by.evidence / np.float32(question.mass)
        fused = by.fused
        if close and meaning:
            fused = meaning.fused(by.fused, close.nearness[compared], coverage, close.compared)
        order = np.lexsort((compared, -fused))[: retrieval.limit]
        columns = (
            compared[order],
            fused[order],
            by.cosine[order],
            coverage[order],
            by.evidence[order],
            by.fused[order],
        )
        candidates = [
            Candidate(
                ordinal=slot + self.first,
                id="",
                score=score,
                cosine=cosine,
                coverage=covered,
                evidence=evidence,
                words=words,
                closeness=float(close.cosines[slot]) if close else None,
                section=close.section(slot) if close else -1,
            )
            for slot, score, cosine, covered, evidence, words in zip(
                *(c.tolist() for c in columns), strict=True
            )
        ]
        candidates += self._below(candidates, scores, rest[: retrieval.limit - len(candidates)])
        return np.array([c.ordinal for c in candidates], np.int32), Retrieved(tuple(candidates), counts)

    def _matching(
        self, retrieval: Retrieval, held: NDArray[np.bool_], matching: Ints | None
    ) -> NDArray[np.intp]:
        """The slots that match, of either kind. ``held`` says which hold some of what is asked."""
        if matching is None:
            found = np.flatnonzero(held)
            found = found[self._kinds[found] != EMPTY]
        else:
            found = matching.astype(np.intp) - self.first
            if retrieval.terms and all(clause.negated for clause in retrieval.clauses):
                found = found[held[found]]  # an exclusion narrows the plain words, it does not replace them
        if retrieval.topic:
            found = found[self._topics[found] == self._topic(retrieval.topic)]
        return found

    def _below(self, compared: Sequence[Candidate], scores: Floats, rest: Ints) -> list[Candidate]:
        """The candidates that were not compared, in the order of their first score, below all that were."""
        if not len(rest):
            return []
        scale = compared[-1].score / (float(scores[rest[0]]) or 1.0)
        return [
            Candidate(slot + self.first, "", scale * score, 0.0, 0.0, score)
            for slot, score in zip(rest.tolist(), scores[rest].tolist(), strict=True)
        ]

    def matched_tokens(self, ordinal: int, terms: Iterable[str]) -> tuple[Token, ...]:
        """Where the terms, or words close to them, stand in a document; a term's close word is named by the term."""
        asked = self._asked(tuple(terms))
        table, document = self.known.find(ordinal - self.first)
        span = table.tokens_of(document)
        numbers = table.terms[span]
        first = int(table.passage_of_doc[document])
        found = np.flatnonzero(np.isin(numbers, np.fromiter(asked, np.int32, len(asked)))) + span.start
        passage = np.searchsorted(table.token_of_passage, found, side="right") - 1 - first
        columns = (
            table.terms[found],
            passage,
            table.fields[first + passage],
            table.starts[found],
            table.ends[found],
        )
        return tuple(
            Token(asked[number], self.similarity.idf(number), FIELDS[field].name, place, start, end)
            for number, place, field, start, end in zip(*(c.tolist() for c in columns), strict=True)
        )

    def titles(self, whole: Sequence[str], last: str, limit: int) -> list[int]:
        """Ordinals of titles that hold the words typed, the last of which may go on, the best first."""
        layers, first = [], 0
        for table, titles in zip(self.tables, self._titles, strict=True):
            layers.append([group + first for group in titles.find(whole, last)])
            first += table.documents
        found: list[int] = []
        for group in chain.from_iterable(zip_longest(*layers, fillvalue=_NO_SLOTS)):
            there = group[: 2 * limit + _MOST_GONE]
            found += there[self._kinds[there] != EMPTY].tolist()
        return [slot + self.first for slot in found[:limit]]

    def _find_asked(self, terms: tuple[str, ...]) -> dict[int, str]:
        """The numbers of the terms that say most, and of words close to them, with the term each stands for."""
        known = {term: self.similarity.vocabulary.number(term) for term in terms}
        telling = sorted(
            known, key=lambda term: -self.similarity.idf(known[term]) if known[term] >= 0 else -math.inf
        )[:_MOST_MARKED]
        asked: dict[int, str] = {}
        for term in telling:
            near = self.similarity.neighbours.of(term)
            for number in near.numbers[near.similarities >= _CLOSE_ENOUGH].tolist():
                asked.setdefault(number, term)
        asked.update({known[term]: term for term in telling if known[term] >= 0})  # a word is named by itself
        return asked

    def _topic(self, name: str) -> int:
        return self._topic_names.index(name) if name in self._topic_names else -1


def best(scores: Floats, places: NDArray[np.intp], limit: int) -> Ints:
    """The ``limit`` places with the highest scores, best first, ties by place."""
    if len(places) > 4 * limit > 0:
        chosen = scores[places]
        least = np.partition(chosen, -limit)[-limit]
        places = places[chosen >= least]
    order = np.lexsort((places, -scores[places]))[:limit]
    return places[order].astype(np.int32)


def layers(folder: Path) -> tuple[Path, Path | None]:
    """Where a partition keeps what was fitted, and what came later, if anything did."""
    delta = folder / "delta"
    return folder / "base", delta if delta.is_dir() else None
