"""``kb report``"""

from __future__ import annotations

import csv
import sys
from datetime import datetime

import click

from kb.cli.options import json_option
from kb.cli.output import counted, knowledge_base, print_json, printable
from kb.evaluation.outcomes import line, recorded
from kb.ticket_model import DeflectionReport, Figure


@click.group()
def report() -> None:
    """Figures of the help centre.

    \b
    Example:
      kb report deflection --since 2026-11-01
    """


@report.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only sessions from this day on, such as 2026-11-01."
)
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print the figures as CSV.")
def deflection(since: datetime | None, as_json: bool, as_csv: bool) -> None:
    """Say what the contact form's suggestions were worth: every definition, with its 95 % interval.

    The line marked > is the one to quote; the others stand beside it and are not to be added to it.

    \b
    Example:
      kb report deflection --since 2026-11-01 --csv
    """
    with knowledge_base() as kb:
        found = kb.desk.deflection(since.date() if since else None)
    if as_json:
        print_json(found)
    elif as_csv:
        _print_csv(found)
    else:
        _print_text(found)


@report.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only messages from this day on.")
def outcomes(since: datetime | None) -> None:
    """Print which pages answered the messages that people wrote, in JSON Lines: what "kb calibrate" learns from.

    Of messages that "this solved it" ended there are only numbers that say how well they matched: their words were
    never stored. Tickets are told by their answers: an agent's link to a page says that it answers, and an answer
    without one that no page does. Mail addresses, phone, card and account numbers are taken out. Look through it
    before it is used.

    \b
    Example:
      kb report outcomes --since 2026-06-01 > judged-messages.jsonl
    """
    with knowledge_base() as kb:
        for outcome in recorded(kb.desk, kb.cards, since.date() if since else None):
            click.echo(printable(line(outcome)))


def _print_text(found: DeflectionReport) -> None:
    click.echo(
        f"{counted(found.sessions, 'session')} of the contact form{f' since {found.since}' if found.since else ''}, "
        f"{found.shown} were shown a suggestion. Window: {found.window} days."
    )
    click.echo(", ".join(f"{count} {end.value}" for end, count in found.outcomes.items()) + ".\n")
    for figure in found.figures:
        mark = ">" if figure.headline else " "
        click.echo(
            f"{mark} {figure.name:<12}{_share(figure):<28}{figure.count}/{figure.of}  {figure.definition}"
        )


def _share(figure: Figure) -> str:
    if figure.share is None or figure.low is None or figure.high is None:
        return "-"
    return f"{figure.share:6.1%}  [{figure.low:.1%}, {figure.high:.1%}]"


def _print_csv(found: DeflectionReport) -> None:
    rows = csv.writer(sys.stdout)
    rows.writerow(["figure", "headline", "definition", "count", "of", "share", "low", "high"])
    for one in found.figures:
        numbers = ["" if n is None else f"{n:.6f}" for n in (one.share, one.low, one.high)]
        headline = "yes" if one.headline else ""
        rows.writerow([one.name, headline, one.definition, one.count, one.of, *numbers])
