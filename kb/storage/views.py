"""Page views: how often a page was read on which day. Never by whom, never the hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update

from kb.storage.database import Database
from kb.storage.tables import page_views


@dataclass(frozen=True, slots=True)
class DayViews:
    """How often one document was read on one day."""

    day: date
    document: str
    lang: str
    views: int


class PageViewStore:
    """The page views in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counted: Iterable[DayViews]) -> None:
        """Add to what was counted before, all or nothing. Gives way to everything else that is written.

        :raises StorageError: nothing was added.
        """
        columns = page_views.c
        with self._database.log() as connection:
            for one in counted:
                same = (columns.day == one.day) & (columns.document == one.document)
                added = update(page_views).where(same).values(views=columns.views + one.views)
                if not connection.execute(added).rowcount:
                    row = {"day": one.day, "document": one.document, "lang": one.lang, "views": one.views}
                    connection.execute(insert(page_views), row)

    def most_read(self, lang: str, since: date, limit: int) -> list[str]:
        """The ids of the documents read most since a day, the most read first.

        :raises StorageError: the database cannot be used.
        """
        columns = page_views.c
        wanted = (
            select(columns.document)
            .where(columns.lang == lang, columns.day >= since)
            .group_by(columns.document)
            .order_by(func.sum(columns.views).desc(), columns.document)
            .limit(limit)
        )
        with self._database.read() as connection:
            return list(connection.execute(wanted).scalars())
