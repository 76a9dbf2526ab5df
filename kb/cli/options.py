"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


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
    return click.option("--json", "as_json_", is_flag=True, help="Print JSON.")(command)
