from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from kb.errors import NotFound, StorageError
from kb.model import TicketDraft
from kb.storage import sqlite
from kb.storage.database import Database, open_database
from kb.storage.tickets import ReferenceTaken, Stored, TicketStore
from kb.storage.transactions import Purpose
from tests.storage.damage import fill_the_disk, locked, make_read_only

DRAFT = TicketDraft("Письма пропали", "Since Monday.\n\nПомогите 🙏", "Ada", "ada@example.org", "ru", "key-1")


@pytest.fixture
def store(database: Database) -> TicketStore:
    return TicketStore(database)


def test_a_ticket_holds_the_draft_and_the_moment(store: TicketStore) -> None:
    ticket = store.add(DRAFT, "T-1").ticket
    assert (ticket.reference, ticket.subject, ticket.body) == ("T-1", DRAFT.subject, DRAFT.body)
    assert (ticket.name, ticket.email, ticket.lang) == (DRAFT.name, DRAFT.email, DRAFT.lang)
    assert timedelta(0) <= datetime.now(UTC) - ticket.created < timedelta(minutes=1)


def test_a_stored_ticket_is_read_as_it_was_returned(store: TicketStore, url: str) -> None:
    ticket = store.add(DRAFT, "T-1").ticket
    assert TicketStore(open_database(url)).get("T-1") == ticket


def test_an_unknown_reference_is_not_found(store: TicketStore) -> None:
    with pytest.raises(NotFound, match="T-2"):
        store.get("T-2")


def test_a_key_seen_before_gives_its_first_ticket(store: TicketStore) -> None:
    first = store.add(DRAFT, "T-1").ticket
    assert store.add(replace(DRAFT, body="Sent twice"), "T-2") == Stored(first, new=False)
    with pytest.raises(NotFound):
        store.get("T-2")


def test_drafts_without_a_key_are_tickets_of_their_own(store: TicketStore) -> None:
    draft = replace(DRAFT, idempotency_key="")
    assert store.add(draft, "T-1").ticket.reference == "T-1"
    assert store.add(draft, "T-2").ticket.reference == "T-2"


@pytest.mark.parametrize("key", ["", "key-2"])
def test_a_taken_reference_is_refused_and_its_ticket_kept(store: TicketStore, key: str) -> None:
    first = store.add(DRAFT, "T-1").ticket
    with pytest.raises(ReferenceTaken):
        store.add(replace(DRAFT, idempotency_key=key, body="Another"), "T-1")
    assert store.get("T-1") == first


def test_threads_that_submit_one_form_at_once_get_one_ticket(store: TicketStore) -> None:
    together = Barrier(8)

    def submit(number: int) -> str:
        together.wait()
        return store.add(DRAFT, f"T-{number}").ticket.reference

    with ThreadPoolExecutor(8) as pool:
        references = list(pool.map(submit, range(8)))
    assert len(set(references)) == 1


def test_processes_that_submit_the_same_forms_at_once_get_the_same_tickets(
    database: Database, url: str
) -> None:
    program = """if True:
        import sys
        from kb.model import TicketDraft
        from kb.storage.database import open_database
        from kb.storage.tickets import TicketStore
        store = TicketStore(open_database(sys.argv[1]))
        print("ready", flush=True)
        sys.stdin.read(1)
        for n in range(50):
            draft = TicketDraft("s", "b", email="a@example.org", idempotency_key=f"key-{n}")
            print(store.add(draft, f"{sys.argv[2]}-{n}").ticket.reference, flush=True)
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("A", "B")
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("!")
        process.stdin.flush()
    first, second = (process.communicate(timeout=60)[0].split() for process in processes)
    assert len(first) == 50
    assert first == second


def test_a_full_disk_stores_nothing_and_says_so(store: TicketStore, database: Database) -> None:
    store.add(DRAFT, "T-1")
    fill_the_disk(database)
    long = replace(DRAFT, body="long " * 4000, idempotency_key="key-2")
    with pytest.raises(StorageError, match=r"disk is full, nothing was stored\. Free some space"):
        store.add(long, "T-2")
    with pytest.raises(NotFound):
        store.get("T-2")


def test_a_ticket_refused_by_a_full_disk_can_be_sent_again(store: TicketStore, url: str) -> None:
    full = open_database(url)
    fill_the_disk(full)
    long = replace(DRAFT, body="long " * 4000)
    with pytest.raises(StorageError):
        TicketStore(full).add(long, "T-1")
    assert store.add(long, "T-1").ticket == store.get("T-1")


def test_a_read_only_database_is_named(store: TicketStore, database: Database) -> None:
    make_read_only(database)
    with pytest.raises(StorageError, match="read-only, nothing was stored"):
        store.add(DRAFT, "T-1")


def test_a_locked_database_stores_nothing_and_says_so(
    store: TicketStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite._BEGIN, Purpose.WRITE, ("PRAGMA busy_timeout=50", "BEGIN IMMEDIATE"))
    with locked(database), pytest.raises(StorageError, match="locked it, nothing was stored"):
        store.add(DRAFT, "T-1")
    assert store.add(DRAFT, "T-2").ticket.reference == "T-2"


def test_text_that_is_not_unicode_is_a_storage_error(store: TicketStore) -> None:
    with pytest.raises(StorageError):
        store.add(replace(DRAFT, body="half a pair \ud800"), "T-1")
