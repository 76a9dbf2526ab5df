"""The documents of one language in an open generation: everything that a query is matched against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, zip_longest
from pathlib import Path

import numpy as np

from kb.index.affinity import Affinities
from kb.index.arithmetic import Arithmetic
from kb.index.characters import CharacterTable
from kb.index.engine import Facts, Token
from kb.index.marks import Marks
from kb.index.postings import Floats, Ints, load_mapped
from kb.index.ragged import owners
from kb.index.rows import DocumentRows
from kb.index.shortlist import EMPTY, Attributes, Slots, best
from kb.index.shown import Shown
from kb.index.similarity import SimilarityIndex
from kb.index.spellings import Spellings
from kb.index.titles import TitleTable
from kb.index.tokens import TokenTable, TokenTables
from kb.text.word_vectors import word_vectors

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
        vectors = word_vectors(folder.name)
        self.affinities = Affinities(vectors, self.similarity, self.tokens) if vectors else None
        self.attributes = Attributes(load_mapped(folder / "kinds.npy"), load_mapped(folder / "topics.npy"))
        self.topic_names: list[str] = (folder / "topics.txt").read_text(encoding="utf-8").split("\n")

    @property
    def ordinals(self) -> range:
        """The ordinals of its slots."""
        return range(self.first, self.first + self.slots)

    @property
    def tokens(self) -> TokenTables:
        """The tokens of all slots."""
        return TokenTables(self.tables, self.similarity.vocabulary)

    @property
    def characters(self) -> list[CharacterTable]:
        """The character n-grams of all slots."""
        return self.similarity.characters

    @property
    def there(self) -> Slots:
        """Which slots hold a document."""
        return np.not_equal(self.attributes.kinds, EMPTY)

    def facts(self, slots: Iterable[int]) -> list[Facts]:
        """The facts of the documents in some slots, which priors weigh."""
        return [rows.facts(document) for rows, document in map(self._row, slots)]

    def shown(self, slot: int) -> Shown:
        """What a hit shows of the document in a slot."""
        rows, document = self._row(slot)
        return rows.shown(document)

    def row(self, slot: int) -> bytes:
        """The stored row of a slot: its facts and what a hit shows of it."""
        rows, document = self._row(slot)
        return rows.read(document)

    def _row(self, slot: int) -> tuple[DocumentRows, int]:
        """The rows that have a slot's, and its place among them."""
        return (self._rows[0], slot) if slot < self.fitted else (self._rows[1], slot - self.fitted)

    def matched_tokens(self, ordinals: Sequence[int], terms: Sequence[str]) -> list[list[Token]]:
        """Where the terms, or words close to them, stand in some documents (:class:`kb.index.marks.Marks`)."""
        return self._marks.of([ordinal - self.first for ordinal in ordinals], terms)

    def coverage(self, texts: Sequence[Sequence[str]], ordinals: Sequence[int]) -> list[float]:
        """The share of its best covered text that each document covers, by information (IDF), in [0, 1].

        :param texts: each as its terms.
        """
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
        table, document = self.tokens.find(ordinal - self.first)
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
        """The slots ``among`` some that hold all terms, ascending; at most ``most``, those where they weigh most."""
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

    def topic_number(self, name: str) -> int:
        """The number of a topic; -1 where no document has it."""
        return self.topic_names.index(name) if name in self.topic_names else -1


def layers(folder: Path) -> tuple[Path, Path | None]:
    """The folders of a partition's base and, if there is one, of its delta."""
    delta = folder / "delta"
    return folder / "base", delta if delta.is_dir() else None
