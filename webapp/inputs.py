"""What a visitor typed, made safe to search, to store and to show: these functions are total."""

from __future__ import annotations

import re

LONGEST_QUERY = 500
"""Characters of a search; nobody types more, and what follows would not change the answer."""

LAST_PAGE = 50

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for tabs and line breaks, and lone surrogates."""
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?\Z")


def clean_line(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters, without control characters and lone surrogates."""
    return " ".join(_printable(text[: limit * 4]).split())[:limit].rstrip()


def clean_text(text: str) -> str:
    """Lines as typed, without control characters and lone surrogates, with ``\\n`` line ends."""
    return _printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text)


def page_number(text: str) -> int:
    """The page asked for; 1 for whatever is not a page."""
    digits = text[:9]  # more would be a number that Python refuses to read, and no page
    return min(max(int(digits), 1), LAST_PAGE) if digits.isascii() and digits.isdigit() else 1


def language_code(text: str) -> str:
    """``text`` when it looks like a language code, otherwise nothing."""
    return text if _LANG.match(text) else ""
