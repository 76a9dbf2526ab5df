"""Official against community: accepted answers that no article gives, and those that an article has overtaken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kb.model import Answer, ForumThread, Kind, Suggestion, Suggestions, TicketDraft
from kb.writing.library import Library

_SURE = 0.5
"""Confidence from which an article is taken to answer a thread's question."""


class Suggests(Protocol):
    """What the contact form asks: the documents that answer a message, with calibrated confidence."""

    def suggest(self, draft: TicketDraft, limit: int = 3, kind: Kind | None = None) -> Suggestions:
        """Confident suggestions, or none."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A thread with an accepted answer, and no article that answers its question: a candidate for one."""

    thread: ForumThread
    answer: Answer


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A thread whose accepted answer is older than the official article that answers the same."""

    thread: ForumThread
    answered: date
    article: str
    title: str
    updated: date
    confidence: float


@dataclass(frozen=True, slots=True)
class CommunityReport:
    """Uncovered threads by votes, overtaken ones by how sure that is."""

    uncovered: tuple[Uncovered, ...]
    overtaken: tuple[Overtaken, ...]


def compare_community(
    threads: Iterable[ForumThread], library: Library, suggests: Suggests
) -> CommunityReport:
    """Ask each solved thread's question of the articles.

    :raises IndexMissing: nothing was indexed yet.
    """
    uncovered, overtaken = [], []
    for thread in threads:
        answer = thread.accepted_answer
        if answer is None:
            continue
        best = _best_article(thread, suggests)
        if best is None:
            uncovered.append(Uncovered(thread, answer))
            continue
        one = library.by_id.get(best.id)
        updated = one.article.updated if one else None
        answered = answer.created or thread.created
        if updated and answered and answered.date() < updated:
            overtaken.append(
                Overtaken(thread, answered.date(), best.id, best.title, updated, best.confidence)
            )
    return CommunityReport(
        tuple(sorted(uncovered, key=lambda one: (-one.thread.votes - one.answer.votes, one.thread.id))),
        tuple(sorted(overtaken, key=lambda one: (-one.confidence, one.thread.id))),
    )


def _best_article(thread: ForumThread, suggests: Suggests) -> Suggestion | None:
    draft = TicketDraft(thread.title, thread.text, lang=thread.lang)
    found = suggests.suggest(draft, 1, Kind.ARTICLE).suggestions
    return next((one for one in found if one.confidence >= _SURE), None)
