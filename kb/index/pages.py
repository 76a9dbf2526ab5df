"""Pages as JSON and back: how a generation stores what it indexed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from kb.index.documents import from_article, from_thread
from kb.model import Article, Document, ForumThread, Kind, Section, Status
from kb.storage.records import thread_from_record, thread_to_record


def dump_page(page: Article | ForumThread) -> str:
    """A page as JSON text."""
    if isinstance(page, ForumThread):
        return json.dumps(thread_to_record(page), ensure_ascii=False)
    record = {field.name: getattr(page, field.name) for field in fields(page)}
    record["sections"] = section_rows(page.sections)
    record["extra"] = dict(page.extra)
    record["updated"] = page.updated and page.updated.isoformat()
    record["review_by"] = page.review_by and page.review_by.isoformat()
    return json.dumps(record, ensure_ascii=False)


def section_rows(sections: Sequence[Section]) -> list[list[Any]]:
    """Sections as JSON values."""
    return [[section.title, section.anchor, section.level, section.text] for section in sections]


def load_document(kind: Kind, text: str) -> Document:
    """The document, with its page, that :func:`dump_page` was given."""
    record = json.loads(text)
    return from_thread(thread_from_record(record)) if kind is Kind.THREAD else from_article(_article(record))


def _article(record: dict[str, Any]) -> Article:
    record["sections"] = tuple(Section(*section) for section in record["sections"])
    for name in ("tags", "questions", "redirect_from"):
        record[name] = tuple(record[name])
    for name in ("updated", "review_by"):
        record[name] = date.fromisoformat(record[name]) if record[name] else None
    record["status"] = Status(record["status"])
    return Article(**record)
