"""Threads from a Stack Exchange data dump: its ``Posts.xml``, and ``Users.xml`` beside it for the names.

The dump is read once, as a stream, into a temporary database on disk, since answers stand far from their questions;
memory does not grow with it. DTDs and entities are refused, and so is an element that is too long to be a post.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from kb.content.imports.sources import OnProgress, opened, unwatched
from kb.content.threads import MOST_ANSWERS, RawThread, render_threads
from kb.errors import ContentError
from kb.model import ForumThread, Problem

MAX_ROW = 4_000_000
"""Bytes: the longest post that the sites allow has 30,000 characters."""
_CHUNK = 1 << 16
_BATCH = 500
_QUESTION, _ANSWER = "1", "2"
_TAGS = re.compile(r"[^<>|]+")

_SCHEMA = """
CREATE TABLE questions (id INTEGER PRIMARY KEY, title, body, tags, owner, score, created, accepted);
CREATE TABLE answers (id INTEGER PRIMARY KEY, question INTEGER, body, owner, score, created);
CREATE TABLE users (id TEXT PRIMARY KEY, name) WITHOUT ROWID;
"""


def read_stack_exchange(
    path: Path,
    *,
    language: str,
    topic: str = "",
    url: str = "",
    processes: int = 0,
    on_progress: OnProgress = unwatched,
) -> Iterator[ForumThread | Problem]:
    """The questions of ``Posts.xml``, with their answers, by number.

    What can be read of a dump that is cut off is imported; where it ends is a problem.

    :param url: the address of the site, for links to the originals.
    :raises ContentError: there is no such file.
    """
    opened(path).close()
    found = _threads(path, topic, url.rstrip("/"), on_progress)
    yield from render_threads(found, source=path.name, language=language, processes=processes)


def _threads(path: Path, topic: str, url: str, on_progress: OnProgress) -> Iterator[RawThread | Problem]:
    with tempfile.TemporaryDirectory(prefix="kb-import-") as folder, closing(_scratch(Path(folder))) as db:
        rows = _Posts(db)
        yield from _read(path, rows.add, on_progress)
        rows.store()
        db.execute("CREATE INDEX by_question ON answers (question, score DESC)")
        yield from rows.problems(path.name)
        users = path.with_name("Users.xml")
        if users.is_file():
            names = _Users(db)
            yield from _read(users, names.add, unwatched)
            names.store()
        yield from _joined(db, topic, url)


def _scratch(folder: Path) -> sqlite3.Connection:
    db = sqlite3.connect(folder / "posts.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -16000")
    db.executescript(_SCHEMA)
    return db


def _read(path: Path, add: Callable[[dict[str, str]], None], on_progress: OnProgress) -> Iterator[Problem]:
    """Give each row of a file to ``add``; what ends the reading before the end of the file is a problem."""
    size = path.stat().st_size
    rows = _Rows(add)
    parser = DefusedXMLParser(target=rows, forbid_dtd=True)
    with opened(path) as file:
        try:
            while chunk := file.read(_CHUNK):
                rows.since += len(chunk)
                parser.feed(chunk)
                if rows.since > MAX_ROW + _CHUNK:
                    raise ContentError(
                        path.name, rows.count + 2, f"an element of over {MAX_ROW // 1_000_000} MB"
                    )
                on_progress(file.tell(), size)
            parser.close()
        except ParseError as error:
            yield _stopped(path, error.position[0], f"not well-formed XML ({error.msg})", rows.count)
        except DefusedXmlException:
            yield _stopped(path, 1, "has a DTD or entities, which no dump has and an attack may", rows.count)
        except (ContentError, ValueError, LookupError) as error:
            message = error.message if isinstance(error, ContentError) else f"cannot be decoded ({error})"
            yield _stopped(path, rows.count + 2, message, rows.count)


def _stopped(path: Path, line: int, what: str, count: int) -> Problem:
    return Problem(path.name, line, f"{what}: reading ends here, after {count} rows; get the file again")


class _Rows:
    """What the parser calls: builds no tree, so that nothing is kept of a row that was given on."""

    def __init__(self, add: Callable[[dict[str, str]], None]) -> None:
        self.since = 0
        """Bytes fed since an element began."""
        self.count = 0
        self._add = add

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.since = 0
        if tag == "row":
            self.count += 1
            self._add(attributes)

    def end(self, tag: str) -> None:
        """Nothing ends: all is in the attributes."""

    def data(self, text: str) -> None:
        """No text stands between rows."""

    def close(self) -> None:
        """There is nothing to give back."""


class _Posts:
    """Stores posts in batches, and counts what is neither a question nor an answer to one."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._questions: list[tuple[Any, ...]] = []
        self._answers: list[tuple[Any, ...]] = []
        self._unnumbered = 0

    def add(self, row: dict[str, str]) -> None:
        number, kind = _number(row.get("Id")), row.get("PostTypeId")
        if number is None:
            self._unnumbered += 1
        elif kind == _QUESTION:
            tags = row.get("Tags", "")
            accepted = _number(row.get("AcceptedAnswerId"))
            self._questions.append(
                (number, row.get("Title", ""), row.get("Body", ""), tags, *_common(row), accepted)
            )
        elif kind == _ANSWER:
            self._answers.append((number, _number(row.get("ParentId")), row.get("Body", ""), *_common(row)))
        if len(self._questions) + len(self._answers) >= _BATCH:
            self.store()

    def store(self) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO questions VALUES (?,?,?,?,?,?,?,?)", self._questions)
        self._db.executemany("INSERT OR IGNORE INTO answers VALUES (?,?,?,?,?,?)", self._answers)
        self._db.execute("COMMIT")
        self._questions.clear()
        self._answers.clear()

    def problems(self, name: str) -> Iterator[Problem]:
        """What could not be joined."""
        if self._unnumbered:
            yield Problem(name, 1, f"{self._unnumbered} rows have no Id: they are left out")
        lost = self._db.execute(
            "SELECT COUNT(*) FROM answers LEFT JOIN questions q ON q.id = question WHERE q.id IS NULL"
        ).fetchone()[0]
        if lost:
            yield Problem(name, 1, f"{lost} answers are left out: their questions are not in the file")


