"""What the commands share: the opened knowledge base, JSON of a value, and progress of long work."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from kb.index.engine import Progress as OnProgress
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.model import Problem
from kb.settings import Settings

_PATIENCE = 60_000
"""Milliseconds: a command loads the model first, and then asks it once."""


@contextmanager
def knowledge_base() -> Iterator[KnowledgeBase]:
    """The knowledge base that the environment asks for."""
    opened = open_knowledge_base(patient_settings())
    try:
        yield opened
    finally:
        opened.close()


def patient_settings() -> Settings:
    """The settings of the environment, for somebody who waits for the sentence encoder however long it takes."""
    return replace(Settings.from_env(), semantic_budget=_PATIENCE)


def print_json(value: Any) -> None:
    """Print a value as JSON; dataclasses as objects, dates as ISO 8601."""
    click.echo(printable(json.dumps(json_value(value), ensure_ascii=False, indent=2)))


def printable(text: str) -> str:
    """The text with a question mark for what no encoding knows: arguments that are not UTF-8 come in that way."""
    return text.encode("utf-8", "replace").decode("utf-8")


def said(text: str) -> str:
    """The text in one line, without what would steer a terminal: titles and file names come from anywhere."""
    return printable("".join(char if char.isprintable() else " " for char in text))


def counted(count: int, noun: str) -> str:
    """How many there are, such as "1 ticket" and "2 tickets"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def json_value(value: Any) -> Any:
    """A value as what JSON knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: json_value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [json_value(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def print_problems(problems: tuple[Problem, ...]) -> None:
    """Say on standard error what a writer should mend."""
    for problem in problems:
        click.echo(str(problem), err=True)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[OnProgress]:
    """A bar on standard error, one row a step; nothing where nobody watches."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),  # told from the speed of the last half minute
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        rows: dict[str, Any] = {}

        def update(step: str, done: int, total: int) -> None:
            if step not in rows:
                rows[step] = bar.add_task(step, total=total)
            bar.update(rows[step], completed=done, total=total)

        yield update


@contextmanager
def unwarned(name: str) -> Iterator[None]:
    """Silence the warnings of a package, where a command prints what they say."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
