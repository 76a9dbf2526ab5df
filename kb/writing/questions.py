"""Questions that an article is known to answer: its title, its ``questions:``, and what people asked and opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.writing.library import Library


class Origin(StrEnum):
    """Who says that the article answers the question."""

    TITLE = "title"
    QUESTION = "question"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class ConfirmedQuery:
    """A search after which people opened one article far more often than any other."""

    text: str
    lang: str
    article: str
    opened: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the article that answers it."""

    article: str
    text: str
    origin: Origin


def questions_of(library: Library, confirmed: Iterable[ConfirmedQuery] = ()) -> Iterator[Question]:
    """Every question that a published article is known to answer, each wording once."""
    for one in library.published:
        article = one.article
        seen = set()
        for text, origin in (
            (article.title, Origin.TITLE),
            *((question, Origin.QUESTION) for question in article.questions),
        ):
            if text.casefold() not in seen:
                seen.add(text.casefold())
                yield Question(article.id, text, origin)
    published = {one.article.id for one in library.published}
    for query in confirmed:
        if query.article in published:
            yield Question(query.article, query.text, Origin.LOG)
