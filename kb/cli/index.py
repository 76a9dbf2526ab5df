"""``kb index``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.options import folders_option, json_option
from kb.cli.output import counted, knowledge_base, print_json, print_problems, progress_bar


@click.command()
@folders_option
@click.option(
    "--strict", is_flag=True, help="End with exit code 1 when a file was left out, or the sentence encoder."
)
@json_option
def index(folders: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Index the articles and the imported threads.

    Only what changed is read again. A running site serves the old index until the new one is whole.

    \b
    Example:
      kb index --articles articles --strict
    """
    with knowledge_base() as kb, progress_bar(quiet=as_json) as progress:
        report = kb.reindex(folders or None, progress)
        is_by_words = bool(kb.settings.semantic_model) and not kb.status().model
    print_problems(report.problems)
    left_out = sum(problem.left_out for problem in report.problems)
    if as_json:
        print_json(report)
    else:
        click.echo(
            f"{counted(report.articles, 'article')} and {counted(report.threads, 'thread')} indexed "
            f"in {report.seconds:.1f} s: {report.changed} new or changed, {report.reused} unchanged, "
            f"{report.removed} removed."
        )
        if report.drafts:
            click.echo(f"Not published, so not indexed: {counted(report.drafts, 'draft')}.")
        if report.problems:
            warnings = counted(len(report.problems) - left_out, "warning")
            click.echo(f"{left_out} left out, {warnings}: see above.")
    if strict and (left_out or is_by_words):
        raise SystemExit(1)
