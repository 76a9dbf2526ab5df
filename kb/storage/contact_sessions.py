"""Sessions of the contact form: what was shown and opened and how each ended. Never who, never what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from kb.storage.database import Database
from kb.storage.support_tables import contact_sessions
from kb.ticket_model import ContactSession

_SHOWN = [contact_sessions.c[one.name] for one in fields(ContactSession)]


@dataclass(frozen=True, slots=True)
class SessionNote:
    """Something that happened in a session; what is empty did not."""

    key: str
    day: date
    lang: str = ""
    category: str = ""
    visitor: str = ""
    gist: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    outcome: str = ""
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A session of the same visitor, to be compared with what they send now."""

    session: ContactSession
    gist: frozenset[str]


class ContactSessionStore:
    """The sessions in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, note: SessionNote) -> None:
        """Add to a session, which begins with its first note. Gives way to others: it may be refused.

        :raises StorageError: the database is busy or cannot be used.
        """
        with self._database.log() as connection:
            _note(connection, note)

    def finish(self, note: SessionNote) -> None:
        """The same for how a session ends: on disk when this returns."""
        with self._database.write() as connection:
            _note(connection, note)

    def get(self, key: str) -> ContactSession | None:
        """The session with that key."""
        with self._database.read() as connection:
            row = connection.execute(select(*_SHOWN).where(contact_sessions.c.key == key)).one_or_none()
        return _read(row) if row else None

    def of_visitors(self, visitors: Iterable[str]) -> tuple[Earlier, ...]:
        """The sessions of whoever has one of these hashes."""
        query = select(*_SHOWN, contact_sessions.c.gist).where(contact_sessions.c.visitor.in_(list(visitors)))
        with self._database.read() as connection:
            return tuple(Earlier(_read(row), frozenset(row.gist)) for row in connection.execute(query))

    def end(self, outcomes: Mapping[str, str]) -> None:
        """Set outcomes by key, whatever they were."""
        with self._database.write() as connection:
            for key, outcome in outcomes.items():
                mine = contact_sessions.c.key == key
                connection.execute(update(contact_sessions).where(mine).values(outcome=outcome))

    def since(self, day: date | None) -> Iterator[ContactSession]:
        """Every session from that day on."""
        query = select(*_SHOWN)
        if day:
            query = query.where(contact_sessions.c.day >= day)
        with self._database.read() as connection:
            for row in connection.execute(query):
                yield _read(row)

    def forget_visitors(self, before: date) -> None:
        """Blank what could tell visitors of earlier days apart: the hashes and the gists."""
        old = (contact_sessions.c.day < before) & (contact_sessions.c.visitor != "")
        with self._database.write() as connection:
            connection.execute(update(contact_sessions).where(old).values(visitor="", gist=[]))

    def delete(self, before: date) -> int:
        """Delete the sessions of earlier days; gives how many."""
        with self._database.write() as connection:
            return connection.execute(
                delete(contact_sessions).where(contact_sessions.c.day < before)
            ).rowcount


_KNOWN = select(contact_sessions).where(contact_sessions.c.key == bindparam("known"))


def _note(connection: Connection, note: SessionNote) -> None:
    known = connection.execute(_KNOWN, {"known": note.key}).one_or_none()
    if known is None:
        connection.execute(insert(contact_sessions), _new(note))
    else:
        mine = contact_sessions.c.key == note.key
        connection.execute(update(contact_sessions).where(mine).values(**_merged(known, note)))


def _new(note: SessionNote) -> dict[str, Any]:
    return {
        "key": note.key,
        "day": note.day,
        "lang": note.lang,
        "category": note.category,
        "visitor": note.visitor,
        "gist": list(note.gist),
        "shown": list(note.shown),
        "opened": list(note.opened),
        "outcome": note.outcome,
        "features": dict(note.features),
    }


def _merged(known: Row[Any], note: SessionNote) -> dict[str, Any]:
    merged: dict[str, Any] = {
        "shown": list(dict.fromkeys([*known.shown, *note.shown])),
        "opened": list(dict.fromkeys([*known.opened, *note.opened])),
        "outcome": _ended(known.outcome, note.outcome),
    }
    said = {
        "lang": note.lang,
        "category": note.category,
        "gist": list(note.gist),
        "features": dict(note.features),
    }
    if not known.visitor:
        said["visitor"] = note.visitor
    return merged | {name: value for name, value in said.items() if value}


def _ended(before: str, now: str) -> str:
    """A ticket ends a session for good; one that came after a thank-you takes it back."""
    if before == "confirmed" and now == "submitted":
        return "revoked"
    return before or now


def _read(row: Any) -> ContactSession:
    return ContactSession(
        key=row.key,
        day=row.day,
        lang=row.lang,
        category=row.category,
        shown=tuple(row.shown),
        opened=tuple(row.opened),
        outcome=row.outcome,
        features=row.features,
    )
