"""The common words of a language: what is no slip of the fingers, though no document may hold it.

``benchmarks/list_words.py`` makes the lists; docs/adr/0012-common-words.md says from what.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache, lru_cache
from pathlib import Path

import marisa_trie

from kb.text.analyzer import analyzer

_LISTS = {path.name.split(".")[1]: path for path in Path(__file__).parent.glob("words.*.marisa")}


ONLY_A_STEM = "-"
"""Follows a term in a list that is no word itself: "parol-" of "parole"."""


@lru_cache(maxsize=64)
def common_terms(lang: str) -> Container[str]:
    """The terms of a language's common words; none where the project has no list of them."""
    path = _LISTS.get(analyzer(lang).language.code)
    return _mapped(path) if path else frozenset()


def is_common_in(word: str, lang: str) -> bool:
    """Whether a folded word is common in a language, or a form of one that is; that its stem is one is not enough."""
    term, common = analyzer(lang).term(word), common_terms(lang)
    return term in common and not (term == word and term + ONLY_A_STEM in common)


def is_common(word: str, lang: str) -> bool:
    """The same of a language or English: people write "link" in all of them."""
    return is_common_in(word, lang) or is_common_in(word, "en")


class _Terms:
    """A list, mapped: every process has the same memory."""

    def __init__(self, path: Path) -> None:
        self._listed = marisa_trie.Trie().mmap(str(path))

    def __contains__(self, term: object) -> bool:
        return term in self._listed or f"{term}{ONLY_A_STEM}" in self._listed


@cache
def _mapped(path: Path) -> Container[str]:
    return _Terms(path)
