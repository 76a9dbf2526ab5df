"""Forum threads: from the records of any export to threads that can be shown. Their text is never to be trusted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from kb.content.page import Page
from kb.content.paths import language_code, slugify
from kb.content.rendering import RenderFailure, RenderJob, Work, render_all
from kb.model import Answer, ForumThread, Problem

RENDER_VERSION = 1
"""Raise it when the same record would give another thread."""
MAX_BODY = 64_000
MOST_ANSWERS = 300
"""Answers that a thread keeps: nobody reads on, and a page of all of a hundred thousand would open nowhere."""
MAX_THREAD = 2_000_000
"""Characters of answers that a thread keeps."""
_ID_SIGNS = frozenset("-_.")
_MAX_ID = 100


@dataclass(frozen=True, slots=True)
class RawThread:
    """A thread as some export has it, in the fields of docs/threads.md; ``place`` is its line or number."""

    place: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Post:
    """A question or an answer as recorded, checked."""

    id: str
    author: str
    body: str
    is_html: bool
    votes: int
    accepted: bool
    created: datetime | None


@dataclass(frozen=True, slots=True)
class _Record:
    """A thread as recorded, checked and not yet rendered."""

    place: int
    content_hash: str
    lang: str
    title: str
    topic: str
    tags: tuple[str, ...]
    url: str
    question: _Post
    answers: tuple[_Post, ...]


def render_threads(
    found: Iterable[RawThread | Problem], *, source: str, language: str, processes: int = 0
) -> Iterator[ForumThread | Problem]:
    """The threads of an export, in its order; each that cannot be used is a problem, and left out.

    It is streamed: memory does not grow with the export, but for the ids seen.

    :param source: the name of the export, for problems.
    :param language: of threads that do not name one.
    """
    for done in render_all(_work(found, source, language), processes=processes):
        if isinstance(done.key, Problem):
            yield done.key
            continue
        failure = next((result for result in done.results if isinstance(result, RenderFailure)), None)
        if failure is not None:
            yield Problem(source, done.key.place, f"a text {failure.message}")
        else:
            yield _thread(done.key, [result for result in done.results if isinstance(result, Page)])


def _work(
    found: Iterable[RawThread | Problem], source: str, language: str
) -> Iterator[Work[_Record | Problem]]:
    seen: dict[str, int] = {}
    for raw in found:
        if isinstance(raw, Problem):
            yield Work(raw, ())
            continue
        try:
            record = _record(raw, language)
            first = seen.setdefault(record.question.id, raw.place)
            if first != raw.place:
                raise ValueError(f"the id {record.question.id} is taken by line {first}: give it another")
        except ValueError as error:
            yield Work(Problem(source, raw.place, str(error)), ())
            continue
        kept = _kept(record.answers)
        if len(kept) < len(record.answers):
            message = f"has {len(record.answers)} answers: the best {len(kept)} are kept"
            yield Work(Problem(source, raw.place, message, left_out=False), ())
            record = replace(record, answers=kept)
        posts = (record.question, *record.answers)
        jobs = (RenderJob(post.body, record.lang, community=True, is_html=post.is_html) for post in posts)
        yield Work(record, tuple(jobs))


def _kept(answers: tuple[_Post, ...]) -> tuple[_Post, ...]:
    """The best answers, as many as a page can show."""
    room = MAX_THREAD
    for place, answer in enumerate(answers[:MOST_ANSWERS]):
        room -= len(answer.body)
        if room < 0:
            return answers[:place]
    return answers[:MOST_ANSWERS]


def _record(raw: RawThread, language: str) -> _Record:
    fields = raw.fields
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
        place=raw.place,
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
    form = fields.get("format", "markdown")
    if form not in {"markdown", "html"}:
        raise ValueError("`format` must be markdown or html")
    return _Post(
        id=_id(fields.get("id"), default_id),
        author=" ".join(_text(fields, "author").split()),
        body=body,
        is_html=form == "html",
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
