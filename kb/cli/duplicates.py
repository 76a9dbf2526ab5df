"""``kb duplicates``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.options import folders_option, json_option
from kb.cli.output import counted, knowledge_base, print_json
from kb.writing.duplicates import LEAST, DuplicatePair


@click.command()
@folders_option
@click.option(
    "--least",
    default=LEAST,
    show_default=True,
    type=click.FloatRange(0.1, 1.0),
    help="How much alike a pair has to be.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many pairs.")
@json_option
def duplicates(folders: tuple[Path, ...], least: float, limit: int, as_json: bool) -> None:
    """List pairs of articles that answer the same thing, most alike first, with the sections they share.

    \b
    Example:
      kb duplicates --least 0.5 --limit 10
    """
    with knowledge_base() as kb:
        found = kb.writers.duplicates(least, folders or None)[:limit]
    if as_json:
        print_json(found)
        return
    for pair in found:
        _print(pair)
    click.echo(
        f"{counted(len(found), 'pair')}. Merge each into one, and put the address that goes into `redirect_from:`."
    )


def _print(pair: DuplicatePair) -> None:
    click.echo(f"{pair.likeness:.0%}  {pair.first}  =  {pair.second}")
    for shared in pair.overlaps:
        first, second = shared.first.title or "(opening)", shared.second.title or "(opening)"
        click.echo(f"      {shared.likeness:.0%}  {first}  =  {second}")
        click.echo(f"           {' '.join(shared.first.text.split())[:90]}")
        click.echo(f"           {' '.join(shared.second.text.split())[:90]}")
