"""``kb status``"""

from __future__ import annotations

import click

from kb.cli.options import json_option
from kb.cli.output import counted, json_value, knowledge_base, print_json, unwarned


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Show what is indexed and since when.

    \b
    Example:
      kb status --json
    """
    with knowledge_base() as kb, unwarned("kb.semantic"):  # what it warns of is a line of what is printed
        found, meaning, arithmetic = kb.status(), kb.meaning(), kb.arithmetic()
    if as_json:
        print_json({**json_value(found), "meaning": meaning, "arithmetic": arithmetic})
        return
    languages = ", ".join(f"{lang} {count}" for lang, count in found.languages.items())
    click.echo(f"Generation {found.generation}, built {found.built:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{counted(found.articles, 'article')}, {counted(found.threads, 'thread')} ({languages})")
    click.echo(f"{found.terms} terms, {found.bytes / 1e6:.1f} MB")
    click.echo("Scores by compiled loops (numba)" if arithmetic == "numba" else "Scores by numpy")
    if meaning.is_wanting:
        click.echo(f"Searching by words alone. {meaning.state}")
    elif meaning.state == "ok":
        vectors = ", ".join(f"{lang} {count}" for lang, count in found.vectors.items())
        click.echo(f"Meaning by {meaning.model}: {sum(found.vectors.values())} vectors ({vectors})")
