"""The outbox: what is still to be told to whom. Written in the transaction that makes it necessary."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, insert, select, update

from kb.storage.database import Database
from kb.storage.support_tables import deliveries
from kb.ticket_model import Delivery, DeliveryKind, DeliveryState

_COLUMNS = [deliveries.c[field.name] for field in fields(Delivery)]


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something a desk is to be told of a ticket; ``message`` is the one it is about."""

    reference: str
    desk: str
    kind: DeliveryKind
    message: int | None = None


def announce(connection: Connection, announcements: Sequence[Announcement]) -> None:
    """Store deliveries, within the caller's transaction."""
    now = datetime.now(UTC)
    rows = [
        {
            "key": secrets.token_urlsafe(18),
            "reference": one.reference,
            "desk": one.desk,
            "kind": one.kind.value,
            "message": one.message,
            "created": now,
            "state": DeliveryState.DUE.value,
            "attempts": 0,
            "due": now,
            "error": "",
        }
        for one in announcements
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


class DeliveryStore:
    """The deliveries in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, now: datetime, lease: timedelta, desks: Sequence[str]) -> Delivery | None:
        """The delivery to attempt next, for this worker alone until the lease ends; None when nothing is due.

        Nothing is claimed while an earlier delivery of the same ticket to the same desk is not done: what
        happened first arrives first.
        """
        with self._database.write() as connection:
            row = connection.execute(_due(now, desks)).first()
            if row is None:
                return None
            mine = deliveries.c.id == row.id
            connection.execute(
                update(deliveries).where(mine).values(due=now + lease, attempts=deliveries.c.attempts + 1)
            )
            return _read(connection.execute(select(*_COLUMNS).where(mine)).one())

    def any_due(self, now: datetime, desks: Sequence[str]) -> bool:
        """Whether :meth:`claim` would give one: a question that takes no lock."""
        with self._database.read() as connection:
            return connection.execute(_due(now, desks)).first() is not None

    def done(self, delivery: Delivery) -> None:
        """It has arrived."""
        self._set(deliveries.c.id == delivery.id, state=DeliveryState.DELIVERED.value, error="")

    def postpone(self, delivery: Delivery, until: datetime, error: str) -> None:
        """It has not arrived; try again."""
        self._set(deliveries.c.id == delivery.id, due=until, error=error)

    def set_aside(self, delivery: Delivery, error: str) -> None:
        """It was refused for good."""
        self._set(deliveries.c.id == delivery.id, state=DeliveryState.SET_ASIDE.value, error=error)

    def retry(self, reference: str = "") -> int:
        """Take what was set aside up again, of one ticket or of all; gives how many."""
        which = deliveries.c.state == DeliveryState.SET_ASIDE.value
        if reference:
            which = which & (deliveries.c.reference == reference)
        return self._set(which, state=DeliveryState.DUE.value, due=datetime.now(UTC), attempts=0)

    def hurry(self) -> int:
        """Make everything that waits for its next attempt due now; gives how many.

        A delivery that a worker holds at this moment may then be attempted twice.
        """
        waiting = (deliveries.c.state == DeliveryState.DUE.value) & (deliveries.c.error != "")
        return self._set(waiting, due=datetime.now(UTC))

    def open(self, reference: str = "") -> tuple[Delivery, ...]:
        """What has not arrived, oldest first."""
        which = deliveries.c.state != DeliveryState.DELIVERED.value
        if reference:
            which = which & (deliveries.c.reference == reference)
        with self._database.read() as connection:
            rows = connection.execute(select(*_COLUMNS).where(which).order_by(deliveries.c.id))
            return tuple(_read(row) for row in rows)

    def _set(self, which: ColumnElement[bool], **values: Any) -> int:
        with self._database.write() as connection:
            return connection.execute(update(deliveries).where(which).values(**values)).rowcount


def _due(now: datetime, desks: Sequence[str]) -> Any:
    earlier = deliveries.alias("earlier")
    blocked = exists().where(
        earlier.c.reference == deliveries.c.reference,
        earlier.c.desk == deliveries.c.desk,
        earlier.c.id < deliveries.c.id,
        earlier.c.state != DeliveryState.DELIVERED.value,
    )
    ready = (deliveries.c.state == DeliveryState.DUE.value) & (deliveries.c.due <= now)
    return (
        select(*_COLUMNS)
        .where(ready, deliveries.c.desk.in_(desks), ~blocked)
        .order_by(deliveries.c.due, deliveries.c.id)
        .limit(1)
    )


def _read(row: Row[Any]) -> Delivery:
    columns = dict(row._mapping)
    columns["kind"] = DeliveryKind(columns["kind"])
    columns["state"] = DeliveryState(columns["state"])
    return Delivery(**columns)
