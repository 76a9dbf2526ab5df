"""Everything particular to SQLite: connecting, transactions, journal. No other file speaks its dialect."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from kb.storage.transactions import PURPOSE, Purpose

WAIT = 5.0
"""Seconds that a reader or a ticket waits for a lock."""

_BEGIN = {
    Purpose.READ: ("PRAGMA busy_timeout=5000", "BEGIN"),
    # IMMEDIATE takes the write lock at once: a transaction that reads first and then writes cannot be refused
    # half-way, and what it read cannot have changed. FULL: a committed ticket survives a power cut.
    Purpose.WRITE: ("PRAGMA busy_timeout=5000", "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"),
    # A search waits for neither the disk nor an import: the log gives up instead.
    Purpose.LOG: ("PRAGMA busy_timeout=100", "PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE"),
}

_MESSAGES = {
    "SQLITE_FULL": "The disk is full, nothing was stored. Free some space and try again.",
    "SQLITE_BUSY": "Another program has locked it, nothing was stored. Wait for that one and try again.",
    "SQLITE_LOCKED": "Another program has locked it, nothing was stored. Wait for that one and try again.",
    "SQLITE_READONLY": "It is read-only, nothing was stored. Let this user write to it and its folder.",
    "SQLITE_PERM": "Access was refused. Give this user access to it and its folder.",
    "SQLITE_CANTOPEN": "It cannot be opened. Check that its folder exists and this user may write there.",
    "SQLITE_IOERR": "The disk failed or is full, nothing was stored. Check it, and the system's log.",
    "SQLITE_CORRUPT": "It is damaged. Move it away and restore the last backup.",
    "SQLITE_NOTADB": "It is not an SQLite database. Check KB_DATA and KB_DATABASE_URL.",
}


def prepare_file(path: Path) -> None:
    """Make the folder and, for its owner's eyes only, the file: tickets are personal.

    :raises OSError: one of them cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def prepare_engine(engine: Engine) -> None:
    """Give each connection its pragmas, and each transaction the BEGIN that its purpose asks for."""
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def in_wal_mode(connection: Connection) -> bool:
    """Whether readers and a writer already work side by side. (The mode is kept in the file.)"""
    return bool(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal")


def switch_to_wal(engine: Engine) -> None:
    """Let readers and a writer work side by side from now on.

    SQLite answers "locked" at once here, whatever the busy timeout, so the waiting is done by hand.
    """
    deadline = time.monotonic() + WAIT
    while True:
        try:
            with engine.connect() as connection:
                # The driver's own cursor: SQLAlchemy would begin a transaction, in which the mode is fixed.
                connection.connection.cursor().execute("PRAGMA journal_mode=WAL")
        except Exception as error:
            if error_name(error) != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise OperationalError("PRAGMA journal_mode=WAL", None, error) from error
            time.sleep(0.02)
        else:
            return


def explain(error: BaseException | None) -> str | None:
    """What an error of the driver means and what to do, where that is known."""
    return _MESSAGES.get(error_name(error))


def error_name(error: BaseException | None) -> str:
    """SQLite's primary name for it: ``SQLITE_READONLY_DBMOVED`` is a ``SQLITE_READONLY``."""
    return "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])


def _on_connect(dbapi_connection: Any, record: Any) -> None:  # noqa: ARG001
    dbapi_connection.isolation_level = None  # the driver must not begin transactions behind our back
    dbapi_connection.execute("PRAGMA foreign_keys=ON")
    dbapi_connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only forgotten


def _on_begin(connection: Connection) -> None:
    for statement in _BEGIN[connection.get_execution_options().get(PURPOSE, Purpose.READ)]:
        connection.exec_driver_sql(statement)
