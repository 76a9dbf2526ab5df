"""``kb new``"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from kb.cli.output import knowledge_base
from kb.content.paths import GENERAL_TOPIC
from kb.errors import IndexMissing
from kb.knowledge_base import KnowledgeBase
from kb.writing.checks.titles import title_advice
from kb.writing.drafting import NewArticle
from kb.writing.library import shown


@click.command()
@click.argument("title", required=False)
@click.option("--topic", default=GENERAL_TOPIC, show_default=True, help="The topic it belongs to.")
@click.option("--lang", help="The language it is in. Default: KB_LANGUAGE.")
@click.option("--owner", default="", help="Who looks after it.")
@click.option(
    "--translate",
    "original",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Instead of a new article, begin the translation of this one into --lang.",
)
@click.option(
    "--articles",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of Markdown it goes into. Default: the first of KB_ARTICLES.",
)
def new(
    title: str | None, topic: str, lang: str | None, owner: str, original: Path | None, folder: Path | None
) -> None:
    """Begin an article: write a draft with front matter and the house outline.

    Nothing that is there is written over. A _template.md in the articles folder takes the place of the house outline.

    \b
    Example:
      kb new "Change your password" --topic account-security
      kb new --translate articles/en/sign-in/reset-password.md --lang it
    """
    if bool(title) == bool(original):
        raise click.UsageError('Give a title, such as kb new "Change your password", or --translate FILE.')
    with knowledge_base() as kb:
        if original:
            if not lang:
                raise click.UsageError("Say which language with --lang.")
            drafted = kb.writers.translate(original, lang, [folder] if folder else None)
        else:
            wanted = NewArticle(title or "", topic, lang or kb.settings.language, owner)
            drafted = kb.writers.draft(wanted, folder)
        click.echo(shown(drafted.file))
        for close in drafted.close_topics:
            click.echo(f"{topic!r} is a new topic. Did you mean {close!r}?", err=True)
        if title:
            _advise(kb, title, lang or kb.settings.language)
    click.echo('Write it, look at it with "kb preview", then take "status: draft" out and run "kb index".')


def _advise(kb: KnowledgeBase, title: str, lang: str) -> None:
    if advice := title_advice(title):
        click.echo(f"Careful: {advice}.", err=True)
    with suppress(IndexMissing):
        for found in kb.demand.already_there(title, lang):
            click.echo(f"There may be one already: {found.title} ({found.url})", err=True)
