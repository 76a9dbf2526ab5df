"""Spelling: the word that was probably meant by one that no document holds."""

from __future__ import annotations

import re

from kb.index.engine import IndexReader
from kb.text.analyzer import analyzer, fold

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ONE_EDIT_FROM = 4  # letters; shorter words have too many neighbours
_TWO_EDITS_FROM = 8
_LONGEST = 40  # letters of a word that somebody typed rather than pasted
_MOST_WORDS = 24
"""Nobody spells a message for its writer; and looking up each word of a pasted log would take seconds."""


def corrected(text: str, lang: str, reader: IndexReader) -> str:
    """``text`` with its unknown words replaced by the closest known ones; empty if there is nothing to replace.

    Numbers and error codes are never touched.
    """
    parts = text.split()
    if len(parts) > _MOST_WORDS:
        return ""
    words = analyzer(lang)
    changed = False

    def replace(match: re.Match[str]) -> str:
        nonlocal changed
        word = fold(match.group())
        term = words.term(word)
        if not _ONE_EDIT_FROM <= len(word) <= _LONGEST or not term or reader.frequency(lang, term):
            return match.group()
        meant = _closest(word, lang, reader)
        changed = changed or bool(meant)
        return meant or match.group()

    better = " ".join(
        part if any(c.isdigit() or c in '_:*"' for c in part) else _WORD.sub(replace, part) for part in parts
    )
    return better if changed else ""


def _closest(word: str, lang: str, reader: IndexReader) -> str:
    """The known word within one edit, or else two, that most documents hold."""
    for edits in (1, 2) if len(word) >= _TWO_EDITS_FROM else (1,):
        found = reader.close_words(lang, word, edits)
        frequencies = {close: reader.frequency(lang, analyzer(lang).term(close)) for close in found}
        known = [close for close in found if frequencies[close]]
        if known:
            return max(known, key=lambda close: (frequencies[close], close))
    return ""
