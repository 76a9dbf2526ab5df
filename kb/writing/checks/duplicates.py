"""Articles that say the same as another."""

from __future__ import annotations

from collections.abc import Iterator

from kb.writing.duplicates import DuplicatePair, find_duplicates
from kb.writing.findings import Finding, Severity
from kb.writing.library import Library


def check(library: Library) -> Iterator[Finding]:
    """Pairs of published articles that answer the same thing, said at the younger one of the two."""
    for pair in find_duplicates([one.article for one in library.published]):
        yield _finding(library, pair)


def _finding(library: Library, pair: DuplicatePair) -> Finding:
    one, other = library.by_id[pair.first], library.by_id[pair.second]
    shared = "; ".join(
        f"{s.first.title or 'its opening'} = {s.second.title or 'its opening'}" for s in pair.overlaps
    )
    message = f"says nearly the same as {other.path} ({pair.likeness:.0%} alike"
    message += f": {shared}" if shared else ""
    message += "): merge them, and put the address that goes into `redirect_from:`"
    return Finding(one.path, one.line_of_key("title"), "duplicate", Severity.WARNING, message)
