"""``kb search``"""

from __future__ import annotations

import click
from rich.console import Console
from rich.text import Text

from kb.cli.options import json_option
from kb.cli.output import knowledge_base, print_json, said
from kb.model import Hit, Kind, Query, SearchResult
from kb.shapes import search_shape


@click.command()
@click.argument("query")
@click.option("--lang", default="", help="The reader's language, such as it: its documents come first.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), help="Only articles, or only threads."
)
@click.option("--topic", default="", help="Only this topic, such as sign-in.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="How many hits.")
@click.option("--exact", is_flag=True, help="Correct no spelling.")
@click.option(
    "--explain",
    is_flag=True,
    help="Show which terms matched in which field, what words and meaning said, and what was searched for besides.",
)
@json_option
def search(
    query: str,
    lang: str,
    kind: str | None,
    topic: str,
    limit: int,
    exact: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Search the index.

    Plain words are enough; "exact phrase", -not, title:word, tag:word, lang:it and prefix* narrow it down.

    \b
    Example:
      kb search "cant log in after changing my phone"
      kb search 'title:password -business' --lang it
    """
    asked = Query(
        query,
        lang=lang,
        kind=Kind(kind) if kind else None,
        topic=topic,
        limit=limit,
        explain=explain,
        exact=exact,
    )
    with knowledge_base() as kb:
        result = kb.search(asked)
    if as_json:
        print_json(search_shape(result))
    else:
        _print_result(Console(), result, explain=explain)


def _print_result(console: Console, result: SearchResult, *, explain: bool) -> None:
    if result.did_you_mean:
        offer = "Showing results for" if result.corrected else "Did you mean"
        console.print(Text(said(f"{offer}: {result.did_you_mean}")))
    if explain:
        for used in result.expansions:
            console.print(Text(said(f"{used.kind.value}: {used.typed} → {used.used}"), style="dim"))
    if result.nearest:
        console.print("Nothing matches these words. The nearest there is:")
    elif not result.hits:
        console.print("Nothing found. Try fewer or other words.")
    for place, hit in enumerate(result.hits, start=1):
        _print_hit(console, place, hit)


def _print_hit(console: Console, place: int, hit: Hit) -> None:
    title = Text(f"{place}. {said(hit.title)}", style="bold")
    title.append(f"  {hit.kind.value}, {hit.lang}, {hit.score:.3f}", style="not bold dim")
    anchor = f"#{hit.section.anchor}" if hit.section.anchor else ""
    body = Text(said(hit.snippet.text))
    for span in hit.snippet.spans:
        body.stylize("bold", span.start, span.end)
    console.print(title)
    console.print(Text(f"   {hit.url}{anchor}", style="dim"))
    console.print(Text("   ").append_text(body))
    if newer := hit.newer_article:
        older = f"   Older than the official article: {said(newer.title)} {newer.url}"
        console.print(Text(older, style="italic"))
    if hit.scores:
        console.print(
            Text(f"     words {hit.scores.words:.2f}, meaning {hit.scores.meaning:.2f}", style="dim")
        )
    for match in hit.matches:
        typed = f", typed as {match.typed}" if match.typed else ""
        why = f"     {match.term} in {match.field}: {match.score:.2f}{typed}"
        console.print(Text(said(why), style="dim"))
