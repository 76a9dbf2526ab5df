"""Articles that were rendered before, by content hash: a second check renders only what changed.

A file that may be lost at any time. Whatever goes wrong with it costs the time of rendering again and nothing else.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from kb.index.pages import dump_page, load_document
from kb.model import Article, Kind

_logger = logging.getLogger(__name__)


class RenderedArticles:
    """The cache at ``path``; with no path it remembers nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._pages = self._load()

    def find(self, content_hash: str) -> Article | None:
        """The article with this content hash, if it was rendered before."""
        page = self._pages.get(content_hash)
        found = load_document(Kind.ARTICLE, page).page if page else None
        return found if isinstance(found, Article) else None

    def keep(self, articles: Iterable[Article]) -> None:
        """Remember exactly these."""
        kept = {article.content_hash: article for article in articles}
        if self._path is None or kept.keys() == self._pages.keys():
            return
        rows = [(made, self._pages.get(made) or dump_page(article)) for made, article in kept.items()]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as db, db:
                db.execute("DELETE FROM pages")
                db.executemany("INSERT INTO pages VALUES (?, ?)", rows)
        except (OSError, sqlite3.Error) as error:
            _logger.info("Rendered articles could not be kept (%s).", error)

    def _load(self) -> dict[str, str]:
        if self._path is None or not self._path.is_file():
            return {}
        try:
            with closing(self._open()) as db:
                return dict(db.execute("SELECT hash, page FROM pages").fetchall())
        except sqlite3.Error as error:
            _logger.info("Rendered articles could not be read (%s); they are rendered again.", error)
            self._path.unlink(missing_ok=True)
            return {}

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(str(self._path), timeout=5)
        try:
            db.execute("CREATE TABLE IF NOT EXISTS pages (hash TEXT PRIMARY KEY, page TEXT) WITHOUT ROWID")
        except sqlite3.Error:
            db.close()
            raise
        return db
