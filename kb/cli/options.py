"""Options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_SPAN = re.compile(r"(\d{1,4})\s*([dwmy]?)", re.IGNORECASE)
_DAYS = {"d": 1, "": 1, "w": 7, "m": 30, "y": 365}


def span(text: str) -> timedelta:
    """A span of time such as ``30d``, ``6w``, ``3m`` or ``1y``, as a type of click's.

    :raises BadParameter: it is none.
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter(f"{text!r} is not a span of time: write it as 30d, 6w or 3m")
    return timedelta(days=int(match[1]) * _DAYS[match[2].lower()])


def folders_option(command: Command) -> Command:
    """``--articles``, as the commands that read articles take it."""
    return click.option(
        "--articles",
        "folders",
        multiple=True,
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="A folder of Markdown; may be given more than once. Default: KB_ARTICLES.",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)
