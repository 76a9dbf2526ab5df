"""``kb privacy``"""

from __future__ import annotations

import click

from kb.cli.output import counted, knowledge_base, print_json
from kb.support.delivery.record import ticket_record
from kb.support.privacy import Erased


@click.group()
def privacy() -> None:
    """What is kept of one person, and what has been kept long enough.

    \b
    Example:
      kb privacy export ada@example.org
    """


@privacy.command()
@click.argument("email")
def export(email: str) -> None:
    """Print everything that EMAIL sent, as JSON. Files are listed; they lie in KB_DATA/attachments under their ids.

    \b
    Example:
      kb privacy export ada@example.org > ada.json
    """
    with knowledge_base() as kb:
        found = [ticket_record(kb.desk.file(ticket)) for ticket in kb.desk.tickets.of_email(email)]
    print_json({"email": email, "tickets": found})


@privacy.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(email: str, yes: bool) -> None:
    """Delete everything that EMAIL sent: tickets, messages, files, and what was still to be delivered.

    The figures stay: they know nobody. Backups are yours to erase.

    \b
    Example:
      kb privacy erase ada@example.org
    """
    with knowledge_base() as kb:
        count = len(kb.desk.tickets.of_email(email))
        if count and not yes:
            click.confirm(f"Delete {counted(count, 'ticket')} of {email} for ever?", abort=True)
        erased = kb.desk.privacy.erase(email)
    _print(erased)


@privacy.command()
def sweep() -> None:
    """Delete what is older than KB_RETENTION_DAYS, and files that belong to nothing. "kb serve" does so each hour.

    \b
    Example:
      kb privacy sweep
    """
    with knowledge_base() as kb:
        erased = kb.desk.privacy.sweep()
    _print(erased)


def _print(erased: Erased) -> None:
    click.echo(f"{counted(erased.tickets, 'ticket')} and {counted(erased.files, 'file')} deleted.")
