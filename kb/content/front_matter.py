"""Front matter: the YAML block between ``---`` lines that opens an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kb.content.paths import language_code
from kb.content.safe_yaml import Entry, YamlError, read_entries
from kb.model import Status

_BLOCK = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LANGUAGE_KEYS = ("lang", "language", "locale")
_TOPIC_KEYS = ("topic", "category", "section")
PLACING_KEYS = re.compile(rf"^({'|'.join((*_LANGUAGE_KEYS, *_TOPIC_KEYS))})[ \t]*:", re.MULTILINE)
"""Finds out whether a block may say where an article belongs, without parsing it."""


@dataclass(frozen=True, slots=True)
class Split:
    """A file in its two parts; ``body_line`` is the line of the file the body begins on."""

    block: str
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """A key whose value is not what it should be."""

    line: int
    message: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the known keys say, or their defaults; ``extra`` keeps the unknown ones as JSON values."""

    title: str = ""
    summary: str = ""
    lang: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    updated: date | None = None
    review_by: date | None = None
    owner: str = ""
    status: Status = Status.PUBLISHED
    boost: float = 1.0
    redirect_from: tuple[str, ...] = ()
    evergreen: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()


def split(text: str) -> Split:
    """Take the front matter off ``text`` (line ends already ``\\n``).

    :raises YamlError: the block is opened and never closed.
    """
    if not text.startswith("---") or text.split("\n", 1)[0].rstrip(" \t") != "---":
        return Split("", text, 1)
    match = _BLOCK.match(text)
    if match is None:
        raise YamlError(1, "the front matter is not closed: put a line with --- after it")
    return Split(match[1], text[match.end() :], text.count("\n", 0, match.end()) + 1)


def read(block: str) -> FrontMatter:
    """What a front matter block says. Wrong values become complaints and leave the default in place.

    :raises YamlError: it is not YAML, not a mapping, too long, or uses anchors and aliases.
    """
    entries = {
        key: entry for key, entry in read_entries(block, first_line=2).items() if entry.value is not None
    }
    values: dict[str, Any] = {}
    complaints: list[Complaint] = []
    for key, reader in _READERS.items():
        entry = entries.pop(key, None)
        if entry is None:
            continue
        try:
            values[key] = reader(entry.value)
        except ValueError as error:
            complaints.append(Complaint(entry.line, f"`{key}:` {error}", fatal=key == "title"))
    for name, keys in (("lang", _LANGUAGE_KEYS), ("topic", _TOPIC_KEYS)):
        for key in keys:
            entry = entries.pop(key, None)
            if entry is None or name in values:
                continue
            value = language_code(str(entry.value)) if name == "lang" else _scalar(entry.value)
            if value:
                values[name] = value
            else:
                complaints.append(Complaint(entry.line, f"`{key}:` {entry.value!r} is not a {_WANTED[name]}"))
    values["status"] = _status(values.get("status"), entries)
    return FrontMatter(
        **values,
        extra={key: _json_value(entry.value) for key, entry in entries.items()},
        complaints=tuple(complaints),
    )


_WANTED = {"lang": "language code such as en or pt-br", "topic": "name"}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {value!r:.40}: put it in quotes")
    return " ".join(value.split())


def _scalar(value: Any) -> str:
    return "" if isinstance(value, (list, dict)) else " ".join(str(value).split())


def _texts(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, (str, int, float)) else value
    if not isinstance(values, list) or not all(isinstance(one, (str, int, float)) for one in values):
        raise ValueError("must be a list of texts: one `- text` a line")
    return tuple(dict.fromkeys(text for one in values if (text := _scalar(one))))


def _tags(value: Any) -> tuple[str, ...]:
    return _texts(value.split(",") if isinstance(value, str) else value)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value).strip()).date()
    except ValueError:
        raise ValueError(f"{value!r:.40} is not a date: write it as 2026-01-31") from None


def _boost(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.1 <= value <= 10:
        raise ValueError(f"{value!r:.40} is not a number from 0.1 to 10")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r:.40} is neither true nor false")
    return value


def _status_name(value: Any) -> Status:
    try:
        return Status(str(value).strip().lower())
    except ValueError:
        raise ValueError(f"{value!r:.40} is neither draft nor published") from None


def _status(given: Status | None, entries: Mapping[str, Entry]) -> Status:
    """``status:``, or what other systems say with ``draft: true`` and ``published: false``."""
    if given is not None:
        return given
    draft, published = entries.get("draft"), entries.get("published")
    hidden = (draft is not None and draft.value is True) or (
        published is not None and published.value is False
    )
    return Status.DRAFT if hidden else Status.PUBLISHED


def _json_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json_value(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_json_value(one) for one in value]
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def known_keys() -> frozenset[str]:
    """The keys that mean something here."""
    return frozenset((*_READERS, *_LANGUAGE_KEYS, *_TOPIC_KEYS, *_OF_OTHER_SYSTEMS))


_OF_OTHER_SYSTEMS = ("draft", "published")

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": _text,
    "summary": _text,
    "tags": _tags,
    "questions": _texts,
    "updated": _date,
    "review_by": _date,
    "owner": _text,
    "status": _status_name,
    "boost": _boost,
    "redirect_from": _texts,
    "evergreen": _flag,
}
