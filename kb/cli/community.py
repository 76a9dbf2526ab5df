"""``kb community``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.drafts import begin_drafts
from kb.cli.options import folders_option, json_option
from kb.cli.output import knowledge_base, print_json, said
from kb.content.paths import GENERAL_TOPIC
from kb.writing.community import CommunityReport, Uncovered
from kb.writing.drafting import NewArticle

_NOTE = 600
"""Characters of the accepted answer that a draft begins with, as a note to its writer."""


@click.command()
@folders_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="How many of each.")
@click.option("--drafts", is_flag=True, help="Begin an article for each answer that no article gives.")
@json_option
def community(folders: tuple[Path, ...], limit: int, drafts: bool, as_json: bool) -> None:
    """List accepted answers that no article gives, and those that an article has overtaken.

    The first are candidates for articles; the second are shown to readers as older than the official answer.

    \b
    Example:
      kb community
      kb community --limit 3 --drafts
    """
    with knowledge_base() as kb:
        report = kb.demand.community(kb.writers.library(folders or None))
        chosen = CommunityReport(report.uncovered[:limit], report.overtaken[:limit])
        files = begin_drafts(kb, map(_wanted, chosen.uncovered)) if drafts else []
    if as_json:
        print_json({**_shape(chosen), "drafts": files})
        return
    for one in chosen.uncovered:
        click.echo(f"no article: {said(one.thread.title)}  {one.thread.url}  ({one.thread.votes} votes)")
    for two in chosen.overtaken:
        click.echo(f"overtaken: {said(two.thread.title)}  {two.thread.url}, answered {two.answered}")
        click.echo(f"           by {said(two.title)} ({two.article}), updated {two.updated}")
    for file in files:
        click.echo(f"Draft: {file}")
    click.echo(
        f"{len(report.uncovered)} accepted answers that no article gives, {len(report.overtaken)} overtaken."
    )


def _shape(report: CommunityReport) -> dict[str, object]:
    return {
        "uncovered": [
            {"id": one.thread.id, "title": one.thread.title, "url": one.thread.url, "votes": one.thread.votes}
            for one in report.uncovered
        ],
        "overtaken": [
            {
                "id": one.thread.id,
                "title": one.thread.title,
                "url": one.thread.url,
                "answered": one.answered,
                "article": one.article,
                "updated": one.updated,
                "confidence": one.confidence,
            }
            for one in report.overtaken
        ],
    }


def _wanted(one: Uncovered) -> NewArticle:
    thread = one.thread
    note = f"the accepted answer in {thread.url} says: {' '.join(one.answer.text.split())[:_NOTE]}"
    topic = thread.topic or GENERAL_TOPIC
    return NewArticle(thread.title, topic, thread.lang, questions=(thread.title,), note=note)
