"""Ways in which a database fails its user, provoked on purpose."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from kb.storage.database import Database


def fill_the_disk(database: Database) -> None:
    """Refuse every further page, as a full disk does."""

    def limit(dbapi_connection: Any, record: Any) -> None:
        dbapi_connection.execute("PRAGMA max_page_count=1")  # SQLite raises it to the present size

    database.close()
    event.listen(database.engine, "connect", limit)


def make_read_only(database: Database) -> None:
    """Refuse writes, as a file without write access does (to everybody but root, who runs some tests)."""

    def forbid(dbapi_connection: Any, record: Any) -> None:
        dbapi_connection.execute("PRAGMA query_only=ON")

    database.close()
    event.listen(database.engine, "connect", forbid)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Hold the write lock from outside."""
    other = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
