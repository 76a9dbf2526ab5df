"""The outbox: nothing lost, nothing twice, in order, whoever dies on the way."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from kb.errors import HelpDeskError, SettingsError
from kb.support.delivery.backoff import MOST_ATTEMPTS, delay
from kb.support.delivery.console import ConsoleDesk
from kb.support.delivery.help_desk import Parcel
from kb.ticket_model import Circumstances
from tests.support.delivery.conftest import DRAFT, Opener, Post


@dataclass
class Memory:
    """A desk that remembers what it was told, after it has failed as often as it should."""

    failures: list[Exception] = field(default_factory=list)
    told: list[Parcel] = field(default_factory=list)
    name: str = "console"

    def deliver(self, parcel: Parcel) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.told.append(parcel)


@pytest.fixture
def post(post_of: Opener) -> Post:
    opened = post_of(help_desk=("console",))
    opened.desks = (Memory(),)
    return opened


def memory(post: Post) -> Memory:
    (desk,) = post.desks
    assert isinstance(desk, Memory)
    return desk


def test_each_delivery_happens_once(post: Post) -> None:
    references = [post.send(replace(DRAFT, subject=str(n))).reference for n in range(5)]
    assert post.deliver().delivered == 5
    assert post.deliver().delivered == 0
    assert [parcel.file.ticket.reference for parcel in memory(post).told] == references


def test_one_form_sent_twice_is_told_once(post: Post) -> None:
    for _ in range(2):
        post.send(replace(DRAFT, idempotency_key="key"))
    assert post.deliver().delivered == 1


def test_a_fault_of_ours_is_tried_again_and_its_text_is_not_logged(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    memory(post).failures = [ValueError("ada@example.org")]
    post.send()
    assert post.deliver_until_done().delivered == 1
    assert "ValueError" in caplog.text
    assert "ada@example.org" not in caplog.text


def test_a_worker_that_dies_leaves_its_delivery_to_the_next(post: Post) -> None:
    post.send()
    post.now += timedelta(minutes=1)  # the ticket's own clock may be ahead by what it took to store it
    claimed = post.desk.deliveries.claim(post.now, timedelta(minutes=5), ["console"])
    assert claimed
    assert post.deliver().delivered == 0  # it may still be alive
    post.now += timedelta(minutes=6)
    assert post.deliver().delivered == 1


def test_workers_at_once_deliver_everything_once_and_in_order(post: Post) -> None:
    tickets = [post.send(replace(DRAFT, subject=str(n))) for n in range(10)]
    for ticket in tickets:
        post.desk.add_message(ticket, "more")
    threads = [threading.Thread(target=post.deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post.deliver()
    told = Counter((p.file.ticket.reference, p.delivery.kind) for p in memory(post).told)
    assert set(told.values()) == {1}
    assert len(told) == 20
    for ticket in tickets:
        kinds = [p.delivery.kind for p in memory(post).told if p.file.ticket.reference == ticket.reference]
        assert kinds == ["ticket", "message"]


def test_a_held_ticket_is_told_to_nobody_until_it_is_released(post: Post) -> None:
    ticket = post.desk.submit(DRAFT, Circumstances(too_quick=True))
    assert ticket.held
    assert post.deliver().delivered == 0
    post.desk.release(ticket)
    post.desk.release(ticket)
    assert post.deliver().delivered == 1
    assert not post.desk.tickets.get(ticket.reference).held


def test_what_is_added_to_a_held_ticket_waits_with_it(post: Post) -> None:
    ticket = post.desk.submit(DRAFT, Circumstances(too_quick=True))
    post.desk.add_message(ticket, "More.")
    post.desk.close_ticket(ticket)
    assert post.deliver().delivered == 0
    post.desk.release(ticket)
    post.deliver()
    assert [parcel.delivery.kind for parcel in memory(post).told] == ["ticket", "message"]


def test_who_answers_a_held_ticket_has_looked_at_it(post: Post) -> None:
    ticket = post.desk.submit(DRAFT, Circumstances(too_quick=True))
    post.desk.answer(ticket, "Like this.")
    assert not post.desk.tickets.get(ticket.reference).held
    assert post.deliver().delivered == 1


def test_after_three_days_of_failures_it_is_set_aside(post: Post) -> None:
    memory(post).failures = [HelpDeskError("down") for _ in range(MOST_ATTEMPTS)]
    post.send()
    began = post.now
    report = post.deliver_until_done()
    assert (report.postponed, report.set_aside) == (MOST_ATTEMPTS - 1, 1)
    assert timedelta(days=2) < post.now - began < timedelta(days=4)


def test_the_wait_doubles_with_chance_and_has_an_end() -> None:
    for attempts in range(1, 200):
        middle = min(3600, 15 * 2 ** (attempts - 1))
        waits = {delay(attempts).total_seconds() for _ in range(20)}
        assert all(0.5 * middle <= wait <= 1.5 * middle for wait in waits)
        assert len(waits) > 1
    assert delay(1, at_least=600).total_seconds() >= 600


def test_the_console_prints_a_json_line_each(post: Post) -> None:
    stream = io.StringIO()
    post.desks = (ConsoleDesk(stream),)
    post.send()
    post.send(replace(DRAFT, subject="Two"))
    post.deliver()
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [record["ticket"]["subject"] for record in records] == ["Lost phone", "Two"]


def test_a_console_that_is_closed_gets_it_later(post: Post) -> None:
    stream = io.StringIO()
    stream.close()
    post.desks = (ConsoleDesk(stream),)
    post.send()
    assert post.deliver().postponed == 1


def test_an_unknown_help_desk_is_refused_at_start(post_of: Opener) -> None:
    with pytest.raises(SettingsError, match="KB_HELP_DESK names 'fax'"):
        post_of(help_desk=("fax",))


def test_without_a_help_desk_nothing_waits_to_be_sent(post_of: Opener) -> None:
    post = post_of()
    post.send()
    assert post.desk.deliveries.open() == ()


def test_the_worker_delivers_until_it_is_told_to_stop(post: Post) -> None:
    from kb.support.delivery.worker import DeliveryWorker

    delivered = threading.Event()
    chores = threading.Event()

    def deliver() -> None:
        if post.deliver().delivered:
            delivered.set()
        raise OSError("must not end the worker")

    worker = DeliveryWorker(deliver, chores.set, pause=0.01)
    worker.start()
    post.send()
    assert delivered.wait(10)
    assert chores.wait(10)
    worker.stop()
    assert not worker._thread.is_alive()
