"""The stored documents of a generation: pages by id, and lists by language, topic, tag and date.

An SQLite file that is never written again once its generation is whole, so readers open it as immutable: no
locks, no journal, one shared page cache for every worker.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.errors import NotFound
from kb.index.engine import Facts
from kb.index.pages import dump_page, load_document
from kb.model import Article, Card, Document, ForumThread, Kind, Neighbours, Topic

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, ordinal INTEGER, kind TEXT, lang TEXT, topic TEXT, slug TEXT, url TEXT, title TEXT,
    summary TEXT, updated TEXT, votes INTEGER, accepted INTEGER, answers INTEGER, boost REAL,
    content_hash TEXT, page TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_ordinal ON documents (ordinal);
DROP INDEX IF EXISTS by_shelf;
CREATE INDEX IF NOT EXISTS by_title ON documents (lang, topic, kind, title);
CREATE INDEX IF NOT EXISTS by_translation ON documents (topic, slug);
CREATE INDEX IF NOT EXISTS by_hash ON documents (content_hash);
CREATE TABLE IF NOT EXISTS tags (tag TEXT, id TEXT, PRIMARY KEY (tag, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS redirects (path TEXT PRIMARY KEY, url TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS topics (
    lang TEXT, slug TEXT, title TEXT, description TEXT, place INTEGER, PRIMARY KEY (lang, slug)
) WITHOUT ROWID;
"""
_LISTS_KEPT = 100
"""Lists of one kind; a language that nobody writes in may be asked for too."""

_CARD = "id, kind, lang, topic, url, title, summary, updated, votes, accepted, answers"

_AMONG = "WHERE id IN (SELECT value FROM json_each(?))"
"""One parameter: deep pages ask for more ids than SQLite allows parameters."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a rebuild must know of a document of the previous generation."""

    ordinal: int
    kind: Kind
    lang: str
    topic: str
    title: str
    content_hash: str


def write(
    path: Path,
    ordinals: dict[str, int],
    changed: Sequence[Document],
    gone: Iterable[str],
    topics: Sequence[Topic] | None,
    previous: Path | None,
) -> None:
    """Write the catalogue of a generation: that of ``previous``, less ``gone``, with ``changed``;
    then give those in ``ordinals`` their number."""
    if previous:
        shutil.copyfile(previous, path)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")  # the generation is synced, or thrown away, as a whole
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    for statement in _SCHEMA.split(";"):
        db.execute(statement)
    removed = [(document_id,) for document_id in {*gone, *(document.id for document in changed)}]
    for table in ("documents", "tags"):
        db.executemany(f"DELETE FROM {table} WHERE id = ?", removed)  # noqa: S608 - table names are ours
    db.executemany(
        f"INSERT INTO documents VALUES ({', '.join('?' * 16)})",  # noqa: S608 - only question marks
        map(_row, changed),
    )
    db.executemany(
        "INSERT OR IGNORE INTO tags VALUES (?, ?)", [(tag.lower(), d.id) for d in changed for tag in d.tags]
    )
    db.executemany(
        "UPDATE documents SET ordinal = ? WHERE id = ?",
        [(ordinal, document_id) for document_id, ordinal in ordinals.items()],
    )
    if topics is not None:
        db.execute("DELETE FROM topics")
        db.executemany(
            "INSERT OR IGNORE INTO topics VALUES (?, ?, ?, ?, ?)",
            [(t.lang, t.slug, t.title, t.description, t.order) for t in topics],
        )
    _write_redirects(db, changed, [document_id for (document_id,) in removed])
    db.execute("COMMIT")
    db.close()


def _write_redirects(db: sqlite3.Connection, changed: Sequence[Document], removed: list[str]) -> None:
    db.executemany("DELETE FROM redirects WHERE url = ?", [(f"/articles/{gone}",) for gone in removed])
    for document in changed:
        if isinstance(document.page, Article):
            db.executemany(
                "INSERT OR IGNORE INTO redirects VALUES (?, ?)",
                [(_old_path(path, document.lang), document.url) for path in document.page.redirect_from],
            )


