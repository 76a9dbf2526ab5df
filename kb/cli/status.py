"""``kb status``"""

from __future__ import annotations

import click

from kb.cli.output import knowledge_base, print_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Show what is indexed and since when.

    \b
    Example:
      kb status --json
    """
    with knowledge_base() as kb:
        found = kb.status()
    if as_json:
        print_json(found)
        return
    languages = ", ".join(f"{lang} {count}" for lang, count in found.languages.items())
    click.echo(f"Generation {found.generation}, built {found.built:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{found.articles} articles, {found.threads} threads ({languages})")
    click.echo(f"{found.terms} terms, {found.bytes / 1e6:.1f} MB")
