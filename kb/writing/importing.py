"""Imports of forum threads into the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.model import ForumThread, ImportReport, Problem
from kb.storage.threads import ThreadStore


def import_threads(
    found: Iterable[ForumThread | Problem], store: ThreadStore, *, dry_run: bool
) -> ImportReport:
    """Store threads in batches, each whole or not at all; what could not be read is in the report.

    :raises StorageError: the database cannot be used; whole batches stay.
    """
    problems: list[Problem] = []

    def readable() -> Iterator[ForumThread]:
        for one in found:
            if isinstance(one, Problem):
                problems.append(one)
            else:
                yield one

    counts = store.upsert_many(readable(), dry_run=dry_run)
    return ImportReport(counts.added, counts.updated, counts.unchanged, tuple(problems))
