"""The documents of one language: their tokens and weights, and how a query is matched against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, zip_longest
from pathlib import Path

import numpy as np

from kb.index.affinity import Affinities
from kb.index.arithmetic import Arithmetic
from kb.index.characters import CharacterTable
from kb.index.engine import Candidate, Facts, Retrieval, Retrieved, Token
from kb.index.marks import Marks
from kb.index.postings import Floats, Ints, load_mapped
from kb.index.ragged import owners
from kb.index.rows import DocumentRows
from kb.index.shortlist import (
    ANY_KIND,
    ANY_TOPIC,
    EMPTY,
    KINDS,
    Attributes,
    Slots,
    Wanted,
    best,
    choose,
)
from kb.index.shown import Shown
from kb.index.similarity import SimilarityIndex
from kb.index.spellings import Spellings
from kb.index.titles import TitleTable
from kb.index.tokens import Known, TokenTable
from kb.index.vectors import VectorIndex
from kb.text.senses import senses

COMPARED = 64
"""Candidates that all scorers compare with the query: as good as 1,000 on judged collections."""
NEAREST = 32
"""Candidates that are compared since they come close in meaning, beside those found by words."""
_MOST_GONE = 200  # titles looked at beyond those wanted: some may be of documents that have gone
_NO_SLOTS = np.zeros(0, np.int32)


class Partition:
    """One language of a generation: the documents it was fitted on (``base``), then those that came later.

    A document's slot is its place among these; ``first`` plus the slot is its ordinal. The slot of a document
    that has gone or changed since the fit is empty until the next one.
    """

    def __init__(self, folder: Path, first: int, arithmetic: Arithmetic | None = None) -> None:
        """:param arithmetic: the fastest that there is, if not given."""
        self.folder = folder
        self.first = first
        base, delta = layers(folder)
        self.tables = [TokenTable.load(layer) for layer in (base, delta) if layer]
        self.slots = sum(table.documents for table in self.tables)
        self.fitted = self.tables[0].documents
        """How many of its slots are those of the base."""
        self.similarity = SimilarityIndex(
            [layer for layer in (base, delta) if layer], self.tables, arithmetic
        )
        self._titles = [TitleTable(layer) for layer in (base, delta) if layer]
        self.spellings = Spellings.load(base, delta)
        self._rows = [DocumentRows(layer) for layer in (base, delta) if layer]
        self._marks = Marks(self.tables, self.similarity)
        about = senses(folder.name)
        self.affinities = Affinities(about, self.similarity, self.known) if about else None
        self.attributes = Attributes(load_mapped(folder / "kinds.npy"), load_mapped(folder / "topics.npy"))
        self.topic_names: list[str] = (folder / "topics.txt").read_text(encoding="utf-8").split("\n")

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
        self,
        retrieval: Retrieval,
        matching: Slots | None = None,
        vectors: VectorIndex | None = None,
    ) -> Retrieved:
        """The documents that match, best first.

        ``matching`` are the slots that meet the conditions of the query, or None where it has none; ``vectors``
        are those that the meaning of the query compares with, where it can be compared.
        """
        meaning = retrieval.meaning if vectors else None
        question = self.similarity.ask(retrieval.terms, retrieval.text)
        wanted = self._wanted(retrieval)
        close = vectors.closeness(meaning.vector, self.there) if vectors and meaning else None
        if close is None and matching is None:
            shortlist = self.similarity.shortlist(question, self.attributes, wanted)
            compared, rest = np.sort(shortlist.slots[:COMPARED]), shortlist.beyond(COMPARED)
        else:
            scores = self.similarity.found(question)
            scores[self.attributes.gone] = 0
            held = scores > 0
            if close and meaning:
                held |= close.near(meaning.least_lead)
            matched = self._matching(retrieval, held, matching)
            scores *= matched
            shortlist, found = choose(scores, matched, self.attributes, wanted)
            compared, rest = np.sort(shortlist.slots[:COMPARED]), shortlist.beyond(COMPARED)
            if close:
                compared = np.union1d(compared, best(close.nearness, np.flatnonzero(found), NEAREST))
                rest = rest.without(compared)
        counts = dict(zip(KINDS, shortlist.counts, strict=True))
        if not retrieval.limit:
            return Retrieved((), counts)
        by = self.similarity.compare(question, compared)
        coverage = by.evidence / np.float32(question.mass)
        fused = by.fused
        if close and meaning:
            fused = meaning.fused(by.fused, close.nearness[compared], coverage, close.compared)
        order = np.lexsort((compared, -fused))[: retrieval.limit]
        left = rest.slots[: max(0, retrieval.limit - len(order))]
        slots = np.concatenate([compared[order], left])
        ordinals = (slots + self.first).tolist()
        columns = (fused[order], by.cosine[order], coverage[order], by.evidence[order], by.fused[order])
        known = self.facts(slots.tolist())
        candidates = [
            Candidate(ordinal, of.id, score, cosine, covered, evidence, words, facts=of)
            for ordinal, of, score, cosine, covered, evidence, words in zip(
                ordinals[: len(order)], known[: len(order)], *(c.tolist() for c in columns), strict=True
            )
        ]
        if close:
            candidates = [
                each._replace(
                    closeness=float(close.cosines[slot]),
                    section=close.section(slot),
                    runner_up=close.runner_up(slot),
                )
                for each, slot in zip(candidates, slots.tolist(), strict=False)
            ]
        if len(left):  # not compared: in the order of their first score, below all that were
            scale = candidates[-1].score / (float(rest.scores[0]) or 1.0)
            scores = rest.scores[: len(left)].tolist()
            below = zip(ordinals[len(order) :], known[len(order) :], scores, strict=True)
            candidates += [
                Candidate(o, of.id, scale * score, 0.0, 0.0, score, facts=of) for o, of, score in below
            ]
        return Retrieved(tuple(candidates), counts)

    @property
    def there(self) -> Slots:
        """Which slots hold a document."""
        return np.not_equal(self.attributes.kinds, EMPTY)

    def _wanted(self, retrieval: Retrieval) -> Wanted:
        return Wanted(
            max(retrieval.limit, COMPARED),
            KINDS.index(retrieval.kind) if retrieval.kind else ANY_KIND,
            self._topic(retrieval.topic) if retrieval.topic else ANY_TOPIC,
        )

    def _matching(self, retrieval: Retrieval, held: Slots, matching: Slots | None) -> Slots:
        """The slots that match, of either kind. ``held`` says which hold some of what is asked."""
        if matching is None:
            return held
        if retrieval.terms and all(clause.negated for clause in retrieval.clauses):
            return matching & held  # an exclusion narrows the plain words, it does not replace them
        return matching

    def facts(self, slots: Iterable[int]) -> list[Facts]:
        """What is known of the documents in some slots before anything is asked."""
        return [rows.facts(document) for rows, document in map(self._row, slots)]

    def shown(self, slot: int) -> Shown:
        """What a hit shows of the document in a slot."""
        rows, document = self._row(slot)
        return rows.shown(document)

    def row(self, slot: int) -> bytes:
        """Both, as they are stored."""
        rows, document = self._row(slot)
        return rows.read(document)

    def _row(self, slot: int) -> tuple[DocumentRows, int]:
        """The rows that have a slot's, and its place among them."""
        return (self._rows[0], slot) if slot < self.fitted else (self._rows[1], slot - self.fitted)

    def matched_tokens(self, ordinals: Sequence[int], terms: Sequence[str]) -> list[list[Token]]:
        """Where the terms, or words close to them, stand in some documents (:class:`kb.index.marks.Marks`)."""
        return self._marks.of([ordinal - self.first for ordinal in ordinals], terms)

    def coverage(self, texts: Sequence[Sequence[str]], ordinals: Sequence[int]) -> list[float]:
        """How much of the terms' information each document covers of the text that it covers best, in [0, 1]."""
        masses = [self.similarity.masses(terms) for terms in texts]
        known = np.array(sorted({n for text in masses for n, _ in text if n >= 0}), np.int32)
        row = {number: place for place, number in enumerate(known.tolist())}
        shares = np.zeros((len(known), len(texts)), np.float32)
        for column, text in enumerate(masses):
            whole = sum(mass for _, mass in text) or 1.0
            for number, mass in text:
                if number >= 0:
                    shares[row[number], column] = mass / whole
        best: list[float] = (self._held(known, ordinals) @ shares).max(axis=1, initial=0).tolist()
        return best

    def _held(self, known: Ints, ordinals: Sequence[int]) -> Floats:
        """Documents × the terms with these numbers, ascending: 1 where the document has the term."""
        held = np.zeros((len(ordinals), len(known)), np.float32)
        tokens = [self._terms_of(ordinal) for ordinal in ordinals]
        if not tokens or not len(known):
            return held
        terms, owner = np.concatenate(tokens), owners(np.array([len(each) for each in tokens]))
        place = np.minimum(np.searchsorted(known, terms), len(known) - 1)
        there = known[place] == terms
        held[owner[there], place[there]] = 1
        return held

    def _terms_of(self, ordinal: int) -> Ints:
        """The numbers of a document's tokens."""
        table, document = self.known.find(ordinal - self.first)
        return table.terms_of(document)

    def numbers(self, terms: Iterable[str]) -> Ints:
        """The numbers of those terms that there are."""
        numbers = (self.similarity.vocabulary.number(term) for term in terms)
        return np.fromiter((number for number in numbers if number >= 0), np.int32)

    def beginning(self, prefix: str) -> Ints:
        """The numbers of the terms that begin with ``prefix``."""
        numbers = (number for _, number in self.similarity.vocabulary.starting_with(prefix))
        return np.fromiter(numbers, np.int32)

    def frequent(self, prefix: str, limit: int) -> list[str]:
        """The terms that begin with ``prefix`` and most documents hold, those first that more hold."""
        numbers = self.beginning(prefix)
        lengths = self.similarity.words.lengths(numbers)
        chosen = (
            numbers[lengths >= np.partition(lengths, -limit)[-limit]] if len(numbers) > limit else numbers
        )
        terms = {self.similarity.vocabulary.term(number): number for number in chosen.tolist()}
        return sorted(terms, key=lambda term: (-self.similarity.words.length(terms[term]), term))[:limit]

    def holding(self, numbers: Ints) -> Slots:
        """Which slots hold at least one of the terms with these numbers."""
        held = np.zeros(self.slots, bool)
        held[self.similarity.words.of_any(numbers)] = True
        return held

    def holding_all(self, terms: Sequence[str], among: Slots, most: int) -> list[int]:
        """Of some slots those that hold all of some terms, ascending; of too many, those where they weigh most."""
        held, weight = among.copy(), np.zeros(self.slots, np.float32)
        for term in set(terms):
            numbers = self.numbers([term])
            held &= self.holding(numbers)
            for number in numbers.tolist():
                self.similarity.words.add(number, 1.0, weight)
        found: list[int] = np.sort(best(weight, np.flatnonzero(held), most)).tolist()
        return found

    def titles_beginning(self, prefix: str) -> list[int]:
        """The slots of documents whose titles have a word that begins so, folded as it is written."""
        return [slot + first for first, titles in self._by_title() for slot in titles.beginning(prefix)]

    def titles(self, whole: Sequence[str], last: str, limit: int) -> list[int]:
        """Ordinals of titles that hold the words typed, the last of which may go on, the best first."""
        layers = [[group + first for group in titles.find(whole, last)] for first, titles in self._by_title()]
        found: list[int] = []
        for group in chain.from_iterable(zip_longest(*layers, fillvalue=_NO_SLOTS)):
            there = group[: 2 * limit + _MOST_GONE]
            found += there[self.attributes.kinds[there] != EMPTY].tolist()
        return [slot + self.first for slot in found[:limit]]

    def _by_title(self) -> Iterator[tuple[int, TitleTable]]:
        """The first slot of each layer, and its titles."""
        firsts = accumulate((table.documents for table in self.tables), initial=0)
        return zip(firsts, self._titles, strict=False)

    def _topic(self, name: str) -> int:
        return self.topic_names.index(name) if name in self.topic_names else -1


def layers(folder: Path) -> tuple[Path, Path | None]:
    """Where a partition keeps what was fitted, and what came later, if anything did."""
    delta = folder / "delta"
    return folder / "base", delta if delta.is_dir() else None
