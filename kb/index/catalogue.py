"""The stored documents of a generation: pages by id, and lists by language, topic, tag and date.

SQLite files that are never written again once their generation is whole, so readers open them as immutable: no
locks, no journal, one shared page cache for every worker.
"""

from __future__ import annotations

import json
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
from kb.index.pages import load_document
from kb.model import Article, Card, Document, Kind, Neighbours, Topic

BASE, LATER = "catalogue.sqlite", "catalogue.later.sqlite"
"""The pages of a generation, and those that came later, if any did: :mod:`kb.index.catalogue_writer` has the rest."""

_BOTH = """
CREATE TEMP VIEW {name} AS SELECT {columns} FROM later.{table}
UNION ALL SELECT {columns} FROM main.{table} WHERE id NOT IN (SELECT id FROM later.gone)
"""
PER_DOCUMENT = ("documents", "tags", "redirects")
"""The tables whose rows each belong to a document."""
_LISTS_KEPT = 100
"""Lists of one kind that are remembered; the bound is for requests that name languages and topics at random."""

_SHELVED = "lang, topic, kind"
"""Columns by themselves, for counting: grouping the view of all columns would read every page."""
_CARD = "id, kind, lang, topic, url, title, summary, updated, votes, accepted, answers"

_AMONG = "WHERE id IN (SELECT value FROM json_each(?))"
"""One parameter: deep pages ask for more ids than SQLite allows parameters."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a rebuild must know of a document of the previous generation."""

    slot: int
    kind: Kind
    lang: str
    topic: str
    title: str
    content_hash: str


class Catalogue:
    """Reads a generation's catalogue, from any thread. Lists are remembered, since a generation never changes.

    Where a small file of later rows stands beside the large one, views of the tables' names make both one.
    """

    def __init__(self, folder: Path) -> None:
        self.topics = lru_cache(_LISTS_KEPT)(self._topics)
        self.recent = lru_cache(_LISTS_KEPT)(self._recent)
        self.topic_cards = lru_cache(_LISTS_KEPT)(self._topic_cards)
        self._db = sqlite3.connect(immutable(folder / BASE), uri=True, check_same_thread=False)
        self._db.execute("PRAGMA temp_store = MEMORY")
        if (folder / LATER).exists():
            self._db.execute("ATTACH ? AS later", (immutable(folder / LATER),))
            for table in PER_DOCUMENT:
                self._db.execute(_BOTH.format(name=table, table=table, columns="*"))
            self._db.execute(_BOTH.format(name="shelved", table="documents", columns=_SHELVED))
            self._db.execute("CREATE TEMP VIEW topics AS SELECT * FROM later.topics")
        else:
            self._db.execute(f"CREATE TEMP VIEW shelved AS SELECT {_SHELVED} FROM documents")  # noqa: S608 - ours
        self._one_at_a_time = threading.Lock()
        weakref.finalize(self, self._db.close)

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement. Threads take turns, since a connection's prepared statements are shared."""
        with self._one_at_a_time:
            return self._db.execute(statement, values).fetchall()

    def document(self, document_id: str) -> Document:
        """:raises NotFound: there is none with that id."""
        rows = self._rows("SELECT kind, page FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise NotFound(f"There is no document {document_id!r}.")
        return _document(*rows[0])

    def article_with_hash(self, content_hash: str) -> Article | None:
        """The article that had this content hash: it need not be rendered again."""
        rows = self._rows(
            "SELECT kind, page FROM documents WHERE content_hash = ? AND kind = 'article'",
            (content_hash,),
        )
        page = _document(*rows[0]).page if rows else None
        return page if isinstance(page, Article) else None

    def slots_tagged(self, lang: str, tag: str, *, prefix: bool) -> list[int]:
        """The slots of a language whose documents have a tag, or one that begins so."""
        alike = "tag >= ? AND substr(tag, 1, length(?)) = ?" if prefix else "tag = ?"
        rows = self._rows(
            f"SELECT slot FROM documents WHERE lang = ? AND id IN (SELECT id FROM tags WHERE {alike})",  # noqa: S608
            (lang, *[tag] * alike.count("?")),
        )
        return [slot for (slot,) in rows]

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

    def _topic_cards(self, lang: str, topic: str) -> tuple[Card, ...]:
        """A topic's articles by title, then its threads by votes."""
        return self._cards(
            "WHERE lang = ? AND topic = ? ORDER BY kind, accepted DESC, votes DESC, title, id", (lang, topic)
        )

    def neighbours(self, article: Article) -> Neighbours:
        """The articles before and after one in its topic."""
        return Neighbours(self._beside(article, "<", "DESC"), self._beside(article, ">", "ASC"))

    def _beside(self, article: Article, side: str, order: str) -> Card | None:
        where = f"WHERE lang = ? AND topic = ? AND kind = 'article' AND (title, id) {side} (?, ?)"
        first = f"{where} ORDER BY title {order}, id {order} LIMIT 1"
        return next(iter(self._cards(first, (article.lang, article.topic, article.title, article.id))), None)

    def tag_cards(self, lang: str, tag: str) -> tuple[Card, ...]:
        """Everything in a language with a tag."""
        return self._cards(
            "WHERE lang = ? AND id IN (SELECT id FROM tags WHERE tag = ?) ORDER BY kind, votes DESC, title",
            (lang, tag.lower()),
        )

    def pages(self, lang: str) -> tuple[Card, ...]:
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
               FROM topics t JOIN shelved d ON d.lang = t.lang AND d.topic = t.slug
               WHERE t.lang = ? GROUP BY t.slug ORDER BY t.place, t.title""",
            (lang,),
        )
        return tuple(Topic(*row) for row in rows)

    def stored(self, ids: Iterable[str]) -> dict[str, Stored]:
        """Those of some documents that there are, by id: what a rebuild compares with."""
        return self._stored("WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))

    def standing(self, lang: str, first: int) -> dict[str, Stored]:
        """What stands in a language's slots from the first on, by id."""
        return self._stored("WHERE lang = ? AND slot >= ?", (lang, first))

    def hashes(self, kind: Kind) -> dict[str, str]:
        """The content hash of every document of a kind, by id."""
        return dict(self._rows("SELECT id, content_hash FROM documents WHERE kind = ?", (kind.value,)))

    def every_id(self) -> list[str]:
        """The id of every document."""
        return [i for (i,) in self._rows("SELECT id FROM documents")]

    def close(self) -> None:
        self._db.close()

    def _stored(self, where: str, values: Sequence[object]) -> dict[str, Stored]:
        rows = self._rows(
            f"SELECT id, slot, kind, lang, topic, title, content_hash FROM documents {where}",  # noqa: S608 - ours
            values,
        )
        return {
            i: Stored(slot, Kind(kind), lang, topic, title, made)
            for i, slot, kind, lang, topic, title, made in rows
        }

    def _cards(self, where: str, values: Sequence[object]) -> tuple[Card, ...]:
        rows = self._rows(f"SELECT {_CARD} FROM documents {where}", values)  # noqa: S608 - ours
        return tuple(
            Card(i, Kind(kind), lang, topic, url, title, summary, _date(day), votes, bool(accepted), answers)
            for i, kind, lang, topic, url, title, summary, day, votes, accepted, answers in rows
        )


def immutable(path: Path) -> str:
    """The address by which SQLite opens a file that nobody writes."""
    return f"{path.resolve().as_uri()}?immutable=1"


def _document(kind: str, page: str) -> Document:
    return load_document(Kind(kind), page)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
