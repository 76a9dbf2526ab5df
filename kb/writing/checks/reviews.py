"""Articles that somebody promised to look at again, and has not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.writing.findings import Finding, Severity
from kb.writing.library import Library


def check(library: Library, today: date) -> Iterator[Finding]:
    """Articles past their ``review_by``; those that are ``evergreen`` are never named."""
    for one in library.published:
        article = one.article
        if article.evergreen or article.review_by is None or article.review_by >= today:
            continue
        whose = f" by {article.owner}" if article.owner else ""
        days = (today - article.review_by).days
        message = (
            f"was to be reviewed{whose} on {article.review_by}, {days} days ago: "
            "check that it is still true, then set a new `review_by:`"
        )
        yield Finding(one.path, one.line_of_key("review_by"), "review", Severity.WARNING, message)
