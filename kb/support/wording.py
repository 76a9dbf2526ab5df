"""Words and shapes that writers list in ``contact.toml``, found in what people write, in time linear in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What each shape matches is written here once, so that the file needs no regular expressions.
SHAPES = {
    "error code": r"0x[0-9a-f]{4,16} | [a-z]{2,12}_[a-z0-9_]{3,60} | [a-z]{1,6}-\d{2,8}"
    r" | (?:error|err|code|errore|codice|ошибк\w{1,3}|код)[ ]?(?:nr|no|n|[#№:°])?[.:]?[ ]?\d{2,8}",
    "quote": '["“«‹„][^"”»›“\n]{4,300}["”»›“]',
    "version": r"v?\d{1,4}\.\d{1,5}(?:\.\d{1,6}){0,2}",
    "number": r"[#№]?\d{5,20}",
    "date": r"\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})? | \d{4}-\d\d-\d\d",
    "time": r"\d{1,2}[:.]\d\d | \d{1,2}[ ]?(?:am|pm)",
    "email": r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,200}\.\w{2,24}",
}
"""Regular expressions by the name a writer uses; blanks are for reading, ``[ ]`` is one."""

_NEVER = re.compile(r"(?!)")


def folded(text: str) -> str:
    """Lower case, without accents, and ``ё`` as ``е``: as people type, not as they should."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("ё", "е").replace("’", "'"))
    kept = "".join(c for c in decomposed if unicodedata.category(c) != "Mn" or c == "\u0306")
    return unicodedata.normalize("NFC", kept)  # й keeps its breve: it is another letter than и


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the words or phrases as whole words; ``*`` at a word's end stands for any ending.

    Search in :func:`folded` text.
    """
    phrases = [phrase for word in words if (phrase := _phrase(word))]
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)") if phrases else _NEVER


def shapes_pattern(shapes: Iterable[str], formats: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the shapes, or of the formats, in which ``#`` is a digit and ``@`` a letter.

    :raises KeyError: there is no shape of that name.
    """
    parts = [f"(?:{SHAPES[shape]})" for shape in shapes] + [_format(one) for one in formats]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.VERBOSE) if parts else _NEVER


def only(pattern: re.Pattern[str], text: str) -> bool:
    """Whether folded text consists of nothing but what the pattern finds (and signs); it must find something."""
    rest, found = pattern.subn(" ", text)
    return found > 0 and not re.search(r"\w", rest)


def _phrase(word: str) -> str:
    parts = (
        re.escape(part.rstrip("*")) + (r"\w*" if part.endswith("*") else "") for part in folded(word).split()
    )
    return r"\s+".join(parts)


def _format(text: str) -> str:
    kinds = {"#": r"\d", "@": r"[^\W\d_]"}
    return "".join(kinds.get(character) or re.escape(character) for character in folded(text))
