"""Forum threads from JSON Lines: one thread a line, its text in Markdown and never to be trusted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb.content.page import Page
from kb.content.paths import language_code, slugify
from kb.content.rendering import RenderFailure, RenderJob, Work, render_all
from kb.errors import ContentError
from kb.model import Answer, ForumThread, Problem

RENDER_VERSION = 1
"""Raise it when the same record would give another thread."""
MAX_LINE = 2_000_000
MAX_BODY = 64_000
_ID_SIGNS = frozenset("-_.")
_MAX_ID = 100


@dataclass(frozen=True, slots=True)
class _Post:
    """A question or an answer as recorded, checked."""

    id: str
    author: str
    body: str
    votes: int
    accepted: bool
    created: datetime | None


@dataclass(frozen=True, slots=True)
class _Record:
    """A line of the file, checked and not yet rendered."""

    line: int
    content_hash: str
    lang: str
    title: str
    topic: str
    tags: tuple[str, ...]
    url: str
    question: _Post
    answers: tuple[_Post, ...]


def read_threads(path: Path, *, language: str, processes: int = 0) -> Iterator[ForumThread | Problem]:
    """The threads of a JSON Lines file, in its order; each line that cannot be used is a problem, and left out.

    The file is streamed: memory does not grow with it, but for the ids seen.

    :param language: of threads that do not name one.
    :raises ContentError: the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            file.peek(1)
    except OSError as error:
        raise ContentError(
            str(path), 1, f"the file cannot be read ({error.strerror}): check the path"
        ) from error
    for done in render_all(_work(path, language), processes=processes):
        if isinstance(done.key, Problem):
            yield done.key
            continue
        failure = next((result for result in done.results if isinstance(result, RenderFailure)), None)
        if failure is not None:
            yield Problem(path.name, done.key.line, f"a text {failure.message}")
        else:
            yield _thread(done.key, [result for result in done.results if isinstance(result, Page)])


def _work(path: Path, language: str) -> Iterator[Work[_Record | Problem]]:
    seen: dict[str, int] = {}
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            try:
                if len(line) > MAX_LINE and not line.endswith(b"\n"):
                    while line and not line.endswith(b"\n"):
                        line = file.readline(MAX_LINE)
                    raise ValueError(f"the line is over {MAX_LINE // 1_000_000} MB: split the thread")
                if not line.strip():
                    continue
                record = _record(line, number, language)
                first = seen.setdefault(record.question.id, number)
                if first != number:
                    raise ValueError(f"the id {record.question.id} is taken by line {first}: give it another")
            except ValueError as error:
                yield Work(Problem(path.name, number, str(error)), ())
                continue
            bodies = (record.question.body, *(answer.body for answer in record.answers))
            yield Work(record, tuple(RenderJob(body, record.lang, community=True) for body in bodies))


def _record(line: bytes, number: int, language: str) -> _Record:
    try:
        fields = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(
            f"not UTF-8 at byte {error.start} of the line: export with UTF-8 encoding"
        ) from error
    except json.JSONDecodeError as error:
        raise ValueError(
            f"not valid JSON ({error.msg} at column {error.colno}): one whole object a line"
        ) from error
    except (RecursionError, ValueError) as error:
        raise ValueError("the JSON cannot be read: nested too deeply, or a number too long") from error
    if not isinstance(fields, dict):
        raise ValueError("not a JSON object: each line is one thread in { }")
    title = " ".join(_text(fields, "title").split())
    if not title:
        raise ValueError("no title: give the thread a `title`")
    lang = _text(fields, "lang")
    if lang and not language_code(lang):
        raise ValueError(f"`lang` {lang!r:.40} is not a language code such as en or pt-br")
    answers = _list(fields, "answers")
    if not all(isinstance(answer, dict) for answer in answers):
        raise ValueError("`answers` must be a list of objects")
    tags = _list(fields, "tags")
    if not all(isinstance(tag, str) for tag in tags):
        raise ValueError("`tags` must be a list of texts")
    topic = _text(fields, "topic").strip()
    posts = [_post(answer, str(position)) for position, answer in enumerate(answers, start=1)]
    canonical = json.dumps([RENDER_VERSION, language, fields], sort_keys=True, ensure_ascii=True)
    return _Record(
        line=number,
        content_hash=hashlib.sha256(canonical.encode()).hexdigest(),
        lang=language_code(lang) or language,
        title=title,
        topic=slugify(topic) if topic else "",
        tags=tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip())),
        url=_web_address(_text(fields, "url")),
        question=_post(fields, ""),
        answers=tuple(sorted(posts, key=_best_first)),
    )


def _best_first(post: _Post) -> tuple[bool, int, datetime]:
    return (not post.accepted, -post.votes, post.created or datetime.max.replace(tzinfo=UTC))


def _post(fields: Mapping[str, Any], default_id: str) -> _Post:
    body = _text(fields, "body")
    if len(body.encode("utf-8", "surrogatepass")) > MAX_BODY:
        raise ValueError(f"a body is over {MAX_BODY // 1000} kB: shorten it")
    accepted = fields.get("accepted", False)
    if not isinstance(accepted, bool):
        raise ValueError("`accepted` must be true or false")
    return _Post(
        id=_id(fields.get("id"), default_id),
        author=" ".join(_text(fields, "author").split()),
        body=body,
        votes=_votes(fields.get("votes")),
        accepted=accepted,
        created=_moment(_text(fields, "created")),
    )


def _id(value: Any, default: str) -> str:
    text = default if value is None else str(value) if type(value) is int else value
    if not isinstance(text, str) or not text:
        raise ValueError("no id: give the thread an `id`")
    if (
        len(text) > _MAX_ID
        or not all(char.isalnum() or char in _ID_SIGNS for char in text)
        or not text.strip(".")
    ):
        raise ValueError(
            f"`id` {text!r:.40} can have letters, digits and - _ . only: it is part of an address"
        )
    return text


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"`{key}` must be text")
    # A lone surrogate is valid JSON and no character: it could not be stored or served.
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _list(fields: Mapping[str, Any], key: str) -> list[Any]:
    value = fields.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"`{key}` must be a list")
    return value


def _votes(value: Any) -> int:
    if value is None:
        return 0
    if type(value) is not int or abs(value) > 1_000_000_000:
        raise ValueError("`votes` must be a whole number")
    return value


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`created` {text!r:.40} is not a date: write it as 2026-01-31T12:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _web_address(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("`url` must be a whole address that begins with https:// or http://")
    return parts.geturl()


def _thread(record: _Record, pages: list[Page]) -> ForumThread:
    question, *answers = pages
    return ForumThread(
        id=record.question.id,
        lang=record.lang,
        title=record.title,
        html=question.html,
        text=question.text,
        content_hash=record.content_hash,
        topic=record.topic,
        tags=record.tags,
        author=record.question.author,
        created=record.question.created,
        original_url=record.url,
        votes=record.question.votes,
        answers=tuple(
            Answer(post.id, post.author, page.html, page.text, post.votes, post.accepted, post.created)
            for post, page in zip(record.answers, answers, strict=True)
        ),
    )
