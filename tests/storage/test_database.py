from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, create_mock_engine, insert, select, text
from sqlalchemy.engine.mock import MockConnection

import kb.storage
from kb.errors import StorageError
from kb.storage import sqlite, support_tables
from kb.storage.database import Conflict, Database, open_database
from kb.storage.tables import METADATA, SCHEMA, search_events, tickets
from kb.storage.transactions import Purpose
from tests.storage.damage import locked

assert support_tables  # its tables register themselves

EVENT = {"day": date(2026, 3, 3), "query": "q", "lang": "en", "total": 1}


def pragma(database: Database, name: str, purpose: Purpose = Purpose.READ) -> object:
    transaction = {Purpose.READ: database.read, Purpose.WRITE: database.write, Purpose.LOG: database.log}
    with transaction[purpose]() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar_one()


def test_the_parent_folder_is_made(url: str, tmp_path: Path) -> None:
    open_database(url).migrate()
    assert (tmp_path / "data" / "kb.db").stat().st_size > 0


def test_only_the_owner_may_read_a_new_database(url: str, tmp_path: Path) -> None:
    open_database(url).migrate()
    assert stat.S_IMODE((tmp_path / "data" / "kb.db").stat().st_mode) == 0o600


def test_readers_and_a_writer_work_side_by_side(url: str) -> None:
    database = open_database(url)
    database.migrate()
    assert pragma(database, "journal_mode") == "wal"


def test_foreign_keys_are_checked(database: Database) -> None:
    assert pragma(database, "foreign_keys") == 1


def test_a_write_waits_for_the_disk_and_five_seconds_for_a_lock(database: Database) -> None:
    assert pragma(database, "synchronous", Purpose.LOG) == 1
    assert pragma(database, "synchronous", Purpose.WRITE) == 2
    assert pragma(database, "busy_timeout", Purpose.WRITE) == 5000


def test_the_log_waits_for_almost_nothing(database: Database) -> None:
    assert pragma(database, "busy_timeout", Purpose.LOG) == 100


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_revision_in_the_code_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(kb.storage.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_the_tables_can_be_made_in_postgresql() -> None:
    statements: list[str] = []
    engine: MockConnection = create_mock_engine(
        "postgresql+psycopg2://",
        lambda ddl, *_: statements.append(str(ddl.compile(dialect=engine.dialect))),
        module=sqlite3,
    )
    METADATA.create_all(engine, checkfirst=False)
    assert sum("CREATE TABLE" in statement for statement in statements) == len(METADATA.tables)
    assert any("TIMESTAMP WITH TIME ZONE" in statement for statement in statements)


def test_migrating_twice_keeps_what_is_stored(database: Database, url: str) -> None:
    with database.write() as connection:
        connection.execute(insert(search_events), EVENT)
    again = open_database(url)
    again.migrate()
    with again.read() as connection:
        assert connection.execute(select(search_events.c.query)).scalars().all() == ["q"]


def test_migrating_an_up_to_date_database_takes_under_50_ms(database: Database, url: str) -> None:
    took = []
    for _ in range(5):
        fresh = open_database(url)
        began = time.process_time()
        fresh.migrate()
        took.append(time.process_time() - began)
        fresh.close()
    assert min(took) < 0.05


def test_an_up_to_date_database_is_opened_without_importing_alembic(database: Database, url: str) -> None:
    program = (
        "import sys; from kb.storage.database import open_database; open_database(sys.argv[1]).migrate(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, url], check=False).returncode == 0


def test_processes_that_start_at_once_migrate_once(url: str) -> None:
    program = (
        "import sys; from kb.storage.database import open_database; database = open_database(sys.argv[1]); "
        "print('ready', flush=True); sys.stdin.read(1); database.migrate()"
    )
    command = [sys.executable, "-c", program, url]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write(b"!")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], errors
    with open_database(url).read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [SCHEMA]


def test_a_migration_that_dies_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(url)
    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_table", _fail_at("tickets"))
        with pytest.raises(StorageError, match="No space left"):
            database.migrate()
    with database.read() as connection:
        assert connection.execute(text("SELECT name FROM sqlite_master")).scalars().all() == []
    database.migrate()
    with database.read() as connection:
        assert connection.execute(select(tickets)).all() == []


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database, url: str) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=r"revision 9999, this program knows .* newer.* Install"):
        open_database(url).migrate()
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_a_restored_copy_gets_its_journal_mode_back(database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with sqlite3.connect(tmp_path / "data" / "kb.db") as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    restored = open_database(f"sqlite:///{copy}")
    assert pragma(restored, "journal_mode") == "delete"
    restored.migrate()
    assert pragma(restored, "journal_mode") == "wal"


def test_a_failing_block_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:  # noqa: PT012
        connection.execute(insert(search_events), EVENT)
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute(select(search_events)).all() == []


def test_a_read_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        before = reader.execute(select(search_events)).all()
        with database.write() as writer:
            writer.execute(insert(search_events), EVENT)
        assert reader.execute(select(search_events)).all() == before == []


def test_a_taken_unique_value_is_a_conflict(database: Database) -> None:
    row = EVENT | {"id": 1}
    with database.write() as connection:
        connection.execute(insert(search_events), row)
    with pytest.raises(Conflict), database.write() as connection:
        connection.execute(insert(search_events), row)


def test_a_lock_held_too_long_is_named_with_the_next_step(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite._BEGIN, Purpose.WRITE, ("PRAGMA busy_timeout=50", "BEGIN IMMEDIATE"))
    with locked(database), pytest.raises(StorageError, match=r"has locked it.*try again"), database.write():
        pass


def test_an_error_shows_no_parameters(database: Database) -> None:
    with pytest.raises(StorageError) as caught, database.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:body)"), {"body": "a private message"})
    error: BaseException | None = caught.value
    while error:
        assert "private" not in str(error)
        error = error.__cause__


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "kb.db").write_text("Dear diary, " * 100)
    with pytest.raises(StorageError, match="not an SQLite database"):
        open_database(f"sqlite:///{tmp_path / 'kb.db'}").migrate()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"cannot be made.*KB_DATA"):
        open_database(f"sqlite:///{tmp_path / 'data' / 'kb.db'}")


@pytest.mark.parametrize("url", ["nonsense", "oracle-of-delphi://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_keep_tickets_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="KB_DATABASE_URL"):
        open_database(url)


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite+pysqlcipher://:secret@/{tmp_path}", module=sqlite3)
    with pytest.raises(StorageError, match=r"\*\*\*.*cannot be opened") as caught, Database(engine).read():
        pass
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(StorageError, match=r"driver .* psycopg2.*Install") as caught:
        open_database("postgresql+psycopg2://kb:secret@localhost/kb")
    assert "secret" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_opens_connections_of_its_own(database: Database, tmp_path: Path) -> None:
    with database.read() as connection:
        parents = connection.connection.dbapi_connection
    found = tmp_path / "found"
    child = os.fork()
    if child == 0:
        with database.read() as connection:
            found.write_text(str(connection.connection.dbapi_connection is parents))
        os._exit(0)
    os.waitpid(child, 0)
    assert found.read_text() == "False"


def _fail_at(table: str) -> Callable[..., None]:
    original: Callable[..., object] = op.create_table

    def create_table(name: str, *columns: object) -> None:
        if name == table:
            raise OSError(28, "No space left on device")
        original(name, *columns)

    return create_table
