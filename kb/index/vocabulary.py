"""The terms of one language's documents, numbered, in a memory-mapped trie."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import marisa_trie


class Vocabulary:
    """Terms and their numbers ``0 .. len-1``."""

    def __init__(self, trie: marisa_trie.Trie) -> None:
        self._trie = trie

    @classmethod
    def of(cls, terms: Iterable[str]) -> Vocabulary:
        return cls(marisa_trie.Trie(sorted(set(terms))))

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        return cls(marisa_trie.Trie().mmap(str(path)))

    def save(self, path: Path) -> None:
        self._trie.save(str(path))

    def __len__(self) -> int:
        return len(self._trie)

    def number(self, term: str) -> int:
        """The number of a term, or -1."""
        try:
            return int(self._trie.key_id(term))
        except (KeyError, UnicodeEncodeError):
            return -1

    def term(self, number: int) -> str:
        """The term of a number."""
        return str(self._trie.restore_key(number))

    def starting_with(self, prefix: str) -> list[str]:
        """Every term that begins with ``prefix``, in no promised order."""
        return list(self._trie.iterkeys(prefix))
