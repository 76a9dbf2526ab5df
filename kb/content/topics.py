"""Topics: articles belong to that of their folder, which is named by it or by a ``_topic.yaml`` in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kb.content.safe_yaml import Entry, YamlError, read_entries
from kb.model import Problem, Topic

TOPIC_FILE = "_topic.yaml"


@dataclass(frozen=True, slots=True)
class TopicFolder:
    """The folder of an article, the topic it belongs to, and the topic's name there."""

    folder: Path
    lang: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics in order, and what is wrong with their files."""

    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...]


def collect_topics(topic_folders: Iterable[TopicFolder]) -> Topics:
    """The topics that have articles, by language, then ``order``, then title; counts are left at 0."""
    topics: dict[tuple[str, str], Topic] = {}
    problems: list[Problem] = []
    read: set[Path] = set()
    for each in topic_folders:
        key = (each.lang, each.slug)
        topics.setdefault(key, Topic(each.lang, each.slug, title_of(each.name)))
        if each.folder in read:
            continue
        read.add(each.folder)
        file = each.folder / TOPIC_FILE
        if file.is_file():
            topics[key] = _read(file, topics[key], problems)
    ordered = sorted(topics.values(), key=lambda topic: (topic.lang, topic.order, topic.title.casefold()))
    return Topics(tuple(ordered), tuple(problems))


def title_of(name: str) -> str:
    """A folder's name as a title: ``sign-in`` → ``Sign in``; a name with spaces in it is one already."""
    words = name if " " in name.strip() else name.replace("-", " ").replace("_", " ")
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]


def _read(file: Path, topic: Topic, problems: list[Problem]) -> Topic:
    where = "/".join(file.parts[-3:])
    try:
        entries = read_entries(file.read_text(encoding="utf-8-sig"))
    except YamlError as error:
        problems.append(_warning(where, error.line, error.message))
        return topic
    except (OSError, UnicodeDecodeError):
        problems.append(
            Problem(where, 1, "cannot be read as UTF-8: save it again", left_out=False, rule="front-matter")
        )
        return topic
    nothing = Entry(None, 1)
    title, description, order = (entries.get(key, nothing) for key in ("title", "description", "order"))
    for key, entry, wanted in (
        ("title", title, str),
        ("description", description, str),
        ("order", order, int),
    ):
        if entry.value is not None and (not isinstance(entry.value, wanted) or isinstance(entry.value, bool)):
            kind = "a whole number" if wanted is int else "text"
            problems.append(
                Problem(where, entry.line, f"`{key}:` must be {kind}", left_out=False, rule="front-matter")
            )
    return Topic(
        lang=topic.lang,
        slug=topic.slug,
        title=title.value.strip() if isinstance(title.value, str) and title.value.strip() else topic.title,
        description=description.value.strip() if isinstance(description.value, str) else "",
        order=order.value
        if isinstance(order.value, int) and not isinstance(order.value, bool)
        else topic.order,
    )


def _warning(where: str, line: int, message: str) -> Problem:
    return Problem(where, line, message, left_out=False, rule="front-matter")
