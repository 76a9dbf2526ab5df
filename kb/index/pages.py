"""Pages as JSON and back: how a generation stores what it indexed.

Their sections may stand apart: a search reads those of each hit, and not the HTML beside them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from kb.index.documents import from_article, from_thread
from kb.model import Article, Document, ForumThread, Kind, Section, Status
from kb.storage.records import thread_from_record, thread_to_record


def dump_page(page: Article | ForumThread, *, with_sections: bool = True) -> str:
    """A page as JSON text; without its sections where those of its document are stored beside it."""
    if isinstance(page, ForumThread):
        return json.dumps(
            thread_to_record(page if with_sections else _without_text(page)), ensure_ascii=False
        )
    record = {field.name: getattr(page, field.name) for field in fields(page)}
    record["sections"] = section_rows(page.sections) if with_sections else []
    record["extra"] = dict(page.extra)
    record["updated"] = page.updated and page.updated.isoformat()
    record["review_by"] = page.review_by and page.review_by.isoformat()
    return json.dumps(record, ensure_ascii=False)


def section_rows(sections: Sequence[Section]) -> list[list[Any]]:
    """Sections as JSON values."""
    return [[section.title, section.anchor, section.level, section.text] for section in sections]


def load_document(kind: Kind, text: str, rows: Sequence[Sequence[Any]] | None = None) -> Document:
    """The document, with its page, that :func:`dump_page` was given; its sections where they stood apart."""
    sections = None if rows is None else tuple(Section(*row) for row in rows)
    record = json.loads(text)
    if kind is Kind.THREAD:
        thread = thread_from_record(record)
        return from_thread(thread if sections is None else _with_text(thread, sections))
    article = _article(record)
    return from_article(article if sections is None else replace(article, sections=sections))


def _without_text(thread: ForumThread) -> ForumThread:
    return replace(thread, text="", answers=tuple(replace(answer, text="") for answer in thread.answers))


def _with_text(thread: ForumThread, sections: Sequence[Section]) -> ForumThread:
    """The thread whose document has these sections."""
    question, *answers = sections
    pairs = zip(thread.answers, answers, strict=True)
    return replace(
        thread, text=question.text, answers=tuple(replace(answer, text=each.text) for answer, each in pairs)
    )


def _article(record: dict[str, Any]) -> Article:
    record["sections"] = tuple(Section(*section) for section in record["sections"])
    for name in ("tags", "questions", "redirect_from"):
        record[name] = tuple(record[name])
    for name in ("updated", "review_by"):
        record[name] = date.fromisoformat(record[name]) if record[name] else None
    record["status"] = Status(record["status"])
    return Article(**record)
