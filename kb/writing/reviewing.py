"""What is due for a review, and whose it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from kb.errors import ContentError
from kb.writing.library import Library

_WITHIN = re.compile(r"(\d{1,4})\s*([dwmy]?)", re.IGNORECASE)
_DAYS = {"d": 1, "": 1, "w": 7, "m": 30, "y": 365}


@dataclass(frozen=True, slots=True)
class DueReview:
    """An article to look at again; ``overdue`` is in days, below 0 for those still to come."""

    path: str
    id: str
    title: str
    owner: str
    review_by: date
    overdue: int


@dataclass(frozen=True, slots=True)
class ReviewList:
    """What is due, the longest overdue first, and the articles that nobody promised to look at."""

    due: tuple[DueReview, ...]
    undated: tuple[str, ...]
    """Paths of published articles without ``review_by`` that are not evergreen."""


def due_reviews(library: Library, today: date, within: timedelta, owner: str = "") -> ReviewList:
    """The reviews due until ``within`` from today; those of one owner where one is named."""
    due, undated = [], []
    for one in library.published:
        article = one.article
        if article.evergreen or (owner and article.owner.casefold() != owner.casefold()):
            continue
        if article.review_by is None:
            undated.append(one.path)
        elif article.review_by <= today + within:
            overdue = (today - article.review_by).days
            due.append(
                DueReview(one.path, article.id, article.title, article.owner, article.review_by, overdue)
            )
    return ReviewList(
        tuple(sorted(due, key=lambda one: (one.review_by, one.owner, one.path))), tuple(undated)
    )


def read_span(text: str) -> timedelta:
    """A span of time such as ``30d``, ``6w``, ``3m`` or ``1y``.

    :raises ContentError: it is none.
    """
    match = _WITHIN.fullmatch(text.strip())
    if match is None:
        raise ContentError("--due", 1, f"{text!r} is not a span of time: write it as 30d, 6w or 3m")
    return timedelta(days=int(match[1]) * _DAYS[match[2].lower()])
