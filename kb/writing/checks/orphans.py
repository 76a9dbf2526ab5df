"""Articles that nothing leads to: no other article links to them, and no question is known that they answer."""

from __future__ import annotations

from collections.abc import Iterator

from kb.writing.findings import Finding, Severity
from kb.writing.library import Library


def check(library: Library) -> Iterator[Finding]:
    """Published articles without a link to them and without ``questions:``."""
    for one in library.published:
        if one.article.id in library.links_to or one.article.questions:
            continue
        message = "no article links here and it lists no `questions:`: add how people ask, or link to it"
        yield Finding(one.path, one.line_of_key("title"), "orphan", Severity.NOTICE, message)
