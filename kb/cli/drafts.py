"""Drafts that several commands begin."""

from __future__ import annotations

from collections.abc import Iterable

import click

from kb.errors import ContentError
from kb.knowledge_base import KnowledgeBase
from kb.writing.drafting import NewArticle
from kb.writing.library import shown


def begin_drafts(kb: KnowledgeBase, wanted: Iterable[NewArticle]) -> list[str]:
    """Begin an article for each; gives the files, and says on standard error which could not be begun."""
    files = []
    for one in wanted:
        try:
            files.append(shown(kb.writers.draft(one).file))
        except ContentError as error:
            click.echo(str(error), err=True)
    return files
