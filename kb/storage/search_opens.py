"""What was opened after which search, on which day. Never by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select

from kb.storage.database import Database
from kb.storage.events import LONGEST, ScrubbedText, storable
from kb.storage.tables import search_opens


class SearchOpen(NamedTuple):
    """One document opened after a search."""

    day: date
    query: ScrubbedText
    lang: str
    document: str


@dataclass(frozen=True, slots=True)
class Opened:
    """How often a document was opened after a search, worded in small letters."""

    query: str
    lang: str
    document: str
    times: int
    days: int
    """Different days on which it was."""


class SearchOpenStore:
    """What came of the searches, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, made: Iterable[SearchOpen]) -> None:
        """Log openings, all or none. Gives way to everything else that is written.

        :raises StorageError: none was logged.
        """
        rows = [
            {
                "day": one.day,
                "query": storable(one.query)[:LONGEST],
                "lang": one.lang,
                "document": one.document,
            }
            for one in made
        ]
        with self._database.log() as connection:
            connection.execute(insert(search_opens), rows)

    def delete(self, before: date) -> None:
        """Delete what was opened on earlier days.

        :raises StorageError: the database cannot be used.
        """
        with self._database.log() as connection:
            connection.execute(delete(search_opens).where(search_opens.c.day < before))

    def opened(self, since: date) -> Iterator[Opened]:
        """What was opened from a day on, by query and document.

        :raises StorageError: the database cannot be used.
        """
        columns = search_opens.c
        query = func.lower(columns.query)
        wanted = (
            select(query, columns.lang, columns.document, func.count(), func.count(columns.day.distinct()))
            .where(columns.day >= since)
            .group_by(query, columns.lang, columns.document)
            .order_by(query, columns.lang, columns.document)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        yield from (Opened(*row) for row in rows)
