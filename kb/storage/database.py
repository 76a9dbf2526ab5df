"""The database: opened by URL, migrated, used in transactions. SQLAlchemy's errors end here."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, IntegrityError, SQLAlchemyError

from kb.errors import StorageError
from kb.storage import sqlite
from kb.storage.tables import SCHEMA
from kb.storage.transactions import PURPOSE, Purpose

_MIGRATION_WAIT = 60.0
"""Seconds to wait for another process that is migrating."""


class Conflict(StorageError):
    """A record with that unique value is there already."""


class Database:
    """One database, shared by threads; a fork opens connections of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._name = engine.url.render_as_string(hide_password=True)
        self._file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
        event.listen(engine, "connect", _remember_process)
        event.listen(engine, "checkout", _refuse_connection_of_parent)
        if self._file:
            sqlite.prepare_engine(engine)
        # A database that nobody closed closes its pooled connections when it is let go; not at a fork's exit.
        weakref.finalize(self, engine.dispose).atexit = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the database as it is at one moment.

        :raises StorageError: the database cannot be used.
        """
        with self._transaction(Purpose.READ) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk, whole, when the block ends, or leaves nothing behind.

        :raises Conflict: a unique value is taken.
        :raises StorageError: the database cannot be used.
        """
        with self._transaction(Purpose.WRITE) as connection:
            yield connection

    @contextmanager
    def log(self) -> Iterator[Connection]:
        """A transaction for what may be lost: it hardly waits for others, and not for the disk.

        :raises StorageError: the database cannot be used.
        """
        with self._transaction(Purpose.LOG) as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables up to date. Milliseconds when they are; safe when several processes start at once.

        :raises StorageError: the database is newer than this program, or cannot be used.
        """
        with self._translated():
            if self._is_current():
                return
            with self._only_one():
                if not self._is_current():
                    self._upgrade()

    def close(self) -> None:
        """Close the connections that are not in use."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, purpose: Purpose) -> Iterator[Connection]:
        with (
            self._translated(),
            self.engine.connect().execution_options(**{PURPOSE: purpose}) as connection,
            connection.begin(),
        ):
            yield connection

    def _is_current(self) -> bool:
        with self.engine.connect() as connection:
            if self._file and not sqlite.in_wal_mode(connection):
                return False
            return _revision(connection) == SCHEMA

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        with ExitStack() as stack:
            if self._file:
                lock = FileLock(f"{self._file}.migrate.lock", timeout=_MIGRATION_WAIT)
                try:
                    stack.enter_context(lock)
                except Timeout as error:
                    raise StorageError(
                        f"Another process has been migrating {self._name} for {_MIGRATION_WAIT:.0f} s. "
                        "Let it end, then start again."
                    ) from error
            yield

    def _upgrade(self) -> None:
        # Imported here: it costs a tenth of a second, and is needed once for each revision.
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        if self._file:
            sqlite.switch_to_wal(self.engine)
        config = Config()
        folder = Path(__file__).with_name("migrations")
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with (
            self.engine.connect().execution_options(**{PURPOSE: Purpose.WRITE}) as connection,
            connection.begin(),
        ):
            found = _revision(connection)
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if found and found not in known:
                raise StorageError(
                    f"The database {self._name} is at revision {found}, this program knows {SCHEMA}: a newer "
                    "version made it. Install that version, or restore a backup made before it."
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise Conflict(
                "A record with that key is stored already. Read it, or use another key."
            ) from error
        except DBAPIError as error:
            reason = sqlite.explain(error.orig) if self._file else None
            raise StorageError(
                self._cannot_use(
                    reason or f"Check KB_DATABASE_URL and the database's own log. It says: {error.orig}"
                )
            ) from error
        except (SQLAlchemyError, OSError, UnicodeError) as error:
            raise StorageError(self._cannot_use(f"{type(error).__name__}: {error}.")) from error

    def _cannot_use(self, reason: str) -> str:
        return f"The database {self._name} cannot be used. {reason}"


def open_database(url: str) -> Database:
    """The database at an SQLAlchemy URL. Makes an SQLite file's folder; connects when first used.

    :raises StorageError: the URL cannot be read, its driver is not installed, or the folder cannot be made.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            sqlite.prepare_file(_sqlite_file(parsed))
        # Parameters are people's messages: they must not be in an error's text.
        engine = create_engine(
            parsed, hide_parameters=True, pool_pre_ping=parsed.get_backend_name() != "sqlite"
        )
    except ArgumentError as error:
        raise StorageError(
            "KB_DATABASE_URL is not a database URL. Write it like sqlite:////var/lib/kb/kb.db "
            "or postgresql+psycopg://user@host/kb."
        ) from error
    except ImportError as error:
        raise StorageError(
            f"The driver for KB_DATABASE_URL is missing: {error}. Install it with pip."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The database file cannot be made: {error}. Check KB_DATA and KB_DATABASE_URL."
        ) from error
    return Database(engine)


def _sqlite_file(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StorageError(
            "KB_DATABASE_URL names no file, so tickets would be lost. Write it like sqlite:////var/lib/kb/kb.db."
        )
    return Path(url.database)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _remember_process(dbapi_connection: Any, record: Any) -> None:  # noqa: ARG001
    record.info["process"] = os.getpid()


def _refuse_connection_of_parent(dbapi_connection: Any, record: Any, proxy: Any) -> None:  # noqa: ARG001
    # A connection carried over a fork would share its socket, or its file locks, with the parent's.
    if record.info["process"] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None
        raise DisconnectionError("This connection belongs to the parent process.")
