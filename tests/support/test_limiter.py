from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from limits import parse

from kb.storage import sqlite
from kb.storage.database import Database, open_database
from kb.storage.rate_hits import RateHitStore
from kb.storage.transactions import Purpose
from kb.support.limiter import Limiter
from tests.storage.damage import locked, make_read_only

FIVE = parse("5 per 10 minutes")


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'kb.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def limiter(database: Database, clock: Clock) -> Limiter:
    return Limiter(RateHitStore(database, clock), b"salt", clock)


def test_the_sixth_has_to_wait_until_the_first_is_old(limiter: Limiter, clock: Clock) -> None:
    for _ in range(5):
        assert limiter.wait(FIVE, "ticket", "ada") == 0
        clock.now += 60
    assert limiter.wait(FIVE, "ticket", "ada") == 300
    clock.now += 299
    assert limiter.wait(FIVE, "ticket", "ada") == 1
    clock.now += 1
    assert limiter.wait(FIVE, "ticket", "ada") == 0
    assert limiter.wait(FIVE, "ticket", "ada") > 0


def test_others_and_other_things_are_counted_apart(limiter: Limiter) -> None:
    for _ in range(5):
        limiter.wait(FIVE, "ticket", "ada")
    assert limiter.wait(FIVE, "ticket", "bob") == 0
    assert limiter.wait(FIVE, "message", "ada") == 0


def test_many_at_once_are_not_one_more(limiter: Limiter, monkeypatch: pytest.MonkeyPatch) -> None:
    # Who cannot be counted in time is let through; here all are to be counted, however busy the machine is.
    monkeypatch.setitem(sqlite._BEGIN, Purpose.LOG, ("PRAGMA busy_timeout=30000", "BEGIN IMMEDIATE"))
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.wait(FIVE, "ticket", "ada"), range(40)))
    assert waits.count(0) == 5


def test_visitors_cannot_be_read_in_the_database(limiter: Limiter, tmp_path: Path) -> None:
    limiter.wait(FIVE, "ticket", "192.0.2.7")
    assert b"192.0.2.7" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_where_nothing_can_be_counted_nobody_is_turned_away(limiter: Limiter, database: Database) -> None:
    with locked(database):
        assert limiter.wait(FIVE, "ticket", "ada") == 0
    make_read_only(database)
    assert [limiter.wait(FIVE, "ticket", "ada") for _ in range(10)] == [0] * 10


def test_what_is_old_is_forgotten(database: Database, clock: Clock) -> None:
    hits = RateHitStore(database, clock)
    hits.acquire_entry("k", 5, 600)
    hits.forget(clock.now + 1)
    assert hits.get_moving_window("k", 5, 600)[1] == 0
