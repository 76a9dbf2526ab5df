"""Forum threads, as imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, bindparam, func, insert, select, update

from kb.model import ForumThread
from kb.storage.database import Database
from kb.storage.records import thread_from_record, thread_to_record
from kb.storage.tables import threads

BATCH = 500
"""Threads a transaction: tickets wait for one batch of an import, not for all of it."""


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """What storing some threads changed."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: UpsertCounts) -> UpsertCounts:
        return UpsertCounts(
            self.added + other.added, self.updated + other.updated, self.unchanged + other.unchanged
        )


class ThreadStore:
    """The forum threads in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upsert_many(self, found: Iterable[ForumThread], *, dry_run: bool = False) -> UpsertCounts:
        """Store threads, replacing those whose content changed; of two with one id the later stays.

        Each batch is stored whole or not at all, so an import that broke is mended by running it again.

        :raises StorageError: the database cannot be used.
        """
        counts = UpsertCounts()
        incoming = iter(found)
        # A batch is read before its transaction begins: parsing an export must not hold the write lock.
        while batch := list(islice(incoming, BATCH)):
            with self._database.read() if dry_run else self._database.write() as connection:
                counts += _upsert(connection, batch, dry_run=dry_run)
        return counts

    def all(self) -> Iterator[ForumThread]:
        """Every thread, ordered by id, read a page at a time: no transaction is open while the caller works.

        :raises StorageError: the database cannot be used.
        """
        page = select(threads.c.id, threads.c.record).order_by(threads.c.id).limit(BATCH)
        following = page.where(threads.c.id > bindparam("last"))
        with self._database.read() as connection:
            rows = connection.execute(page).all()
        while rows:
            for row in rows:
                yield thread_from_record(row.record)
            with self._database.read() as connection:
                rows = connection.execute(following, {"last": rows[-1].id}).all()

    def count(self) -> int:
        """How many threads there are.

        :raises StorageError: the database cannot be used.
        """
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(threads)).scalar_one()

    def content_hashes(self) -> dict[str, str]:
        """The content hash of every thread, by id: what an incremental rebuild compares.

        :raises StorageError: the database cannot be used.
        """
        with self._database.read() as connection:
            return {
                row.id: row.content_hash
                for row in connection.execute(select(threads.c.id, threads.c.content_hash))
            }


def _upsert(connection: Connection, batch: list[ForumThread], *, dry_run: bool) -> UpsertCounts:
    ids = {thread.id for thread in batch}
    known = select(threads.c.id, threads.c.content_hash).where(threads.c.id.in_(ids))
    stored = {row.id: row.content_hash for row in connection.execute(known)}
    hashes = dict(stored)
    changed: dict[str, ForumThread] = {}
    added = updated = 0
    for thread in batch:
        if thread.id not in hashes:
            added += 1
        elif thread.content_hash != hashes[thread.id]:
            updated += 1
        else:
            continue
        hashes[thread.id] = thread.content_hash
        changed[thread.id] = thread
    if not dry_run:
        _store(connection, [thread for thread in changed.values() if thread.id in stored], replace=True)
        _store(connection, [thread for thread in changed.values() if thread.id not in stored], replace=False)
    return UpsertCounts(added, updated, len(batch) - added - updated)


def _store(connection: Connection, changed: list[ForumThread], *, replace: bool) -> None:
    if not changed:
        return
    rows = [
        {
            "thread_id" if replace else "id": thread.id,
            "lang": thread.lang,
            "content_hash": thread.content_hash,
            "record": thread_to_record(thread),
        }
        for thread in changed
    ]
    replacing = update(threads).where(threads.c.id == bindparam("thread_id"))
    connection.execute(replacing if replace else insert(threads), rows)
