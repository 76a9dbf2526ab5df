"""``kb tickets``: the built-in queue."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from kb.cli.options import json_option
from kb.cli.output import knowledge_base, print_json, printable
from kb.cli.ticket_page import delivery_line, delivery_row, ticket_line, ticket_page, ticket_row
from kb.model import TicketStatus
from kb.support.delivery.record import ticket_record
from kb.support.desk import Desk
from kb.ticket_model import DeliveryState, TicketFilter

_STATUSES = [status.value for status in TicketStatus]


@click.group()
def tickets() -> None:
    """The built-in queue: list, read, assign and answer tickets, and see what was not delivered.

    \b
    Example:
      kb tickets list --status open
      kb tickets show HM-7K2P-94QX
    """


@tickets.command("list")
@click.option("--status", type=click.Choice(_STATUSES), help="Only tickets with this status.")
@click.option("--queue", default="", help="Only tickets of this queue.")
@click.option("--assignee", default="", help="Only tickets assigned to this person.")
@click.option(
    "--held", is_flag=True, help="Only tickets that wait for a person to look before anything is sent."
)
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="How many at most."
)
@json_option
def list_(status: str | None, queue: str, assignee: str, held: bool, limit: int, as_json: bool) -> None:
    """List tickets: the urgent before the others, the oldest first.

    \b
    Example:
      kb tickets list --queue billing --status open
    """
    wanted = TicketFilter(status or "", queue, assignee, held=True if held else None, limit=limit)
    with knowledge_base() as kb:
        found = kb.desk.tickets.listed(wanted)
        open_deliveries = {delivery.reference for delivery in kb.desk.deliveries.open()}
    if as_json:
        print_json([ticket_row(ticket, ticket.reference in open_deliveries) for ticket in found])
        return
    for ticket in found:
        click.echo(printable(ticket_line(ticket, ticket.reference in open_deliveries)))
    if not found:
        click.echo("No tickets.")


@tickets.command()
@click.argument("reference")
@json_option
def show(reference: str, as_json: bool) -> None:
    """Show one ticket: what was written, what its writer saw before, and where its deliveries stand.

    \b
    Example:
      kb tickets show HM-7K2P-94QX
    """
    with knowledge_base() as kb:
        file = kb.desk.file(kb.desk.tickets.get(reference))
        waiting = kb.desk.deliveries.open(reference)
    if as_json:
        print_json(ticket_record(file) | {"deliveries": [delivery_row(one) for one in waiting]})
        return
    for line in ticket_page(file, waiting):
        click.echo(printable(line))


@tickets.command()
@click.argument("reference")
@click.argument("person")
def assign(reference: str, person: str) -> None:
    """Assign a ticket to a PERSON; "" takes it back.

    \b
    Example:
      kb tickets assign HM-7K2P-94QX anna
    """
    with knowledge_base() as kb:
        ticket = kb.desk.tickets.change(reference, assignee=person.strip())
    click.echo(f"{ticket.reference} is assigned to {ticket.assignee}." if ticket.assignee else "Unassigned.")


@tickets.command()
@click.argument("reference")
@click.argument("status", type=click.Choice(_STATUSES))
def status(reference: str, status: str) -> None:
    """Set the status of a ticket.

    \b
    Example:
      kb tickets status HM-7K2P-94QX solved
    """
    with knowledge_base() as kb:
        ticket = kb.desk.tickets.change(reference, status=status)
    click.echo(f"{ticket.reference} is {ticket.status}.")


@tickets.command()
@click.argument("reference")
@click.option("--body", default="", help="The answer; left out, it is read from standard input.")
def reply(reference: str, body: str) -> None:
    """Answer a ticket: on its private page, and by mail where KB_MAIL_URL is set. A held ticket is released by it.

    \b
    Example:
      kb tickets reply HM-7K2P-94QX --body "Please sign in with a recovery code."
    """
    with knowledge_base() as kb:
        ticket = kb.desk.tickets.get(reference)
        kb.desk.answer(ticket, body or sys.stdin.read())
    click.echo(f"{ticket.reference} is answered.")


@tickets.command()
@click.argument("reference")
def release(reference: str) -> None:
    """Let a held ticket go on its way to the help desk, and its sender have their copy.

    \b
    Example:
      kb tickets release HM-7K2P-94QX
    """
    with knowledge_base() as kb:
        ticket = kb.desk.release(kb.desk.tickets.get(reference))
    click.echo(f"{ticket.reference} is released.")


@tickets.command()
@click.option("--status", type=click.Choice(_STATUSES), help="Only tickets with this status.")
@click.option("--queue", default="", help="Only tickets of this queue.")
def export(status: str | None, queue: str) -> None:
    """Print tickets with all that belongs to them as JSON Lines, one ticket a line.

    \b
    Example:
      kb tickets export --status solved > solved.jsonl
    """
    with knowledge_base() as kb:
        for record in _records(kb.desk, TicketFilter(status or "", queue, limit=1_000_000)):
            click.echo(printable(json.dumps(record, ensure_ascii=False)))


@tickets.command()
@click.option("--now", is_flag=True, help="Attempt now what waits for its next attempt.")
@click.option(
    "--retry", default="", metavar="REFERENCE", help="Take up again what was set aside of this ticket."
)
@click.option("--retry-all", is_flag=True, help="Take up again everything that was set aside.")
def deliver(now: bool, retry: str, retry_all: bool) -> None:
    """Deliver what is due to the help desks, as "kb serve" does while it runs, and show what is left.

    \b
    Example:
      kb tickets deliver --now
    """
    with knowledge_base() as kb:
        if retry or retry_all:
            click.echo(f"{kb.desk.deliveries.retry(retry)} taken up again.")
        if now:
            kb.desk.deliveries.hurry()
        report = kb.desk.outbox.deliver_due()
        left = kb.desk.deliveries.open()
    click.echo(f"{report.delivered} delivered, {report.postponed} failed, {report.set_aside} set aside.")
    for delivery in left:
        click.echo(printable(delivery_line(delivery)))
    if any(delivery.state is DeliveryState.SET_ASIDE for delivery in left):
        raise SystemExit(1)


def _records(desk: Desk, wanted: TicketFilter) -> Iterator[dict[str, Any]]:
    for ticket in desk.tickets.listed(wanted):
        yield ticket_record(desk.file(ticket))
