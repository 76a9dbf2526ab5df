from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import Settings, TicketDraft
from tests.cli.conftest import Shell
from tests.support.delivery.receivers import Hook, webhook


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    environ = {"KB_DATA": str(tmp_path / "data"), "KB_ARTICLES": str(tmp_path)}
    return Shell(Settings.from_env(environ), environ)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


@pytest.fixture
def hooked(shell: Shell, hook: Hook) -> Shell:
    more = {"KB_HELP_DESK": "webhook", "KB_WEBHOOK_URL": hook.url, "KB_WEBHOOK_SECRET": "s"}
    return Shell(Settings.from_env(shell.environ | more), shell.environ | more)


def test_an_empty_queue_says_so(shell: Shell) -> None:
    assert shell.run("tickets", "list").output == "No tickets.\n"


def test_urgent_tickets_come_first(shell: Shell) -> None:
    usual = shell.send(TicketDraft("Signature", "How?", email="b@example.org"))
    urgent = shell.send()
    lines = shell.run("tickets", "list").output.splitlines()
    assert [line.split()[0] for line in lines] == [urgent.reference, usual.reference]
    assert "(open, billing, urgent)" in lines[0]


def test_the_list_can_be_narrowed(shell: Shell) -> None:
    billing = shell.send()
    shell.send(TicketDraft("Signature", "How?", email="b@example.org"))
    found = json.loads(shell.run("tickets", "list", "--queue", "billing", "--json").output)
    assert [row["reference"] for row in found] == [billing.reference]
    assert found[0]["undelivered"] is False


def test_a_ticket_is_shown_with_what_came_before_it(shell: Shell) -> None:
    ticket = shell.send()
    output = shell.run("tickets", "show", ticket.reference).output
    assert "From: Ada <ada@example.org>" in output
    assert "See invoice 20261123." in output
    assert "Searched for: refund" in output
    record = json.loads(shell.run("tickets", "show", ticket.reference, "--json").output)
    assert record["context"]["searches"] == ["refund"]
    assert ticket.access_key not in output + json.dumps(record)


def test_a_ticket_is_assigned_answered_and_solved(shell: Shell) -> None:
    reference = shell.send().reference
    assert "is assigned to anna" in shell.run("tickets", "assign", reference, "anna").output
    assert shell.run("tickets", "reply", reference, typed="We gave it back.").exit_code == 0
    assert "is solved" in shell.run("tickets", "status", reference, "solved").output
    output = shell.run("tickets", "show", reference).output
    assert "(solved, billing, urgent, anna)" in output
    assert "agent:\nWe gave it back." in output


def test_an_unknown_reference_is_an_error_that_says_so(shell: Shell) -> None:
    for command in (
        ("show",),
        ("assign", "anna"),
        ("status", "open"),
        ("reply", "--body", "x"),
        ("release",),
    ):
        result = shell.run("tickets", command[0], "T-0000-0000", *command[1:])
        assert result.exit_code == 1
        assert "There is no ticket T-0000-0000" in result.output


def test_an_export_has_a_ticket_a_line(shell: Shell) -> None:
    references = {shell.send().reference for _ in range(3)}
    lines = shell.run("tickets", "export").output.splitlines()
    assert {json.loads(line)["reference"] for line in lines} == references


def test_a_held_ticket_is_listed_and_released(hooked: Shell, hook: Hook) -> None:
    ticket = hooked.send(held=True)
    assert "held" in hooked.run("tickets", "list", "--held").output
    assert hooked.run("tickets", "deliver").output.startswith("0 delivered")
    hooked.run("tickets", "release", ticket.reference)
    assert hooked.run("tickets", "deliver").output.startswith("1 delivered")
    assert len(hook.posted) == 1


def test_what_was_refused_is_shown_and_retried(hooked: Shell, hook: Hook) -> None:
    hook.answers = [400]
    reference = hooked.send().reference
    result = hooked.run("tickets", "deliver")
    assert result.exit_code == 1
    assert (
        f"{reference}  ticket to webhook: set aside after 1 attempt. The webhook answers 400."
        in result.output
    )
    assert "undelivered" in hooked.run("tickets", "list").output
    assert "Not delivered:" in hooked.run("tickets", "show", reference).output
    again = hooked.run("tickets", "deliver", "--retry", reference)
    assert again.output == "1 taken up again.\n1 delivered, 0 failed, 0 set aside.\n"


def test_what_waits_for_its_next_attempt_can_be_hurried(hooked: Shell, hook: Hook) -> None:
    hook.answers = [503]
    hooked.send()
    assert "next attempt" in hooked.run("tickets", "deliver").output
    assert hooked.run("tickets", "deliver").output.startswith("0 delivered")
    assert hooked.run("tickets", "deliver", "--now").output.startswith("1 delivered")
