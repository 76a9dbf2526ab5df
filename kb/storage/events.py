"""The search log: what was asked, on which day, and how much was found. Never who, never the hour."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import NewType

from sqlalchemy import func, insert, select

from kb.errors import StorageError
from kb.storage.database import Database
from kb.storage.tables import search_events

ScrubbedText = NewType("ScrubbedText", str)
"""Text without personal data. Only ``kb.support.scrubbing.scrub`` makes it: the type checker sees to that."""

LONGEST = 500
"""Characters of a query that are kept: the log is for counting questions, not for keeping letters."""

_logger = logging.getLogger(__name__)


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

    def record(self, query: ScrubbedText, lang: str, total: int) -> None:
        """Log one search. Raises nothing and hardly waits: a search never fails because of its log."""
        row = {
            "day": datetime.now(UTC).date(),
            "query": _storable(query[:LONGEST]),
            "lang": lang,
            "total": total,
        }
        try:
            with self._database.log() as connection:
                connection.execute(insert(search_events), row)
        except StorageError as error:
            _logger.warning("A search could not be logged. %s", error)


def _storable(text: str) -> str:
    """Without what some database refuses: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
