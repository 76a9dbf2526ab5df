"""The search log: what was asked, on which day, and how much was found. Never who, never the hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, NewType

from sqlalchemy import delete, func, insert, select

from kb.storage.database import Database
from kb.storage.tables import search_events

ScrubbedText = NewType("ScrubbedText", str)
"""Text without personal data. Only ``kb.support.scrubbing.scrub`` makes it: the type checker sees to that."""

LONGEST = 500
"""Characters of a query that are kept: the log is for counting questions, not for keeping letters."""


class SearchEvent(NamedTuple):
    """One search, and how much it found."""

    day: date
    query: ScrubbedText
    lang: str
    total: int


@dataclass(frozen=True, slots=True)
class Searched:
    """How often something was searched for on a day, and how much was found at most."""

    query: ScrubbedText
    lang: str
    day: date
    times: int
    total: int


class SearchEventStore:
    """The searches made, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def popular(self, lang: str, since: date, least: int, limit: int) -> list[str]:
        """The searches made most since a day that found something, in small letters; only those made at least
        ``least`` times, since what one person typed is theirs.

        :raises StorageError: the database cannot be used.
        """
        columns = search_events.c
        query = func.lower(columns.query)
        wanted = (
            select(query)
            .where(columns.lang == lang, columns.day >= since, columns.total > 0)
            .group_by(query)
            .having(func.count() >= least)
            .order_by(func.count().desc(), query)
            .limit(limit)
        )
        with self._database.read() as connection:
            return list(connection.execute(wanted).scalars())

    def add(self, made: Iterable[SearchEvent]) -> None:
        """Log searches, all or none. Gives way to everything else that is written.

        :raises StorageError: none was logged.
        """
        rows = [
            {"day": one.day, "query": storable(one.query)[:LONGEST], "lang": one.lang, "total": one.total}
            for one in made
        ]
        with self._database.log() as connection:
            connection.execute(insert(search_events), rows)

    def delete(self, before: date) -> None:
        """Delete what was searched for on earlier days.

        :raises StorageError: the database cannot be used.
        """
        with self._database.log() as connection:
            connection.execute(delete(search_events).where(search_events.c.day < before))

    def searched(self, since: date) -> Iterator[Searched]:
        """What was searched for from a day on, by day.

        :raises StorageError: the database cannot be used.
        """
        columns = search_events.c
        query = func.lower(columns.query)
        wanted = (
            select(query, columns.lang, columns.day, func.count(), func.max(columns.total))
            .where(columns.day >= since)
            .group_by(query, columns.lang, columns.day)
            .order_by(columns.day, query)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        yield from (Searched(ScrubbedText(row[0]), *row[1:]) for row in rows)


def storable(text: str) -> str:
    """The text without what some database refuses: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
