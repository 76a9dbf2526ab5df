"""A random salt for each day: with it hashes of one day can be compared, and once it is gone they mean nothing."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import delete, insert, select

from kb.storage.database import Conflict, Database
from kb.storage.support_tables import salts


class SaltStore:
    """The salts in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._latest: tuple[date, bytes] | None = None

    def of(self, day: date) -> bytes:
        """The salt of a day; made when it is first asked for. The one that was asked for last is remembered."""
        latest = self._latest
        if latest and latest[0] == day:
            return latest[1]
        query = select(salts.c.salt).where(salts.c.day == day)
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            found = self._make(day)
        salt = bytes.fromhex(found)
        self._latest = day, salt
        return salt

    def all(self) -> dict[date, bytes]:
        """The salts there are, by day."""
        with self._database.read() as connection:
            return {row.day: bytes.fromhex(row.salt) for row in connection.execute(select(salts))}

    def forget(self, before: date) -> None:
        """Destroy the salts of earlier days."""
        if self._latest and self._latest[0] < before:
            self._latest = None
        with self._database.write() as connection:
            connection.execute(delete(salts).where(salts.c.day < before))

    def _make(self, day: date) -> str:
        fresh = secrets.token_hex(32)
        try:
            with self._database.write() as connection:
                connection.execute(insert(salts), {"day": day, "salt": fresh})
        except Conflict:  # another process was first
            with self._database.read() as connection:
                return str(connection.execute(select(salts.c.salt).where(salts.c.day == day)).scalar_one())
        return fresh