class _Users:
    """Stores the names of users in batches."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._names: list[tuple[str, str]] = []

    def add(self, row: dict[str, str]) -> None:
        self._names.append((row.get("Id", ""), row.get("DisplayName", "")))
        if len(self._names) >= _BATCH:
            self.store()

    def store(self) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO users VALUES (?,?)", self._names)
        self._db.execute("COMMIT")
        self._names.clear()


def _joined(db: sqlite3.Connection, topic: str, url: str) -> Iterator[RawThread | Problem]:
    def author(owner: str) -> str:
        known = (
            db.execute("SELECT name FROM users WHERE id = ?", (owner,)).fetchone()
            if owner.isdigit()
            else None
        )
        return str(known[0]) if known else "" if owner.isdigit() else owner

    questions = db.execute("SELECT * FROM questions ORDER BY id")
    while batch := questions.fetchmany(100):
        for number, title, body, tags, owner, score, created, accepted in batch:
            found = db.execute(
                "SELECT id, body, owner, score, created FROM answers WHERE question = ? "
                "ORDER BY id = ? DESC, score DESC LIMIT ?",
                (number, accepted, MOST_ANSWERS),
            ).fetchall()
            if len(found) == MOST_ANSWERS:
                yield from _too_many(db, number)
            yield RawThread(
                number,
                {
                    **_post(f"q-{number}", body, author(owner), score, created),
                    "title": title,
                    "topic": topic,
                    "tags": _TAGS.findall(tags),
                    "url": f"{url}/q/{number}" if url else "",
                    "answers": [
                        {**_post(str(i), text, author(who), votes, made), "accepted": i == accepted}
                        for i, text, who, votes, made in found
                    ],
                },
            )


def _too_many(db: sqlite3.Connection, question: int) -> Iterator[Problem]:
    total = db.execute("SELECT COUNT(*) FROM answers WHERE question = ?", (question,)).fetchone()[0]
    if total > MOST_ANSWERS:
        message = f"question {question} has {total} answers: the best {MOST_ANSWERS} are kept"
        yield Problem("Posts.xml", 1, message, left_out=False)


def _post(post_id: str, body: str, author: str, score: int, created: str) -> dict[str, Any]:
    return {
        "id": post_id,
        "body": body,
        "format": "html",
        "author": author,
        "votes": score,
        "created": created,
    }


def _common(row: dict[str, str]) -> tuple[str, int, str]:
    """Owner (a number, or the name of one who left), score, date."""
    owner = row.get("OwnerUserId") or row.get("OwnerDisplayName", "")
    return owner, _number(row.get("Score")) or 0, row.get("CreationDate", "")


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,18}", text) else None
