"""What is due for a review, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kb.writing.library import Library


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
