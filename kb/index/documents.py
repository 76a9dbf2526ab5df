"""What of an article or a thread is indexed, in which field, and how much each field counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kb.model import Article, Document, ForumThread, Kind, Section


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a document that can match. ``weight`` multiplies how often its terms count (BM25F)."""

    name: str
    weight: float
    names_document: bool = False
    """Whether the field says what the whole document is about; such fields are also scored by themselves."""


# The order is the code stored beside each passage: append, never reorder, without a new index format.
FIELDS: tuple[Field, ...] = (
    Field("title", 2.0, names_document=True),  # "reset password" must beat articles that mention it once
    Field("questions", 2.0, names_document=True),  # writers put other people's words here to be found by
    Field("tags", 1.0),
    Field("summary", 1.0),
    Field("heading", 1.5),  # a section called "On Android" answers "... on android"
    Field("body", 1.0),
)
FIELD_CODES: dict[str, int] = {field.name: code for code, field in enumerate(FIELDS)}


class Passage(NamedTuple):
    """A stretch of a document's text in one field; ``section`` is its place in the document's sections, or -1."""

    field: str
    text: str
    section: int = -1


def passages(document: Document) -> Iterator[Passage]:
    """The text of a document in a fixed order: the same document always gives the same passages."""
    yield Passage("title", document.title)
    for question in document.questions:
        yield Passage("questions", question)
    if document.tags:
        yield Passage("tags", " ".join(tag.replace("-", " ") for tag in document.tags))
    if document.summary:
        yield Passage("summary", document.summary)
    for place, section in enumerate(document.sections):
        if section.title:
            yield Passage("heading", section.title, place)
        if section.text:
            yield Passage("body", section.text, place)


def from_article(article: Article) -> Document:
    """The document of an official article."""
    return Document(
        id=article.id,
        kind=Kind.ARTICLE,
        lang=article.lang,
        topic=article.topic,
        url=article.url,
        title=article.title,
        summary=article.summary,
        questions=article.questions,
        tags=article.tags,
        sections=article.sections,
        updated=article.updated,
        boost=article.boost,
        content_hash=article.content_hash,
        page=article,
    )


def thread_document_id(thread_id: str) -> str:
    """The id of a thread's document."""
    return f"community/{thread_id}"


def from_thread(thread: ForumThread) -> Document:
    """The document of a forum thread: the question, then each answer as a section that a hit can open."""
    question = Section(title="", anchor="", level=2, text=thread.text)
    answers = (Section(title="", anchor=f"answer-{a.id}", level=2, text=a.text) for a in thread.answers)
    dates = [answer.created for answer in thread.answers if answer.created]
    if thread.created:
        dates.append(thread.created)
    return Document(
        id=thread_document_id(thread.id),
        kind=Kind.THREAD,
        lang=thread.lang,
        topic=thread.topic,
        url=thread.url,
        title=thread.title,
        tags=thread.tags,
        sections=(question, *answers),
        updated=max(dates).date() if dates else None,
        votes=thread.votes,
        accepted=thread.accepted_answer is not None,
        content_hash=thread.content_hash,
        page=thread,
    )
