from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path

import pytest

from kb.errors import InvalidDraft, StorageError
from kb.model import TicketDraft
from kb.storage.database import Database, open_database
from kb.storage.tickets import TicketStore
from kb.support.tickets import references, submit

DRAFT = TicketDraft("", " Since Monday. ", "Ada\n", " ada@example.org ", "en")

KILLS = 20


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'kb.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> TicketStore:
    return TicketStore(database)


def test_a_reference_can_be_read_aloud() -> None:
    for reference in islice(references(), 1000):
        assert re.fullmatch(r"T-[2-9A-Z]{4}-[2-9A-Z]{4}", reference)
        assert not set(reference[2:]) & set("01OILAEU")


def test_references_do_not_repeat() -> None:
    assert len(set(islice(references(), 10_000))) == 10_000


def test_a_submitted_draft_is_stored_tidied(store: TicketStore) -> None:
    ticket = submit(DRAFT, store)
    assert (ticket.subject, ticket.body, ticket.name) == ("Since Monday.", "Since Monday.", "Ada")
    assert ticket.email == "ada@example.org"
    assert store.get(ticket.reference) == ticket


def test_an_invalid_draft_is_not_stored(store: TicketStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidDraft):
        submit(replace(DRAFT, email="nobody"), store)
    assert stored_references(tmp_path) == []


def test_one_form_sent_twice_is_one_ticket(store: TicketStore, tmp_path: Path) -> None:
    draft = replace(DRAFT, idempotency_key="key")
    assert submit(draft, store) == submit(draft, store)
    assert len(stored_references(tmp_path)) == 1


def test_a_taken_reference_is_drawn_again(store: TicketStore) -> None:
    first = submit(DRAFT, store, ["T-2222-2222"])
    second = submit(DRAFT, store, ["T-2222-2222", "T-2222-2222", "T-3333-3333"])
    assert (first.reference, second.reference) == ("T-2222-2222", "T-3333-3333")


def test_draws_in_vain_end(store: TicketStore) -> None:
    submit(DRAFT, store, ["T-2222-2222"])
    with pytest.raises(StorageError, match="not stored"):
        submit(DRAFT, store, repeat("T-2222-2222"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_every_acknowledged_ticket_survives_a_kill(database: Database, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.killed_submitters", str(database.engine.url), str(KILLS)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    acknowledged = run.stdout.split()
    stored = Counter(stored_references(tmp_path))
    assert len(acknowledged) >= KILLS
    assert {reference: stored[reference] for reference in acknowledged} == dict.fromkeys(acknowledged, 1)
    assert len(stored) <= len(acknowledged) + KILLS  # at most one each was stored and not yet acknowledged


def stored_references(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "kb.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [reference for (reference,) in connection.execute("SELECT reference FROM tickets")]
    finally:
        connection.close()
