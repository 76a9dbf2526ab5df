"""The terms of one language's documents, numbered: a memory-mapped trie, and the few terms that came after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import marisa_trie


class Vocabulary:
    """Terms and their numbers ``0 .. len-1``: the trie's first, then ``later`` ones in their order."""

    def __init__(self, trie: marisa_trie.Trie, later: Sequence[str] = ()) -> None:
        self._trie = trie
        self._later = tuple(later)
        self._later_numbers = {term: len(trie) + place for place, term in enumerate(self._later)}

    @classmethod
    def of(cls, terms: Iterable[str]) -> Vocabulary:
        return cls(marisa_trie.Trie(sorted(set(terms))))

    @classmethod
    def load(cls, path: Path, later: Sequence[str] = ()) -> Vocabulary:
        return cls(marisa_trie.Trie().mmap(str(path)), later)

    def extended(self, later: Sequence[str]) -> Vocabulary:
        """The same numbers, and terms after them."""
        return Vocabulary(self._trie, (*self._later, *later))

    @property
    def later(self) -> tuple[str, ...]:
        """The terms that came after the trie."""
        return self._later

    def save(self, path: Path) -> None:
        """Write the trie."""
        self._trie.save(str(path))

    def __len__(self) -> int:
        return len(self._trie) + len(self._later)

    @property
    def fitted(self) -> int:
        """How many terms the trie holds: those that statistics were fitted for."""
        return len(self._trie)

    def number(self, term: str) -> int:
        """The number of a term, or -1."""
        try:
            return int(self._trie.key_id(term))
        except (KeyError, UnicodeEncodeError):
            return self._later_numbers.get(term, -1)

    def term(self, number: int) -> str:
        """The term of a number."""
        fitted = len(self._trie)
        return str(self._trie.restore_key(number)) if number < fitted else self._later[number - fitted]

    def terms(self) -> list[str]:
        """Every term, by number."""
        terms = [""] * len(self._trie)
        for term, number in self._trie.iteritems():
            terms[number] = term
        return [*terms, *self._later]

    def starting_with(self, prefix: str) -> list[tuple[str, int]]:
        """Every term that begins with ``prefix`` and its number, in no promised order."""
        later = (item for item in self._later_numbers.items() if item[0].startswith(prefix))
        return [*self._trie.iteritems(prefix), *later]

    def beginnings(self, term: str) -> list[tuple[str, int]]:
        """Every term that ``term`` begins with and its number, in no promised order."""
        later = (item for item in self._later_numbers.items() if term.startswith(item[0]))
        return [*self._trie.iter_prefixes_with_ids(term), *later]
