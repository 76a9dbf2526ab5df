from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kb.model import TicketDraft
from kb.storage.contact_sessions import ContactSessionStore
from kb.storage.database import Database
from kb.storage.salts import SaltStore
from kb.support.ledger import Ledger
from kb.ticket_model import Circumstances
from tests.storage.damage import fill_the_disk

LOST = TicketDraft("Lost phone", "My phone was stolen and the app wants a code from it.", lang="en")
REFUND = TicketDraft("Refund", "Please give me back what you charged for December.", lang="en")
ADA = "192.0.2.7\nMozilla"
BOB = "192.0.2.8\nMozilla"
WINDOW = 3


@dataclass
class Counter:
    """A ledger whose day the test sets."""

    database: Database
    today: date = date(2026, 3, 1)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        sessions, salts = ContactSessionStore(self.database), SaltStore(self.database)
        self.ledger = Ledger(sessions, salts, WINDOW, lambda: self.today)

    def outcome(self, key: str) -> str:
        session = self.ledger.session(key)
        assert session
        return session.outcome

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)


@pytest.fixture
def counter(database: Database) -> Counter:
    return Counter(database)


def came(key: str, visitor: str = ADA) -> Circumstances:
    return Circumstances(session=key, visitor=visitor)


def solved(counter: Counter, key: str = "one", draft: TicketDraft = LOST) -> None:
    counter.ledger.wrote(draft, came(key), ["en/a/b"])
    counter.ledger.confirmed(key)


def test_a_session_gathers_what_was_shown_and_opened(counter: Counter) -> None:
    counter.ledger.wrote(LOST, came("one"), ["en/a/b", "en/a/c"])
    counter.ledger.wrote(replace(LOST, category="billing"), came("one"), ["en/a/c", "en/a/d"])
    counter.ledger.opened("one", "en/a/c")
    session = counter.ledger.session("one")
    assert session
    assert (session.shown, session.opened) == (("en/a/b", "en/a/c", "en/a/d"), ("en/a/c",))
    assert (session.day, session.lang, session.category, session.outcome) == (
        counter.today,
        "en",
        "billing",
        "",
    )


def test_a_session_ends_once(counter: Counter) -> None:
    counter.ledger.wrote(LOST, came("one"), ["en/a/b"])
    counter.ledger.submitted(LOST, came("one"))
    counter.ledger.confirmed("one")
    assert counter.outcome("one") == "submitted"


def test_a_confirmed_session_that_is_sent_after_all_is_revoked(counter: Counter) -> None:
    solved(counter)
    counter.ledger.submitted(LOST, came("one"))
    assert counter.outcome("one") == "revoked"


@pytest.mark.parametrize("days", [0, 1, WINDOW])
def test_a_similar_ticket_of_the_same_visitor_revokes_within_the_window(counter: Counter, days: int) -> None:
    solved(counter)
    counter.later(days)
    longer = replace(LOST, body=LOST.body + " I looked at your article but I have no recovery codes left.")
    counter.ledger.submitted(longer, came("two"))
    assert counter.outcome("one") == "revoked"


def test_after_the_window_nothing_is_revoked(counter: Counter) -> None:
    solved(counter)
    counter.later(WINDOW + 1)
    counter.ledger.submitted(LOST, came("two"))
    assert counter.outcome("one") == "confirmed"


def test_a_ticket_about_something_else_revokes_nothing(counter: Counter) -> None:
    solved(counter)
    counter.ledger.submitted(REFUND, came("two"))
    assert counter.outcome("one") == "confirmed"


def test_a_ticket_of_somebody_else_revokes_nothing(counter: Counter) -> None:
    solved(counter)
    counter.ledger.submitted(LOST, came("two", BOB))
    assert counter.outcome("one") == "confirmed"


def test_somebody_who_left_and_came_back_to_send_it_has_sent_it(counter: Counter) -> None:
    counter.ledger.wrote(LOST, came("one"), ["en/a/b"])
    counter.ledger.opened("one", "en/a/b")
    counter.ledger.submitted(LOST, came("two"))
    assert counter.outcome("one") == "submitted"


def test_neither_visitor_nor_words_can_be_read_in_the_database(counter: Counter, tmp_path: Path) -> None:
    solved(counter)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    for secret in (b"192.0.2.7", b"Mozilla", b"stolen", b"phone"):
        assert secret not in stored


def test_one_visitor_has_another_hash_each_day(counter: Counter) -> None:
    counter.ledger.wrote(LOST, came("one"))
    counter.later(1)
    counter.ledger.wrote(LOST, came("two"))
    with counter.database.read() as connection:
        rows = connection.execute(text("SELECT visitor, gist FROM contact_sessions")).all()
    assert len({row.visitor for row in rows}) == 2
    assert len({row.gist for row in rows}) == 2


def test_salts_are_destroyed_after_the_window_and_with_them_the_hashes(counter: Counter) -> None:
    solved(counter)
    counter.later(WINDOW + 1)
    counter.ledger.wrote(REFUND, came("two"))
    counter.ledger.rotate()
    with counter.database.read() as connection:
        days = connection.execute(text("SELECT day FROM salts")).scalars().all()
        rows = connection.execute(text("SELECT key, visitor, gist FROM contact_sessions ORDER BY key")).all()
    assert days == [counter.today.isoformat()]
    assert (rows[0].visitor, rows[0].gist) == ("", "[]")
    assert rows[1].visitor
    assert counter.outcome("one") == "confirmed"


def test_a_ledger_that_cannot_write_stops_nobody(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    counter.ledger.wrote(LOST, came("one"))
    fill_the_disk(counter.database)
    for number in range(200):  # until the last page is full
        counter.ledger.wrote(LOST, came(f"more {number}"), ["en/a/b"] * 50)
    assert "ledger missed an entry" in caplog.text
    assert "stolen" not in caplog.text
