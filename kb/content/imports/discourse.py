"""Threads from Discourse: topics as its API gives them (``/t/123.json``), or the export of a category."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.content.imports.sources import OnProgress, json_files, read_json, unwatched
from kb.content.threads import RawThread, render_threads
from kb.errors import ContentError
from kb.model import ForumThread, Problem

_REGULAR = 1
"""Discourse's post_type of what people wrote; others are whispers, and notes that a topic was closed or moved."""
_LIKE = 2
"""Discourse's id of the action "like"."""
_QUOTE = re.compile(r"\[quote(?:=[^\]\n]*)?\]\s*(.*?)\s*\[/quote\]", re.DOTALL | re.IGNORECASE)
_UPLOAD = re.compile(r"!\[([^\]\n|]*)(?:\|[^\]\n]*)?\]\(upload://[^)\n]*\)")


@dataclass(frozen=True, slots=True)
class _Forum:
    """What a file of topics says beside its topics."""

    categories: Mapping[int, str]
    users: Mapping[int, str]
    url: str


def read_discourse(
    path: Path,
    *,
    language: str,
    topic: str = "",
    url: str = "",
    processes: int = 0,
    on_progress: OnProgress = unwatched,
) -> Iterator[ForumThread | Problem]:
    """The topics of a JSON file, or of all JSON files of a folder.

    :param topic: of the help centre, for topics whose category is not named.
    :param url: the address of the forum, for links to the originals.
    :raises ContentError: there is no such file; of several, one that cannot be read is a problem.
    """
    found = _topics(path, topic, url.rstrip("/"), on_progress)
    yield from render_threads(found, source=path.name, language=language, processes=processes)


def _topics(path: Path, topic: str, url: str, on_progress: OnProgress) -> Iterator[RawThread | Problem]:
    files = json_files(path)
    place = 0
    for done, file in enumerate(files, start=1):
        try:
            export = read_json(file)
        except ContentError as error:
            if len(files) == 1:
                raise
            yield Problem(file.name, error.line, error.message)
            continue
        topics = _list_of_topics(export)
        if topics is None:
            yield Problem(file.name, 1, "holds no Discourse topic: export /t/<id>.json or a category")
            continue
        forum = _Forum(_names(export, "categories", "name"), _names(export, "users", "username"), url)
        for one in topics:
            place += 1
            yield from _topic(one, place, file.name, topic, forum)
        on_progress(done, len(files))


def _list_of_topics(export: Any) -> list[Any] | None:
    if isinstance(export, dict):
        if "post_stream" in export or "posts" in export:
            return [export]
        export = export.get("topics")
    return export if isinstance(export, list) else None


def _names(export: Any, kind: str, key: str) -> dict[int, str]:
    found = export.get(kind) if isinstance(export, dict) else None
    if not isinstance(found, list):
        return {}
    return {one["id"]: str(one.get(key, "")) for one in found if isinstance(one, dict) and "id" in one}


def _topic(one: Any, place: int, name: str, topic: str, forum: _Forum) -> Iterator[RawThread | Problem]:
    if not isinstance(one, dict):
        yield Problem(name, place, "a topic is not an object: export it again")
        return
    found = one.get("post_stream")
    stream: dict[str, Any] = found if isinstance(found, dict) else {}
    posts = _list(stream.get("posts")) or _list(one.get("posts"))
    shown = [post for post in posts if isinstance(post, dict) and _is_shown(post)]
    shown.sort(key=lambda post: _number(post.get("post_number")))
    if not shown or shown[0].get("post_number", 1) != 1:
        yield Problem(
            name, place, f"the topic {one.get('title', '')!r:.60} has no question that may be shown"
        )
        return
    missing = len(_list(stream.get("stream"))) - len(posts)
    if missing > 0:
        message = (
            f"the topic {one.get('title', '')!r:.60} has {missing} more posts than the file: export them too"
        )
        yield Problem(name, place, message, left_out=False)
    accepted = _accepted_number(one)
    question, *answers = shown
    yield RawThread(
        place,
        {
            **_post(question, f"d-{one.get('id', place)}", accepted=False, forum=forum),
            "title": str(one.get("title") or ""),
            "topic": forum.categories.get(_number(one.get("category_id"))) or topic,
            "tags": [_tag(tag) for tag in _list(one.get("tags")) if _tag(tag)],
            "url": _address(one, forum.url),
            "answers": [
                _post(
                    post,
                    str(post.get("post_number") or number),
                    accepted=_is_accepted(post, accepted),
                    forum=forum,
                )
                for number, post in enumerate(answers, start=2)
            ],
        },
    )


def _post(post: Mapping[str, Any], post_id: str, *, accepted: bool, forum: _Forum) -> dict[str, Any]:
    cooked = post.get("cooked")
    return {
        "id": post_id,
        "author": str(post.get("username") or forum.users.get(_number(post.get("user_id"))) or ""),
        "body": cooked if isinstance(cooked, str) and cooked else _without_codes(str(post.get("raw") or "")),
        "format": "html" if isinstance(cooked, str) and cooked else "markdown",
        "created": str(post.get("created_at") or ""),
        "votes": _likes(post),
        "accepted": accepted,
    }


def _is_shown(post: Mapping[str, Any]) -> bool:
    regular = post.get("post_type", _REGULAR) == _REGULAR
    return regular and not post.get("hidden") and not post.get("user_deleted") and not post.get("deleted_at")


def _accepted_number(topic: Mapping[str, Any]) -> int:
    """The post that the plugin "Solved" names; 0 for none."""
    accepted = topic.get("accepted_answer")
    return _number(accepted.get("post_number")) if isinstance(accepted, dict) else 0


def _is_accepted(post: Mapping[str, Any], number: int) -> bool:
    return post.get("accepted_answer") is True or (number > 1 and post.get("post_number") == number)


def _likes(post: Mapping[str, Any]) -> int:
    if "like_count" in post:
        return _number(post["like_count"])
    for action in _list(post.get("actions_summary")):
        if isinstance(action, dict) and action.get("id") == _LIKE:
            return _number(action.get("count"))
    return 0


def _address(topic: Mapping[str, Any], url: str) -> str:
    if not url or "id" not in topic:
        return ""
    return f"{url}/t/{topic.get('slug') or 'topic'}/{topic['id']}"


def _tag(tag: Any) -> str:
    """Older versions export a tag as its name, newer ones as an object."""
    return str(tag.get("name", "")) if isinstance(tag, dict) else str(tag)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if type(value) is int else 0


def _without_codes(raw: str) -> str:
    """Discourse's own codes as plain Markdown: quotes as quotes, uploads as what they show."""
    quoted = _QUOTE.sub(lambda match: "\n" + re.sub(r"^", "> ", match[1], flags=re.MULTILINE) + "\n", raw)
    return _UPLOAD.sub(lambda match: match[1], quoted)
