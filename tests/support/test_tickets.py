from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import pytest

from kb.errors import InvalidDraft, StorageError
from kb.model import Ticket, TicketDraft
from kb.storage.database import Database
from kb.storage.tickets import Filing, TicketStore
from kb.support.contact_rules import ContactRules
from kb.support.tickets import Submission, references, store_ticket
from kb.ticket_model import Circumstances

DRAFT = TicketDraft("", " Since Monday. ", "Ada\n", " ada@example.org ", "en")

KILLS = 20
RULES = ContactRules.load(())


def submit(draft: TicketDraft, store: TicketStore, **came: Any) -> Ticket:
    return Submission(store, RULES).submit(draft, Circumstances(**came)).ticket


def under(references: Iterable[str], store: TicketStore) -> Ticket:
    return store_ticket(replace(DRAFT, email="ada@example.org"), Filing(), store, references).ticket


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
    first = under(["T-2222-2222"], store)
    second = under(["T-2222-2222", "T-2222-2222", "T-3333-3333"], store)
    assert (first.reference, second.reference) == ("T-2222-2222", "T-3333-3333")


def test_draws_in_vain_end(store: TicketStore) -> None:
    under(["T-2222-2222"], store)
    with pytest.raises(StorageError, match="not stored"):
        under(repeat("T-2222-2222"), store)


def test_secrets_are_masked_before_the_ticket_is_stored(store: TicketStore, tmp_path: Path) -> None:
    ticket = submit(
        replace(DRAFT, subject="My PIN: 9341", body="password: hunter22, card 4111 1111 1111 1111"), store
    )
    assert (ticket.subject, ticket.body) == ("My PIN: [password]", "password: [password] card [card …1111]")
    assert ticket.masked == ("card", "password")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"hunter22" not in stored
    assert b"4111 1111" not in stored


def test_a_category_decides_the_queue(store: TicketStore) -> None:
    assert submit(replace(DRAFT, category="billing"), store).queue == "billing"
    unknown = submit(replace(DRAFT, category="no such"), store)
    assert (unknown.category, unknown.queue) == ("", "support")


@pytest.mark.parametrize("body", ["I was charged twice", "Аккаунт взломали!", "Account hackerato"])
def test_urgent_words_make_a_ticket_urgent(store: TicketStore, body: str) -> None:
    assert submit(replace(DRAFT, body=body), store).urgent
    assert not submit(replace(DRAFT, body="How do I add a signature?"), store).urgent


def test_a_first_message_full_of_links_waits_for_a_person(store: TicketStore) -> None:
    links = replace(DRAFT, body=" ".join(f"https://shop{n}.example/buy" for n in range(4)))
    assert submit(links, store).held
    assert submit(replace(links, body="https://one.example and www.two.example"), store).held is False
    assert submit(links, store).held is False  # no longer the first of this address


def test_what_nobody_could_have_typed_waits_for_a_person(store: TicketStore) -> None:
    assert submit(DRAFT, store, too_quick=True).held
    assert not submit(DRAFT, store).held


def test_a_private_key_has_192_random_bits(store: TicketStore) -> None:
    keys = {submit(DRAFT, store).access_key for _ in range(50)}
    assert len(keys) == 50
    assert {len(urlsafe_b64decode(key)) for key in keys} == {24}


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
    connection = sqlite3.connect(folder / "data" / "kb.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [reference for (reference,) in connection.execute("SELECT reference FROM tickets")]
    finally:
        connection.close()
