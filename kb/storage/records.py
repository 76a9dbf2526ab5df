"""ForumThread to a JSON record and back, without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from kb.model import Answer, ForumThread


def thread_to_record(thread: ForumThread) -> dict[str, Any]:
    """The thread as JSON values only: dates as ISO 8601, tuples as lists."""
    record = {field.name: getattr(thread, field.name) for field in fields(thread)}
    record["tags"] = list(thread.tags)
    record["created"] = _to_iso(thread.created)
    record["answers"] = [_answer_to_record(answer) for answer in thread.answers]
    return record


def thread_from_record(record: Mapping[str, Any]) -> ForumThread:
    """The thread that :func:`thread_to_record` was given. Keys it does not know are passed over."""
    known = {field.name: record[field.name] for field in fields(ForumThread) if field.name in record}
    known["tags"] = tuple(record.get("tags", ()))
    known["created"] = _from_iso(record.get("created"))
    known["answers"] = tuple(_answer_from_record(answer) for answer in record.get("answers", ()))
    return ForumThread(**known)


def _answer_to_record(answer: Answer) -> dict[str, Any]:
    record = {field.name: getattr(answer, field.name) for field in fields(answer)}
    record["created"] = _to_iso(answer.created)
    return record


def _answer_from_record(record: Mapping[str, Any]) -> Answer:
    known = {field.name: record[field.name] for field in fields(Answer) if field.name in record}
    known["created"] = _from_iso(record.get("created"))
    return Answer(**known)


def _to_iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _from_iso(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
