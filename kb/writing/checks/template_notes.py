"""Notes of the house template that nobody has replaced."""

from __future__ import annotations

from collections.abc import Iterator

from kb.writing.findings import Finding, Severity
from kb.writing.library import Library
from kb.writing.template import NOTE


def check(library: Library) -> Iterator[Finding]:
    """Published articles that still tell their writer what to write."""
    for one in library.published:
        at = one.body.find(NOTE)
        if at >= 0:
            message = "a note of the template is still here: write what it asks for, or remove it"
            yield Finding(one.path, one.line_at(at), "template", Severity.WARNING, message)
