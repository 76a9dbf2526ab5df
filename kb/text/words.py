"""The common words of a language: what is no slip of the fingers, though no document may hold it.

``benchmarks/list_words.py`` makes the lists; docs/adr/0012-common-words.md says from what.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from pathlib import Path

import marisa_trie

from kb.text.analyzer import analyzer

_LISTS = {path.name.split(".")[1]: path for path in Path(__file__).parent.glob("words.*.marisa")}


def common_terms(lang: str) -> Container[str]:
    """The terms of a language's common words; none where the project has no list of them."""
    path = _LISTS.get(analyzer(lang).language.code)
    return _mapped(path) if path else frozenset()


def is_common(word: str, lang: str) -> bool:
    """Whether a folded word is common in a language, or in English: people write "link" in all of them."""
    return analyzer(lang).term(word) in common_terms(lang) or analyzer("en").term(word) in common_terms("en")


@cache
def _mapped(path: Path) -> Container[str]:
    """Every process maps the same memory."""
    listed: Container[str] = marisa_trie.Trie().mmap(str(path))
    return listed
