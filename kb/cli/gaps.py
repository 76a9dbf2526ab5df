"""``kb gaps``"""

from __future__ import annotations

from datetime import timedelta

import click

from kb.cli.drafts import begin_drafts
from kb.cli.options import json_option, span
from kb.cli.output import counted, knowledge_base, print_json, said
from kb.content.paths import GENERAL_TOPIC
from kb.writing.drafting import NewArticle
from kb.writing.gaps import FEWEST_PEOPLE, Gap


@click.command()
@click.option(
    "--since",
    type=span,
    metavar="SPAN",
    default="90d",
    show_default=True,
    help="How far back: 30d, 6w, 3m, 1y.",
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="How many subjects."
)
@click.option(
    "--drafts", is_flag=True, help="Begin an article for each, with the questions as people asked them."
)
@json_option
def gaps(since: timedelta, limit: int, drafts: bool, as_json: bool) -> None:
    """List what people asked and no article answered, grouped by subject, those of most people first.

    Learnt from searches that found nothing, searches after which nothing was opened, and messages that were sent.
    Personal data is taken out, and what fewer than five people asked is not shown.

    \b
    Example:
      kb gaps --since 30d
      kb gaps --limit 5 --drafts
    """
    with knowledge_base() as kb:
        found = kb.demand.gaps(since, limit)
        files = begin_drafts(kb, map(_wanted, found)) if drafts else []
    if as_json:
        print_json({"gaps": found, "drafts": files})
        return
    for gap in found:
        _print(gap)
    for file in files:
        click.echo(f"Draft: {file}")
    click.echo(f"{counted(len(found), 'subject')} that at least {FEWEST_PEOPLE} people asked about.")


def _print(gap: Gap) -> None:
    how = ", ".join(f"{count} x {name}" for name, count in gap.how.items())
    click.echo(f"{gap.people} people  {said(gap.title)}  [{gap.lang}]  ({how})")
    for question in gap.questions[1:]:
        click.echo(f"           {said(question)}")
    if gap.nearest:
        click.echo(f"           nearest: {said(gap.nearest.title)}  {gap.nearest.url}")


def _wanted(gap: Gap) -> NewArticle:
    topic = gap.nearest.topic if gap.nearest else GENERAL_TOPIC
    return NewArticle(gap.title, topic, gap.lang, questions=gap.questions)