def _old_path(path: str, lang: str) -> str:
    """``/any/path`` is a path of the site; ``topic/old-slug`` is an article that once stood in this language."""
    return (path if path.startswith("/") else f"articles/{lang}/{path}").strip("/").lower()


def _row(document: Document) -> tuple[object, ...]:
    page = document.page
    if page is None:
        raise ValueError(f"{document.id} has no page to store")
    answers = len(page.answers) if isinstance(page, ForumThread) else 0
    slug = page.slug if isinstance(page, Article) else page.id
    return (
        document.id,
        -1,
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
        answers,
        document.boost,
        document.content_hash,
        dump_page(page),
    )


class Catalogue:
    """Reads a generation's catalogue. Safe to use from many threads. What pages ask for each time is kept, since
    a generation never changes."""

    def __init__(self, path: Path) -> None:
        self.topics = lru_cache(_LISTS_KEPT)(self._topics)
        self.recent = lru_cache(_LISTS_KEPT)(self._recent)
        self.shelf = lru_cache(_LISTS_KEPT)(self._shelf)
        self._db = sqlite3.connect(
            f"{path.resolve().as_uri()}?immutable=1", uri=True, check_same_thread=False
        )
        self._one_at_a_time = threading.Lock()
        weakref.finalize(self, self._db.close)

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement. Threads take turns, since a connection's prepared statements are shared."""
        with self._one_at_a_time:
            return self._db.execute(statement, values).fetchall()

    def _of(self, columns: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
        return self._rows(f"SELECT {columns} FROM documents {_AMONG}", [json.dumps(list(ids))])  # noqa: S608

    def document(self, document_id: str) -> Document:
        """:raises NotFound: there is none with that id."""
        return self.documents([document_id])[0]

    def documents(self, document_ids: Sequence[str]) -> list[Document]:
        """Those with these ids, in their order.

        :raises NotFound: there is none with one of them.
        """
        rows = self._of("id, kind, page", document_ids)
        found = {i: load_document(Kind(kind), page) for i, kind, page in rows}
        try:
            return [found[document_id] for document_id in document_ids]
        except KeyError as missing:
            raise NotFound(f"There is no document {missing}.") from None

    def article_with_hash(self, content_hash: str) -> Article | None:
        """The article that had this content hash: it need not be rendered again."""
        rows = self._rows(
            "SELECT page FROM documents WHERE content_hash = ? AND kind = 'article'", (content_hash,)
        )
        page = load_document(Kind.ARTICLE, rows[0][0]).page if rows else None
        return page if isinstance(page, Article) else None

    def ids(self, ordinals: Sequence[int]) -> list[str]:
        """The ids of these ordinals, in their order."""
        found = dict(self._rows(f"SELECT ordinal, id FROM documents {_among(ordinals)}"))  # noqa: S608
        return [found[ordinal] for ordinal in ordinals]

    def facts(self, ids: Sequence[str]) -> dict[str, Facts]:
        """What ranking weighs, by id."""
        rows = self._of("id, boost, votes, accepted, updated", ids)
        return {
            i: Facts(boost, votes, bool(accepted), _date(updated))
            for i, boost, votes, accepted, updated in rows
        }

    def card(self, document_id: str) -> Card:
        """:raises NotFound: there is none with that id."""
        found = self._cards("WHERE id = ?", (document_id,))
        if not found:
            raise NotFound(f"There is no document {document_id!r}.")
        return found[0]

    def cards(self, document_ids: Sequence[str]) -> tuple[Card, ...]:
        """Those of the documents that there are, in the order asked for."""
        found = self._cards(_AMONG, [json.dumps(list(document_ids))])
        by_id = {card.id: card for card in found}
        return tuple(by_id[i] for i in document_ids if i in by_id)

    def _shelf(self, lang: str, topic: str) -> tuple[Card, ...]:
        """A topic's articles by title, then its threads by votes."""
        return self._cards(
            "WHERE lang = ? AND topic = ? ORDER BY kind, accepted DESC, votes DESC, title, id", (lang, topic)
        )

    def neighbours(self, article: Article) -> Neighbours:
        """The articles before and after one on its shelf."""
        return Neighbours(self._beside(article, "<", "DESC"), self._beside(article, ">", "ASC"))

    def _beside(self, article: Article, side: str, order: str) -> Card | None:
        found = self._cards(
            f"WHERE lang = ? AND topic = ? AND kind = 'article' AND (title, id) {side} (?, ?) "
            f"ORDER BY title {order}, id {order} LIMIT 1",
            (article.lang, article.topic, article.title, article.id),
        )
        return found[0] if found else None

    def tagged(self, lang: str, tag: str) -> tuple[Card, ...]:
        """Everything in a language with a tag."""
        return self._cards(
            "WHERE lang = ? AND id IN (SELECT id FROM tags WHERE tag = ?) ORDER BY kind, votes DESC, title",
            (lang, tag.lower()),
        )

    def listed(self, lang: str) -> tuple[Card, ...]:
        """Everything in a language, by id."""
        return self._cards("WHERE lang = ? ORDER BY id", (lang,))

    def _recent(self, lang: str, kind: Kind, limit: int) -> tuple[Card, ...]:
        """Articles by date, newest first; threads with an accepted answer first, then by votes."""
        order = "updated DESC, title" if kind is Kind.ARTICLE else "accepted DESC, votes DESC, updated DESC"
        return self._cards(f"WHERE lang = ? AND kind = ? ORDER BY {order} LIMIT ?", (lang, kind.value, limit))

    def translations(self, article: Article) -> tuple[Card, ...]:
        """The same article in other languages, by language."""
        return self._cards(
            "WHERE topic = ? AND slug = ? AND lang <> ? AND kind = 'article' ORDER BY lang",
            (article.topic, article.slug, article.lang),
        )

    def redirect(self, path: str) -> str | None:
        """Where an old path leads now."""
        rows = self._rows("SELECT url FROM redirects WHERE path = ?", (path.strip("/").lower(),))
        return str(rows[0][0]) if rows else None

    def _topics(self, lang: str) -> tuple[Topic, ...]:
        """The topics of a language that hold something, in their order."""
        rows = self._rows(
            """SELECT t.lang, t.slug, t.title, t.description, t.place,
                      SUM(d.kind = 'article'), SUM(d.kind = 'thread')
               FROM topics t JOIN documents d ON d.lang = t.lang AND d.topic = t.slug
               WHERE t.lang = ? GROUP BY t.slug ORDER BY t.place, t.title""",
            (lang,),
        )
        return tuple(Topic(*row) for row in rows)

    def stored(self) -> dict[str, Stored]:
        """Every document by id: what an incremental rebuild compares with."""
        rows = self._rows("SELECT id, ordinal, kind, lang, topic, title, content_hash FROM documents")
        return {
            i: Stored(ordinal, Kind(kind), lang, topic, title, made)
            for i, ordinal, kind, lang, topic, title, made in rows
        }

    def close(self) -> None:
        self._db.close()

    def _cards(self, where: str, values: Sequence[object]) -> tuple[Card, ...]:
        rows = self._rows(f"SELECT {_CARD} FROM documents {where}", values)  # noqa: S608 - ours
        return tuple(
            Card(i, Kind(kind), lang, topic, url, title, summary, _date(day), votes, bool(accepted), answers)
            for i, kind, lang, topic, url, title, summary, day, votes, accepted, answers in rows
        )


def _among(ordinals: Sequence[int]) -> str:
    return f"WHERE ordinal IN ({', '.join(str(int(ordinal)) for ordinal in ordinals)})"


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
