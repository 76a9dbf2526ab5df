"""Headings: the outline that screen readers jump by and search results open at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kb.writing.findings import Finding, Severity
from kb.writing.library import Library
from kb.writing.manuscripts import Manuscript

_FIRST = 2
"""The page's title is its only heading of level 1."""
_LONG = 3500
"""Characters of text: after a page on a screen, a reader needs places to jump to."""


def check(library: Library) -> Iterator[Finding]:
    """Skipped levels, headings with nothing under them, one heading twice, and long texts without any."""
    for one in library.manuscripts:
        yield from _levels(one)
        yield from _twice(one)
        sections = one.article.sections
        if not any(section.title for section in sections) and sum(len(s.text) for s in sections) > _LONG:
            message = (
                "a long text without headings: give each step or case a ## heading that search can open at"
            )
            yield Finding(one.path, one.body_line, "heading", Severity.NOTICE, message)


def _levels(one: Manuscript) -> Iterator[Finding]:
    before, lowered = _FIRST - 1, _lowered(one)
    sections = one.article.sections
    for place, section in enumerate(sections):
        if not section.title:
            continue
        if section.level > before + 1:
            message = (
                f"the heading {section.title!r} is of level {section.level - lowered} under level "
                f"{before - lowered}: make it {'#' * (before + 1 - lowered)}"
            )
            yield Finding(one.path, one.line_of(section.title), "heading", Severity.WARNING, message)
        before = section.level
        following = sections[place + 1].level if place + 1 < len(sections) else 0
        if not section.text and following <= section.level and f'id="{section.anchor}"' in one.article.html:
            if _shows_something(one, section.anchor):
                continue
            message = f"there is nothing under the heading {section.title!r}: write it, or remove it"
            yield Finding(one.path, one.line_of(section.title), "heading", Severity.NOTICE, message)


def _lowered(one: Manuscript) -> int:
    """How many levels lower headings stand on the page than in the file: one, where the text has # headings."""
    tops = (re.escape(section.title) for section in one.article.sections if section.level == _FIRST)
    return int(any(re.search(rf"^#[ \t]+{top}", one.prose, re.MULTILINE) for top in tops if top))


def _shows_something(one: Manuscript, anchor: str) -> bool:
    """Whether an image or a table stands under a heading that has no words under it."""
    rest = one.article.html.partition(f'id="{anchor}"')[2].partition("</h")[2]
    return "<img" in rest.partition("<h")[0] or "<td" in rest.partition("<h")[0]


def _twice(one: Manuscript) -> Iterator[Finding]:
    titles = Counter(s.title.casefold() for s in one.article.sections if s.title and s.level == _FIRST)
    for section in one.article.sections:
        if titles.pop(section.title.casefold(), 0) > 1 and section.level == _FIRST:
            message = f"the heading {section.title!r} stands here more than once: say what is different"
            yield Finding(one.path, one.line_of(section.title), "heading", Severity.NOTICE, message)
