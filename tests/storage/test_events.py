from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from kb.storage.database import Database, open_database
from kb.storage.events import LONGEST, ScrubbedText, SearchEventStore
from kb.storage.tables import search_events
from tests.storage.damage import locked, make_read_only


@pytest.fixture
def store(database: Database) -> SearchEventStore:
    return SearchEventStore(database)


def stored(database: Database) -> list[tuple[date, str, str, int]]:
    columns = search_events.c
    wanted = select(columns.day, columns.query, columns.lang, columns.total).order_by(columns.id)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(wanted)]


def test_a_search_is_logged_with_its_day_only(store: SearchEventStore, database: Database) -> None:
    store.record(ScrubbedText("письма в спам"), "ru", 3)
    assert stored(database) == [(datetime.now(UTC).date(), "письма в спам", "ru", 3)]


def test_only_the_beginning_of_a_long_query_is_kept(store: SearchEventStore, database: Database) -> None:
    store.record(ScrubbedText("x" * 100_000), "en", 0)
    assert stored(database)[0][1] == "x" * LONGEST


def test_characters_that_databases_refuse_are_replaced(store: SearchEventStore, database: Database) -> None:
    store.record(ScrubbedText("a\0b\ud800c"), "en", 0)
    assert stored(database)[0][1] == "ab?c"


def test_a_search_goes_on_and_nothing_is_told_when_the_log_fails(
    store: SearchEventStore, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    make_read_only(database)
    with caplog.at_level(logging.DEBUG):
        store.record(ScrubbedText("my secret illness"), "en", 0)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "read-only" in caplog.text
    assert "illness" not in caplog.text


def test_a_search_does_not_wait_for_a_locked_log(
    store: SearchEventStore, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with locked(database):
        began = time.perf_counter()
        store.record(ScrubbedText("q"), "en", 0)
        took = time.perf_counter() - began
    assert took < 3  # a ticket would wait for 5 s
    assert "locked" in caplog.text
    assert stored(database) == []


def test_a_database_without_tables_fails_no_search(url: str, caplog: pytest.LogCaptureFixture) -> None:
    SearchEventStore(open_database(url)).record(ScrubbedText("q"), "en", 0)
    assert "no such table" in caplog.text
