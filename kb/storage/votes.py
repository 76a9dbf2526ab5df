"""Votes on articles: helpful or not, why, and in the reader's words. Never whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import case, func, insert, select, update

from kb.errors import NotFound
from kb.storage.database import Conflict, Database
from kb.storage.events import ScrubbedText, storable
from kb.storage.tables import votes


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on one document."""

    document: str
    helpful: int
    total: int


class VoteStore:
    """The votes in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cast(self, key: str, document: str, lang: str, *, helpful: bool) -> None:
        """Store a vote; one with the same key takes its place, and its reasons with it.

        :raises StorageError: it could not be stored.
        """
        row = {
            "key": key,
            "day": datetime.now(UTC).date(),
            "document": document,
            "lang": lang,
            "helpful": helpful,
            "reasons": [],
            "comment": "",
        }
        try:
            with self._database.write() as connection:
                connection.execute(insert(votes), row)
        except Conflict:
            with self._database.write() as connection:
                connection.execute(update(votes).where(votes.c.key == key), row)

    def explain(self, key: str, reasons: Sequence[str], comment: ScrubbedText) -> None:
        """Add the reasons to a vote.

        :raises NotFound: there is no such vote.
        :raises StorageError: they could not be stored.
        """
        with self._database.write() as connection:
            changed = connection.execute(
                update(votes).where(votes.c.key == key),
                {"reasons": list(reasons), "comment": storable(comment)},
            )
            if not changed.rowcount:
                raise NotFound("There is no such vote.")

    def delete_comments(self, before: date) -> None:
        """Take out of the votes of earlier days what readers said in their own words; the votes go on to count.

        :raises StorageError: the database cannot be used.
        """
        old = (votes.c.day < before) & (votes.c.comment != "")
        with self._database.log() as connection:
            connection.execute(update(votes).where(old).values(comment=""))

    def tallies(self, lang: str) -> list[Tally]:
        """The votes on each document in a language.

        :raises StorageError: the database cannot be used.
        """
        columns = votes.c
        wanted = (
            select(columns.document, func.sum(case((columns.helpful, 1), else_=0)), func.count())
            .where(columns.lang == lang)
            .group_by(columns.document)
        )
        with self._database.read() as connection:
            return [Tally(*row) for row in connection.execute(wanted)]
