"""Codes such as HM-1012 stay whole: broken at the end of a line, nobody who compares them would find them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_CODE = r"(?<![\w/.-])[^\W\d_]{1,8}(?:-\d{1,6}){1,2}(?![\w-])"
"""Short enough to fit into any line. Ranges, dates and words with a hyphen may break: "2-5", "log-in"."""
_PLACES = re.compile(_CODE)
_TAGS_AND_CODES = re.compile(rf"<[^>]*>|{_CODE}")
OPEN, CLOSE = '<span class="code-word">', "</span>"


def places(text: str) -> Iterator[tuple[int, int]]:
    """Where the codes of a text stand."""
    return (code.span() for code in _PLACES.finditer(text))


def unbroken(text: str) -> Markup:
    """A text as HTML, its codes whole."""
    return unbroken_html(escape(text))


def unbroken_html(html: str) -> Markup:
    """The same HTML, the codes in its text whole."""
    return Markup(_TAGS_AND_CODES.sub(_whole, html))  # noqa: S704  # what was HTML stays it


def _whole(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f"{OPEN}{found[0]}{CLOSE}"
