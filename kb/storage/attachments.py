"""Attachments: who they belong to and what they are. Their bytes are files, see ``kb.support.attachments``."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select

from kb.storage.database import Database
from kb.storage.support_tables import attachments
from kb.ticket_model import Attachment

_COLUMNS = [attachments.c[field.name] for field in fields(Attachment)]


class AttachmentStore:
    """The attachments in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, attachment: Attachment, session: str) -> None:
        """Note a file that is on disk already.

        :raises StorageError: it could not be noted.
        """
        with self._database.write() as connection:
            connection.execute(insert(attachments), asdict(attachment) | {"session": session})

    def of_session(self, session: str) -> tuple[Attachment, ...]:
        """Those of a form that was not sent yet, oldest first."""
        return self._select(attachments.c.session == session, attachments.c.reference == "")

    def of_ticket(self, reference: str) -> tuple[Attachment, ...]:
        """Those of a ticket, oldest first."""
        return self._select(attachments.c.reference == reference)

    def total_bytes(self) -> int:
        """Of all of them."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.sum(attachments.c.bytes))).scalar() or 0)

    def ids(self) -> frozenset[str]:
        """Every id: what a file on disk must have."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(attachments.c.id)).scalars())

    def remove(self, attachment_id: str, session: str) -> bool:
        """Forget one of a form that was not sent yet; gives whether it was there."""
        mine = (
            (attachments.c.id == attachment_id)
            & (attachments.c.session == session)
            & (attachments.c.reference == "")
        )
        with self._database.write() as connection:
            return bool(connection.execute(delete(attachments).where(mine)).rowcount)

    def forget_loose(self, before: datetime) -> int:
        """Forget those whose form was never sent; gives how many."""
        loose = (attachments.c.reference == "") & (attachments.c.created < before)
        with self._database.write() as connection:
            return connection.execute(delete(attachments).where(loose)).rowcount

    def _select(self, *conditions: ColumnElement[bool]) -> tuple[Attachment, ...]:
        query = select(*_COLUMNS).where(*conditions).order_by(attachments.c.created, attachments.c.id)
        with self._database.read() as connection:
            return tuple(Attachment(**row._mapping) for row in connection.execute(query))
