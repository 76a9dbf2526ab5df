"""``kb synonyms``"""

from __future__ import annotations

import click

from kb.cli.options import json_option
from kb.cli.output import counted, knowledge_base, print_json, print_problems


@click.command()
@json_option
def synonyms(as_json: bool) -> None:
    """Check the synonyms that search uses, and count them.

    They stand in a file _synonyms.txt in each language's folder of articles: "a, b, c" in a line, or "a => b". A
    running site uses an edit within a second. The exit code is 1 where a line cannot be used.

    \b
    Example:
      kb synonyms
    """
    with knowledge_base() as kb:
        problems, counts = kb.synonyms.problems(), kb.synonyms.counts()
    if as_json:
        print_json({"languages": counts, "problems": problems})
    else:
        for lang, count in counts.items():
            click.echo(f"{lang}: {counted(count, 'rule')}")
        if not counts and not problems:
            click.echo("No synonyms. Write some in _synonyms.txt in a language's folder of articles.")
        print_problems(problems)
    if problems:
        raise SystemExit(1)
