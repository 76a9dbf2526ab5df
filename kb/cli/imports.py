"""``kb import``"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from kb.cli.output import counted, knowledge_base, print_problems, progress_bar
from kb.content.imports.destination import Destination
from kb.content.imports.discourse import read_discourse
from kb.content.imports.json_lines import read_threads
from kb.content.imports.markdown_tree import import_markdown
from kb.content.imports.sources import OnProgress
from kb.content.imports.stack_exchange import read_stack_exchange
from kb.content.imports.zendesk import import_zendesk
from kb.model import ForumThread, Problem
from kb.settings import Settings
from kb.writing.library import shown

_dry_run = click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
_lang = click.option(
    "--lang", default="", help="The language, where the export does not say it. Default: KB_LANGUAGE."
)
_url = click.option("--url", default="", help="The address of the forum, for links to the originals.")
_topic = click.option("--topic", default="", help="The topic whose page lists threads that name none.")
_source = click.argument("source", metavar="EXPORT", type=click.Path(path_type=Path, exists=True))
_to = click.option(
    "--to",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of articles to write into. Default: the first of KB_ARTICLES.",
)
_update = click.option("--update", is_flag=True, help="Write over articles that are there and differ.")


@click.group("import")
def import_() -> None:
    """Import articles or forum threads that another system exported.

    What cannot be used is reported by place and left out; the rest is imported, and nothing that was there is lost.
    Run "kb index" afterwards.

    \b
    Example:
      kb import zendesk export/ --to articles --dry-run
      kb import threads articles/community/threads.jsonl
    """


@import_.command("threads")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_dry_run
def threads(file: Path, dry_run: bool) -> None:
    """Import forum threads from a JSON Lines FILE, one thread a line.

    A thread that was imported before is replaced if it changed. docs/threads.md describes the fields.

    \b
    Example:
      kb import threads articles/community/threads.jsonl
    """
    _import_threads(lambda on, lang: read_threads(file, language=lang, on_progress=on), "", dry_run)


@import_.command("discourse")
@_source
@_lang
@_topic
@_url
@_dry_run
def discourse(source: Path, lang: str, topic: str, url: str, dry_run: bool) -> None:
    """Import topics of a Discourse forum: a topic's JSON, the export of a category, or a folder of them.

    \b
    Example:
      kb import discourse category-export.json --url https://forum.example.org --lang en
    """
    _import_threads(
        lambda on, language: read_discourse(source, language=language, topic=topic, url=url, on_progress=on),
        lang,
        dry_run,
    )


@import_.command("stack-exchange")
@click.argument("file", metavar="POSTS.XML", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_lang
@_topic
@_url
@_dry_run
def stack_exchange(file: Path, lang: str, topic: str, url: str, dry_run: bool) -> None:
    """Import questions and answers from a Stack Exchange dump; names come from the Users.xml beside it.

    The file is read as a stream: memory does not grow with it.

    \b
    Example:
      kb import stack-exchange dump/Posts.xml --url https://superuser.com
    """
    _import_threads(
        lambda on, language: read_stack_exchange(
            file, language=language, topic=topic, url=url, on_progress=on
        ),
        lang,
        dry_run,
    )


@import_.command("zendesk")
@_source
@_to
@_update
@_dry_run
def zendesk(source: Path, to: Path | None, update: bool, dry_run: bool) -> None:
    """Import articles from the JSON of a Zendesk help centre: one file, or a folder with its images.

    Sections become topics, translations stand beside their originals, links and old addresses go on to work.

    \b
    Example:
      kb import zendesk export/ --to articles
    """
    _import_articles(
        lambda destination, language, on: import_zendesk(
            source, destination, language=language, on_progress=on
        ),
        to,
        update,
        dry_run,
    )


@import_.command("markdown")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--lang", default="", help="The language of all articles, where paths and texts do not tell.")
@_to
@_update
@_dry_run
def markdown(folder: Path, lang: str, to: Path | None, update: bool, dry_run: bool) -> None:
    """Import articles from any FOLDER of Markdown, with its images.

    Folders become topics; links follow the articles to their new places; callouts of other systems become ours.

    \b
    Example:
      kb import markdown ~/old-help --lang en --to articles
    """
    _import_articles(
        lambda destination, language, on: import_markdown(
            folder, destination, language=language, lang=lang, on_progress=on
        ),
        to,
        update,
        dry_run,
    )


def _import_threads(
    read: Callable[[OnProgress, str], Iterable[ForumThread | Problem]], lang: str, dry_run: bool
) -> None:
    with knowledge_base() as kb, progress_bar(quiet=False) as progress:
        found = read(lambda done, total: progress("reading", done, total), lang or kb.settings.language)
        report = kb.import_threads(found, dry_run=dry_run)
    print_problems(report.problems)
    skipped = sum(problem.left_out for problem in report.problems)
    said = "would be " if dry_run else ""
    click.echo(
        f"{counted(report.added, 'thread')} {said}added, {report.updated} {said}updated, "
        f"{report.unchanged} unchanged, {skipped} skipped."
    )
    if not dry_run and (report.added or report.updated):
        click.echo('Run "kb index" to make them searchable.')
    if skipped:
        raise SystemExit(1)


def _import_articles(
    fill: Callable[[Destination, str, OnProgress], None], to: Path | None, update: bool, dry_run: bool
) -> None:
    settings = Settings.from_env()
    destination = Destination(to or settings.articles[0], update)
    with progress_bar(quiet=False) as progress:
        fill(destination, settings.language, lambda done, total: progress("articles", done, total))
        report = destination.write(dry_run=dry_run)
    print_problems(report.problems)
    skipped = sum(problem.left_out for problem in report.problems)
    said = "would be " if dry_run else ""
    click.echo(
        f"{counted(report.added, 'article')} {said}added, {report.updated} {said}updated, "
        f"{report.unchanged} unchanged, {counted(report.images, 'image')}; {skipped} skipped, "
        f"{counted(len(report.problems) - skipped, 'warning')}."
    )
    if not dry_run:
        click.echo(
            f'They are in {shown(destination.folder)}. Look at them with "kb preview", check them with "kb check".'
        )
    if skipped:
        raise SystemExit(1)
