"""``kb review``"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from kb.cli.options import folders_option, json_option, span
from kb.cli.output import counted, knowledge_base, print_json
from kb.writing.reviewing import DueReview


@click.command()
@folders_option
@click.option(
    "--due",
    type=span,
    metavar="SPAN",
    default="0d",
    show_default=True,
    help="Due within this time: 30d, 6w, 3m, 1y.",
)
@click.option("--owner", default="", help="Only what this owner looks after.")
@json_option
def review(folders: tuple[Path, ...], due: timedelta, owner: str, as_json: bool) -> None:
    """List the articles to look at again, by owner, the longest overdue first.

    Articles with "evergreen: true" are never listed.

    \b
    Example:
      kb review --due 30d
      kb review --due 30d --owner accounts --json
    """
    with knowledge_base() as kb:
        found = kb.writers.reviews(due, owner, folders or None)
    if as_json:
        print_json(found)
        return
    owners: dict[str, list[DueReview]] = {}
    for one in found.due:
        owners.setdefault(one.owner, []).append(one)
    for name in sorted(owners, key=lambda name: (not name, name.casefold())):
        click.echo(f"{name or 'Nobody'}:")
        for one in owners[name]:
            when = (
                f"{counted(one.overdue, 'day')} overdue"
                if one.overdue > 0
                else f"in {counted(-one.overdue, 'day')}"
            )
            click.echo(f"  {one.review_by}  {when:<17}  {one.title}  {one.path}")
    click.echo(f"{len(found.due)} to review; {len(found.undated)} have no `review_by:`.")
