"""``kb translations``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.options import folders_option, json_option
from kb.cli.output import knowledge_base, print_json
from kb.knowledge_base import KnowledgeBase
from kb.writing.library import shown


@click.command("translations")
@click.argument(
    "done", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@folders_option
@click.option("--lang", "langs", multiple=True, help="Into this language; repeatable. Default: KB_LANGUAGES.")
@click.option("--done", "mark", is_flag=True, help="Note that each FILE says what its original says now.")
@json_option
def translations(
    done: tuple[Path, ...], folders: tuple[Path, ...], langs: tuple[str, ...], mark: bool, as_json: bool
) -> None:
    """List the translations that are older than their originals, and the ones that are missing.

    A translation remembers the text it was made from by its hash, kept in its front matter as "original_hash".

    \b
    Example:
      kb translations --lang it
      kb translations --done articles/it/sign-in/reset-password.md
    """
    if mark != bool(done):
        raise click.UsageError("--done takes the files that are up to date now.")
    with knowledge_base() as kb:
        if mark:
            for file in kb.writers.mark_translated(done, folders or None):
                click.echo(f"{shown(file)} says what its original says.")
            return
        found = _found(kb, folders, langs)
    if as_json:
        print_json(found)
        return
    for row in found["outdated"]:
        click.echo(f"{row['path']}: older than {row['original']}")
    for row in found["missing"]:
        click.echo(f"{row['original']}: not in {row['lang']}")
    click.echo(f"{len(found['outdated'])} outdated, {len(found['missing'])} missing.")


def _found(
    kb: KnowledgeBase, folders: tuple[Path, ...], langs: tuple[str, ...]
) -> dict[str, list[dict[str, str]]]:
    wanted = langs or kb.settings.languages
    return {
        "outdated": [
            {"path": one.manuscript.path, "original": one.original_path, "lang": one.manuscript.article.lang}
            for one in kb.writers.translations(folders or None)
            if one.is_outdated and (not langs or one.manuscript.article.lang in langs)
        ],
        "missing": [
            {"original": one.original.path, "lang": one.lang}
            for one in kb.writers.untranslated(wanted, folders or None)
        ],
    }
