"""``kb suggest``"""

from __future__ import annotations

import click

from kb.cli.options import json_option
from kb.cli.output import knowledge_base, print_json, said
from kb.model import TicketDraft
from kb.shapes import suggestions_shape


@click.command()
@click.option("--subject", default="", help="The subject of the message.")
@click.option("--body", default="", help="The message.")
@click.option("--lang", default="", help="The language of the message, if known.")
@click.option("--limit", default=3, show_default=True, type=click.IntRange(1, 10), help="How many at most.")
@json_option
def suggest(subject: str, body: str, lang: str, limit: int, as_json: bool) -> None:
    """Show what the contact form would suggest for a message, or that it would suggest nothing.

    \b
    Example:
      kb suggest --subject "Problem" --body "since the update the app signs me out and wants a code"
    """
    with knowledge_base() as kb:
        found = kb.suggest(TicketDraft(subject, body, lang=lang), limit)
    if as_json:
        print_json(suggestions_shape(found))
        return
    if found.abstained:
        click.echo("No suggestion: nothing answers this with enough confidence.")
    for suggestion in found.suggestions:
        click.echo(f"{suggestion.confidence:.2f}  {said(suggestion.title)}  {suggestion.url}")
        click.echo(f"      {said(suggestion.snippet.text)}")
