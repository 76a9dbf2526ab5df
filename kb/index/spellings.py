"""The words of one language as people write them: what a misspelt one may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.index.vocabulary import Vocabulary


class Spellings:
    """Words, each once, folded. A word whose documents have all gone may stay until the language is fitted anew."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words

    @classmethod
    def load(cls, base: Path, delta: Path | None) -> Spellings:
        later = (delta / "words.txt").read_text(encoding="utf-8").split() if delta else []
        return cls(Vocabulary.load(base / "words.marisa", later))

    def every(self) -> Iterable[str]:
        """All words."""
        return self._words.starting_with("")

    @property
    def later(self) -> tuple[str, ...]:
        """The words of the documents that came later."""
        return self._words.later

    def close(self, word: str, edits: int) -> tuple[str, ...]:
        """Words within so many edits (a letter more, less or another, or two swapped), the first letter kept."""
        alike = [
            known
            for known in self._words.starting_with(word[:1])
            if -edits <= len(known) - len(word) <= edits
        ]
        found = process.extract_iter(word, alike, scorer=OSA.distance, score_cutoff=edits)
        return tuple(sorted(known for known, _, _ in found))


def write_base(folder: Path, words: Iterable[str]) -> None:
    """Write the words of fitted documents."""
    Vocabulary.of(words).save(folder / "words.marisa")


def write_delta(folder: Path, words: Iterable[str]) -> None:
    """Write the words of the documents that came later."""
    (folder / "words.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
