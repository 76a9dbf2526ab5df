"""What was opened after which search, on which day. Never by whom."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import delete, func, insert, select

from kb.errors import StorageError
from kb.storage.database import Database
from kb.storage.events import LONGEST, ScrubbedText, storable
from kb.storage.tables import search_opens

_logger = logging.getLogger(__name__)


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

    def record(self, query: ScrubbedText, lang: str, document: str) -> None:
        """Log one opening. Raises nothing and hardly waits: a page never fails because of its log."""
        row = {
            "day": datetime.now(UTC).date(),
            "query": storable(query)[:LONGEST],
            "lang": lang,
            "document": document,
        }
        try:
            with self._database.log() as connection:
                connection.execute(insert(search_opens), row)
        except StorageError as error:
            _logger.warning("An opened result could not be logged. %s", error)

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
