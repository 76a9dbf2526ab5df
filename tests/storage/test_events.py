from __future__ import annotations

import time
from datetime import date

import pytest
from sqlalchemy import select

from kb.errors import StorageError
from kb.storage.database import Database, open_database
from kb.storage.events import LONGEST, ScrubbedText, SearchEvent, SearchEventStore
from kb.storage.tables import search_events
from tests.storage.damage import locked

DAY = date(2026, 11, 26)


@pytest.fixture
def store(database: Database) -> SearchEventStore:
    return SearchEventStore(database)


def stored(database: Database) -> list[tuple[date, str, str, int]]:
    columns = search_events.c
    wanted = select(columns.day, columns.query, columns.lang, columns.total).order_by(columns.id)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(wanted)]


def searched(query: str, total: int = 0, lang: str = "en") -> SearchEvent:
    return SearchEvent(DAY, ScrubbedText(query), lang, total)


def test_searches_are_logged_with_their_day_only(store: SearchEventStore, database: Database) -> None:
    store.add([searched("письма в спам", 3, "ru"), searched("q")])
    assert stored(database) == [(DAY, "письма в спам", "ru", 3), (DAY, "q", "en", 0)]


def test_only_the_beginning_of_a_long_query_is_kept(store: SearchEventStore, database: Database) -> None:
    store.add([searched("x" * 100_000)])
    assert stored(database)[0][1] == "x" * LONGEST


def test_characters_that_databases_refuse_are_replaced(store: SearchEventStore, database: Database) -> None:
    store.add([searched("a\0b\ud800c")])
    assert stored(database)[0][1] == "ab?c"


def test_who_logs_does_not_wait_for_a_locked_database(store: SearchEventStore, database: Database) -> None:
    with locked(database):
        began = time.perf_counter()
        with pytest.raises(StorageError, match="locked"):
            store.add([searched("q")])
        took = time.perf_counter() - began
    assert took < 3  # a ticket would wait for 5 s
    assert stored(database) == []


def test_a_database_without_tables_is_told(url: str) -> None:
    with pytest.raises(StorageError, match="no such table"):
        SearchEventStore(open_database(url)).add([searched("q")])
