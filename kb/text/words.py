"""The common words of a language: what is no slip of the fingers, though no document may hold it.

``benchmarks/list_words.py`` makes the lists; docs/adr/0012-common-words.md says from what.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from pathlib import Path

import marisa_trie

_FOLDER = Path(__file__).parent


@cache
def common_terms(lang: str) -> Container[str]:
    """The terms of a language's common words; none where the project has no list of them. Mapped, not loaded."""
    path = _FOLDER / f"words.{lang}.marisa"
    return marisa_trie.Trie().mmap(str(path)) if path.exists() else frozenset()
