from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.errors import StorageError
from kb.model import Answer, ForumThread
from kb.storage.database import Database
from kb.storage.threads import BATCH, ThreadStore, UpsertCounts
from tests.storage.damage import fill_the_disk, locked, make_read_only


def thread(number: int, text: str = "Where is my mail?") -> ForumThread:
    return ForumThread(
        id=f"{number:05}",
        lang="en",
        title="Mail gone since Monday",
        html=f"<p>{text}</p>",
        text=text,
        content_hash=f"hash of {text}",
        tags=("imap",),
        created=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
        answers=(Answer("a1", "Ada", "<p>Look in Spam.</p>", "Look in Spam.", 3, accepted=True),),
    )


@pytest.fixture
def store(database: Database) -> ThreadStore:
    return ThreadStore(database)


def test_threads_come_back_as_they_were_in_order_of_id(store: ThreadStore) -> None:
    store.upsert_many([thread(2), thread(3), thread(1)])
    assert list(store.all()) == [thread(1), thread(2), thread(3)]


def test_what_was_added_updated_and_unchanged_is_counted(store: ThreadStore) -> None:
    assert store.upsert_many([thread(1), thread(2)]) == UpsertCounts(added=2)
    counts = store.upsert_many([thread(1), thread(2, "Found it."), thread(3)])
    assert counts == UpsertCounts(added=1, updated=1, unchanged=1)
    assert list(store.all()) == [thread(1), thread(2, "Found it."), thread(3)]


def test_of_two_threads_with_one_id_the_later_stays(store: ThreadStore) -> None:
    assert store.upsert_many([thread(1), thread(1, "Found it.")]) == UpsertCounts(added=1, updated=1)
    assert list(store.all()) == [thread(1, "Found it.")]


def test_a_thread_that_changes_and_changes_back_ends_as_it_was(store: ThreadStore) -> None:
    store.upsert_many([thread(1)])
    store.upsert_many([thread(1, "Found it."), thread(1)])
    assert list(store.all()) == [thread(1)]


def test_a_changed_language_is_stored_with_the_record(store: ThreadStore) -> None:
    store.upsert_many([thread(1)])
    italian = replace(thread(1), lang="it", content_hash="other")
    store.upsert_many([italian])
    assert list(store.all()) == [italian]


def test_more_threads_than_a_batch_are_all_stored_and_all_read(store: ThreadStore) -> None:
    many = [thread(number) for number in range(2 * BATCH + 1)]
    assert store.upsert_many(reversed(many)) == UpsertCounts(added=len(many))
    assert store.count() == len(many)
    assert list(store.all()) == many
    assert store.upsert_many(many) == UpsertCounts(unchanged=len(many))


def test_nothing_is_stored_by_a_dry_run_that_counts_the_same(store: ThreadStore) -> None:
    store.upsert_many([thread(1), thread(2)])
    wanted = [thread(1), thread(2, "Found it."), thread(3), thread(3)]
    counts = store.upsert_many(wanted, dry_run=True)
    assert list(store.all()) == [thread(1), thread(2)]
    assert counts == store.upsert_many(wanted) == UpsertCounts(added=1, updated=1, unchanged=2)


def test_content_hashes_are_known_by_id(store: ThreadStore) -> None:
    store.upsert_many([thread(1), thread(2, "Found it.")])
    assert store.content_hashes() == {"00001": "hash of Where is my mail?", "00002": "hash of Found it."}


def test_an_empty_store_has_no_threads(store: ThreadStore) -> None:
    assert store.upsert_many([]) == UpsertCounts()
    assert list(store.all()) == []
    assert store.count() == 0


def test_threads_may_be_stored_while_they_are_being_read(store: ThreadStore) -> None:
    store.upsert_many([thread(1), thread(2)])
    for found in store.all():
        store.upsert_many([replace(found, title="Seen", content_hash="seen")])
    assert {found.title for found in store.all()} == {"Seen"}


def test_no_lock_is_held_while_an_export_is_being_parsed(store: ThreadStore, database: Database) -> None:
    def export() -> Iterator[ForumThread]:
        for number in range(BATCH + 1):
            if number % BATCH == 0:
                with locked(database):  # would be refused if a transaction of the import were open
                    pass
            yield thread(number)

    assert store.upsert_many(export()).added == BATCH + 1


def test_a_full_disk_stores_no_part_of_a_batch(store: ThreadStore, database: Database) -> None:
    store.upsert_many([thread(1)])
    fill_the_disk(database)
    with pytest.raises(StorageError, match=r"disk is full, nothing was stored\. Free some space"):
        store.upsert_many([thread(number, "long " * 500) for number in range(2, 100)])
    assert list(store.all()) == [thread(1)]


def test_a_read_only_database_can_still_be_read(store: ThreadStore, database: Database) -> None:
    store.upsert_many([thread(1)])
    make_read_only(database)
    with pytest.raises(StorageError, match="read-only"):
        store.upsert_many([thread(2)])
    assert list(store.all()) == [thread(1)]
