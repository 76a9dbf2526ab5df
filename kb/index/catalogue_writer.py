"""Writes the catalogue of a generation: the previous one, linked, and beside it a small file of what changed since.

The small file holds the new rows, and in ``gone`` the ids whose rows in the large file no longer count. When it has
grown, the two are merged. So an edit does not cost a copy of every page.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kb.index.catalogue import BASE, LATER, PER_DOCUMENT, immutable
from kb.index.files import link_file
from kb.index.pages import dump_page
from kb.model import Article, Document, ForumThread, Topic

MOST_LATER = 0.02
"""The share of all documents whose rows may stand in the small file; a language's delta has the same bound."""

_PAGE_SIZE = 1 << 14
"""Bytes. In larger pages fewer rows overflow: SQLite reads what exceeds about a quarter of a page separately."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, slot INTEGER, kind TEXT, lang TEXT, topic TEXT, slug TEXT, url TEXT, title TEXT,
    summary TEXT, updated TEXT, votes INTEGER, accepted INTEGER, answers INTEGER, content_hash TEXT,
    page TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_slot ON documents (lang, slot);
CREATE INDEX IF NOT EXISTS by_title ON documents (lang, topic, kind, title);
CREATE INDEX IF NOT EXISTS by_date ON documents (lang, kind, updated DESC, title);
CREATE INDEX IF NOT EXISTS by_votes ON documents (lang, kind, accepted DESC, votes DESC, updated DESC);
CREATE INDEX IF NOT EXISTS by_translation ON documents (topic, slug);
CREATE INDEX IF NOT EXISTS by_hash ON documents (content_hash);
CREATE TABLE IF NOT EXISTS tags (tag TEXT, id TEXT, PRIMARY KEY (tag, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_by_id ON tags (id);
CREATE TABLE IF NOT EXISTS redirects (path TEXT PRIMARY KEY, id TEXT, url TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS redirects_by_id ON redirects (id);
CREATE TABLE IF NOT EXISTS topics (
    lang TEXT, slug TEXT, title TEXT, description TEXT, place INTEGER, PRIMARY KEY (lang, slug)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a build changes. ``placed`` has the slot of each of ``documents``, and of those that only moved."""

    documents: Sequence[Document]
    gone: Sequence[str]
    placed: Mapping[str, int]
    topics: Sequence[Topic] | None
    """None where they stay."""

    def __len__(self) -> int:
        return len(self.gone) + len(self.placed)


def write_catalogue(folder: Path, change: Change, previous: Path | None) -> None:
    """Write the catalogue of a generation into its folder; ``previous`` is that of the generation before."""
    if previous is None:
        _write(folder / BASE, change)
    elif len(change) + _rows(previous / LATER) <= MOST_LATER * _rows(previous / BASE):
        link_file(previous / BASE, folder / BASE)
        if (previous / LATER).exists():
            shutil.copyfile(previous / LATER, folder / LATER)
        _write(folder / LATER, change, beside=folder / BASE)
    else:
        shutil.copyfile(previous / BASE, folder / BASE)
        _write(folder / BASE, change, merged=previous / LATER)


def _rows(path: Path) -> int:
    """How many documents a file adds or takes away."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(immutable(path), uri=True)) as db:
        (rows,) = db.execute(
            "SELECT (SELECT COUNT(*) FROM documents) + (SELECT COUNT(*) FROM gone)"
        ).fetchone()
        return int(rows)


def _write(path: Path, change: Change, *, beside: Path | None = None, merged: Path | None = None) -> None:
    """Write a change into a file: one that stands beside the large one, or the large one itself."""
    is_new = not path.exists()
    with closing(sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {_PAGE_SIZE}")  # of a file that is new
        db.execute("PRAGMA journal_mode = OFF")  # the generation is synced, or thrown away, as a whole
        db.execute("PRAGMA synchronous = OFF")
        for name, other in (("base", beside), ("later", merged)):
            if other and other.exists():
                db.execute(f"ATTACH ? AS {name}", (immutable(other),))
        db.execute("BEGIN")
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        if beside:
            if is_new:
                db.execute("INSERT INTO topics SELECT * FROM base.topics")
            _take_from_base(db, change)
        if merged and merged.exists():
            _merge(db)
        _apply(db, change)
        db.execute("COMMIT")


def _take_from_base(db: sqlite3.Connection, change: Change) -> None:
    """Hide the base's rows of all documents that change, after copying the rows of those that only move."""
    written = {document.id for document in change.documents}
    moved = [(i,) for i in change.placed if i not in written]
    for table in PER_DOCUMENT:
        db.executemany(
            f"INSERT INTO {table} SELECT * FROM base.{table} AS row "  # noqa: S608 - table names are ours
            "WHERE id = ? AND NOT EXISTS (SELECT 1 FROM gone WHERE gone.id = row.id)",
            moved,
        )
    db.executemany(
        "INSERT OR IGNORE INTO gone SELECT id FROM base.documents WHERE id = ?",
        [(i,) for i in {*change.placed, *change.gone}],
    )


def _merge(db: sqlite3.Connection) -> None:
    """Take over the rows of the small file."""
    for table in PER_DOCUMENT:
        db.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM later.gone)")  # noqa: S608 - ours
        db.execute(f"INSERT OR IGNORE INTO {table} SELECT * FROM later.{table}")  # noqa: S608 - ours
    db.execute("DELETE FROM topics")
    db.execute("INSERT INTO topics SELECT * FROM later.topics")


def _apply(db: sqlite3.Connection, change: Change) -> None:
    changed = change.documents
    removed = [(i,) for i in {*change.gone, *(document.id for document in changed)}]
    for table in PER_DOCUMENT:
        db.executemany(f"DELETE FROM {table} WHERE id = ?", removed)  # noqa: S608 - table names are ours
    db.executemany(
        f"INSERT INTO documents VALUES ({', '.join('?' * 15)})",  # noqa: S608 - only question marks
        [_row(document, change.placed[document.id]) for document in changed],
    )
    db.executemany(
        "INSERT OR IGNORE INTO tags VALUES (?, ?)", [(tag.lower(), d.id) for d in changed for tag in d.tags]
    )
    db.executemany("INSERT OR IGNORE INTO redirects VALUES (?, ?, ?)", _redirects(changed))
    written = {document.id for document in changed}
    db.executemany(
        "UPDATE documents SET slot = ? WHERE id = ?",
        [(slot, i) for i, slot in change.placed.items() if i not in written],
    )
    if change.topics is not None:
        db.execute("DELETE FROM topics")
        db.executemany(
            "INSERT OR IGNORE INTO topics VALUES (?, ?, ?, ?, ?)",
            [(t.lang, t.slug, t.title, t.description, t.order) for t in change.topics],
        )


def _redirects(changed: Iterable[Document]) -> list[tuple[str, str, str]]:
    return [
        (url.strip("/"), document.id, document.url)
        for document in changed
        if isinstance(document.page, Article)
        for url in document.page.old_urls
    ]


def _row(document: Document, slot: int) -> tuple[object, ...]:
    page = document.page
    if page is None:
        raise ValueError(f"{document.id} has no page to store")
    slug = page.slug if isinstance(page, Article) else page.id
    return (
        document.id,
        slot,
        document.kind.value,
        document.lang,
        document.topic,
        slug,
        document.url,
        document.title,
        document.summary,
        document.updated.isoformat() if document.updated else None,
        document.votes,
        int(document.accepted),
        len(page.answers) if isinstance(page, ForumThread) else 0,
        document.content_hash,
        dump_page(page),
    )
