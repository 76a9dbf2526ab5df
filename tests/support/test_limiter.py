from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from limits import parse

from kb.storage import sqlite
from kb.storage.database import Database
from kb.storage.rate_hits import RateHitStore
from kb.storage.transactions import Purpose
from kb.support.limiter import Limiter
from tests.storage.damage import locked, make_read_only

FIVE = parse("5 per 10 minutes")
HOME = "192.0.2.7"


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(database: Database, clock: Clock) -> Limiter:
    return Limiter(RateHitStore(database, clock), b"salt", per_address=3)


def test_the_sixth_has_to_wait_until_the_first_is_old(limiter: Limiter, clock: Clock) -> None:
    for _ in range(5):
        assert limiter.wait(FIVE, "ticket", HOME, "ada") == 0
        clock.now += 60
    assert limiter.wait(FIVE, "ticket", HOME, "ada") == 300
    clock.now += 299
    assert limiter.wait(FIVE, "ticket", HOME, "ada") == 1
    clock.now += 1
    assert limiter.wait(FIVE, "ticket", HOME, "ada") == 0
    assert limiter.wait(FIVE, "ticket", HOME, "ada") > 0


def test_a_clock_that_is_put_back_keeps_nobody_waiting(limiter: Limiter, clock: Clock) -> None:
    clock.now += 86_400
    for _ in range(5):
        assert limiter.wait(FIVE, "ticket", HOME, "ada") == 0
    clock.now -= 86_400
    assert limiter.wait(FIVE, "ticket", HOME, "ada") == 0


def test_others_and_other_things_are_counted_apart(limiter: Limiter) -> None:
    for _ in range(5):
        limiter.wait(FIVE, "ticket", HOME, "ada")
    assert limiter.wait(FIVE, "ticket", HOME, "bob") == 0
    assert limiter.wait(FIVE, "message", HOME, "ada") == 0


def test_people_behind_one_address_are_not_shut_out_for_each_other(limiter: Limiter) -> None:
    for person in ("ada", "bob", "eve"):
        assert [limiter.wait(FIVE, "ticket", HOME, person) for _ in range(5)] == [0] * 5
        assert limiter.wait(FIVE, "ticket", HOME, person) > 0  # and is not counted for the others


def test_a_new_session_each_time_meets_the_limit_of_the_address(limiter: Limiter, clock: Clock) -> None:
    for number in range(15):
        assert limiter.wait(FIVE, "ticket", HOME, f"session {number}") == 0
        clock.now += 1
    assert limiter.wait(FIVE, "ticket", HOME, "one more") == 600 - 15
    assert limiter.wait(FIVE, "ticket", "198.51.100.1", "one more") == 0


def test_one_session_meets_its_limit_from_whatever_address(limiter: Limiter) -> None:
    for number in range(5):
        assert limiter.wait(FIVE, "ticket", f"192.0.2.{number}", "ada") == 0
    assert limiter.wait(FIVE, "ticket", "192.0.2.9", "ada") == 600


def test_all_without_a_session_at_an_address_are_one(limiter: Limiter) -> None:
    for _ in range(5):
        assert limiter.wait(FIVE, "ticket", HOME) == 0
    assert limiter.wait(FIVE, "ticket", HOME) > 0
    assert limiter.wait(FIVE, "ticket", HOME, "ada") == 0


def test_who_cannot_be_told_from_anybody_is_not_counted(limiter: Limiter) -> None:
    assert [limiter.wait(FIVE, "ticket", "") for _ in range(10)] == [0] * 10


def test_many_at_once_are_not_one_more(limiter: Limiter, monkeypatch: pytest.MonkeyPatch) -> None:
    # Who cannot be counted in time is let through; here all are to be counted, however busy the machine is.
    monkeypatch.setitem(sqlite._BEGIN, Purpose.LOG, ("PRAGMA busy_timeout=30000", "BEGIN IMMEDIATE"))
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.wait(FIVE, "ticket", HOME, "ada"), range(40)))
    assert waits.count(0) == 5


def test_visitors_cannot_be_read_in_the_database(limiter: Limiter, tmp_path: Path) -> None:
    limiter.wait(FIVE, "ticket", "192.0.2.7", "Zq3xW9")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"192.0.2.7" not in stored
    assert b"Zq3xW9" not in stored


def test_where_nothing_can_be_counted_nobody_is_turned_away(limiter: Limiter, database: Database) -> None:
    with locked(database):
        assert limiter.wait(FIVE, "ticket", HOME, "ada") == 0
    make_read_only(database)
    assert [limiter.wait(FIVE, "ticket", HOME, "ada") for _ in range(10)] == [0] * 10


def test_what_is_old_is_forgotten(database: Database, clock: Clock) -> None:
    hits = RateHitStore(database, clock)
    assert hits.count({"k": 1}, 600) == 0
    assert hits.count({"k": 1}, 600) == 600
    hits.forget(clock.now + 1)
    assert hits.count({"k": 1}, 600) == 0
