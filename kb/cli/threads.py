"""``kb threads``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.output import knowledge_base, print_problems


@click.group()
def threads() -> None:
    """Community threads.

    \b
    Example:
      kb threads import articles/community/threads.jsonl
    """


@threads.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Import forum threads from a JSON Lines FILE, one thread a line; run "kb index" afterwards.

    A thread that was imported before is replaced if it changed. docs/threads.md describes the fields.

    \b
    Example:
      kb threads import articles/community/threads.jsonl
    """
    with knowledge_base() as kb:
        report = kb.import_threads(file, dry_run=dry_run)
    print_problems(report.problems)
    said = "would be " if dry_run else ""
    click.echo(
        f"{report.added} threads {said}added, {report.updated} {said}updated, {report.unchanged} unchanged, "
        f"{len(report.problems)} skipped."
    )
    if not dry_run and (report.added or report.updated):
        click.echo('Run "kb index" to make them searchable.')
    if report.problems:
        raise SystemExit(1)
