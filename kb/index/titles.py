"""The titles of a layer's documents by their words, for completing what is being typed.

Words are sorted, so all that begin with a prefix, and their postings, are one slice. Postings name a title by its
place in the order in which titles are offered, so the smallest places are the best.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.postings import Ints, load_mapped, save_array
from kb.index.ragged import offsets, owners, ranges
from kb.model import Kind
from kb.text.analyzer import TOKEN, Analyzer

_MOST_WORDS = 7
"""Words typed before the last: each is a bit of a byte."""
_END = b"\xff"  # above every byte of UTF-8
_LONGEST_WORD = 32


@dataclass(frozen=True, slots=True)
class Title:
    """A title and who stands behind it."""

    text: str
    kind: Kind


class TitleTable:
    """The titles of one layer, read from ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._text: Any = np.memmap(folder / "titles.words.bin", np.uint8, "r")
        self._word_at: Any = load_mapped(folder / "titles.word_at.npy")
        self._indptr: Any = load_mapped(folder / "titles.indptr.npy")
        self._places: Any = load_mapped(folder / "titles.places.npy")
        self._first_indptr: Any = load_mapped(folder / "titles.first_indptr.npy")
        self._first_places: Any = load_mapped(folder / "titles.first_places.npy")
        self._slots: Any = load_mapped(folder / "titles.slots.npy")

    def find(self, whole: Sequence[str], last: str) -> list[Ints]:
        """Slots of titles that hold the words typed, the last of which may go on, in groups, the best first.

        First titles that begin with the first word typed, then those that hold all words, then those that hold most;
        in each group, articles before threads and short titles before long ones.
        """
        typed = [word.encode() for word in whole[-_MOST_WORDS:]]
        held = np.zeros(len(self._slots), np.uint8)
        for bit, word in enumerate(typed, start=1):
            held[self._of(self._exactly(word) or self._beginning(word))] |= np.uint8(1 << bit)
        ending = self._of(self._beginning(last.encode()))
        held[ending] |= np.uint8(1)
        held[held & 1 == 0] = 0
        amounts = np.bitwise_count(held)
        all_words = amounts == len(typed) + 1
        opening = self._exactly(typed[0]) if typed else self._beginning(last.encode())
        begins = np.zeros(len(held), bool)
        begins[self._of(opening, first=True)] = True
        most = int(amounts.max(initial=0))
        groups = [all_words & begins, all_words & ~begins]
        if 1 < most < len(typed) + 1:
            groups.append(amounts == most)
        return [self._slots[np.flatnonzero(group)] for group in groups]

    def beginning(self, prefix: str) -> list[int]:
        """Slots of titles with a word that begins so."""
        found: list[int] = self._slots[self._of(self._beginning(prefix.encode()))].tolist()
        return found

    def _exactly(self, word: bytes) -> range:
        number = self._number(word)
        return range(number, number + 1) if self._word(number) == word else range(0)

    def _beginning(self, prefix: bytes) -> range:
        return range(self._number(prefix), self._number(prefix + _END))

    def _of(self, words: range, *, first: bool = False) -> Ints:
        """The places of titles that hold one of these words, or begin with one."""
        indptr = self._first_indptr if first else self._indptr
        places = self._first_places if first else self._places
        return np.asarray(places[int(indptr[words.start]) : int(indptr[words.stop])]) if words else _NONE

    def _number(self, word: bytes) -> int:
        """The number of the first word that is not before this one."""
        return bisect_left(range(len(self._word_at) - 1), word, key=self._word)

    def _word(self, number: int) -> bytes:
        if number >= len(self._word_at) - 1:
            return _END
        return bytes(self._text[self._word_at[number] : self._word_at[number + 1]])


_NONE = np.zeros(0, np.int32)


def write_titles(folder: Path, titles: Sequence[Title], analyzer: Analyzer) -> None:
    """Write the table of a layer; ``titles`` by slot, at least one."""
    no_article = [title.kind is not Kind.ARTICLE for title in titles]
    order = np.lexsort(([len(title.text) for title in titles], no_article))
    split = _Split(analyzer)
    found, lengths = array("i"), array("i")
    for slot in order.tolist():
        raw = TOKEN.findall(titles[slot].text)
        found.extend(map(split.__getitem__, raw))
        lengths.append(len(raw))
    words_ = sorted(split.numbers)
    rank = np.empty(len(words_), np.int64)
    rank[[split.numbers[word] for word in words_]] = np.arange(len(words_))
    tokens, amounts = np.array(found, np.int64), np.array(split.amounts, np.int64)
    of_raw = ranges(offsets(amounts)[:-1][tokens], amounts[tokens])
    word = rank[np.array(split.words, np.int64)[of_raw]]
    place = owners(lengths)[owners(amounts[tokens])]
    opening = np.diff(place, prepend=-1) != 0
    (folder / "titles.words.bin").write_bytes(b"".join(words_) or b"\0")
    save_array(folder / "titles.word_at.npy", offsets([len(word) for word in words_]))
    save_array(folder / "titles.slots.npy", order.astype(np.int32))
    for name, chosen in (("", slice(None)), ("first_", opening)):
        cells = np.sort(word[chosen] << 32 | place[chosen])
        cells = cells[np.diff(cells, prepend=-1) != 0]
        indptr = cells.searchsorted(np.arange(len(words_) + 1) << 32)
        save_array(folder / f"titles.{name}indptr.npy", indptr)
        save_array(folder / f"titles.{name}places.npy", cells.astype(np.int32))  # their lower half


class _Split(dict[str, int]):
    """Numbers of raw tokens; each is split into its words once, however many titles it stands in."""

    def __init__(self, analyzer: Analyzer) -> None:
        super().__init__()
        self._analyzer = analyzer
        self.numbers: dict[bytes, int] = {}  # of words
        self.words, self.amounts = array("i"), array("i")  # of each raw token: its words, how many

    def __missing__(self, raw: str) -> int:
        self[raw] = number = len(self)
        words = [word[:_LONGEST_WORD].encode() for word in self._analyzer.words_of(raw)]
        self.words.extend([self.numbers.setdefault(word, len(self.numbers)) for word in words])
        self.amounts.append(len(words))
        return number
