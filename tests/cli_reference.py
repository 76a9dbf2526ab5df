"""The command line's reference, written from the commands themselves: ``python -m tests.cli_reference`` writes it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from kb.cli import main

FILE = Path(__file__).parent.parent / "docs" / "cli.md"

_OPENING = """\
# Command line

<!-- Written by "make docs" from the commands themselves. Change their docstrings, not this file. -->

Settings are read from `KB_*` variables: see [settings](settings.md). Results go to standard output; problems and
progress go to standard error. The exit code is 0 when all went well, 1 when something could not be done (one line
says what and what to do next) and 2 when the command was called wrongly.
"""


def commands(command: click.Command = main, path: str = "kb") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups before what is in them."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            if found is not None:
                yield from commands(found, f"{path} {name}")


def options(command: click.Command) -> list[click.Option]:
    """The options of a command, without ``--help`` and ``--version``."""
    found = (one for one in command.params if isinstance(one, click.Option))
    return [one for one in found if one.name not in {"help", "version"}]


def reference() -> str:
    """The whole reference, in Markdown."""
    return _OPENING + "".join(_section(path, command) for path, command in commands())


def _section(path: str, command: click.Command) -> str:
    prose, _, example = inspect.cleandoc(command.help or "").partition("\b\nExample:\n")
    parts = [f"\n## {path}\n", f"```text\n{_usage(path, command)}\n```\n", f"{prose.strip()}\n"]
    if rows := [_row(option) for option in options(command)]:
        parts.append("| option | what it does |\n|---|---|\n" + "\n".join(rows) + "\n")
    if example.strip():
        parts.append(f"```sh\n{inspect.cleandoc(example)}\n```\n")
    return "\n".join(parts)


def _usage(path: str, command: click.Command) -> str:
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    words = [path, *(["[OPTIONS]"] if options(command) else [])]
    words += [argument.metavar or (argument.name or "").upper() for argument in arguments]
    return " ".join([*words, *(["COMMAND …"] if isinstance(command, click.Group) else [])])


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    value = "" if option.is_flag else f" `{_value(option)}`"
    default = f" Default: {option.default}." if option.show_default else ""
    return f"| {names}{value} | {option.help}{default} |"


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return option.metavar or " or ".join(option.type.choices)
    if isinstance(option.type, click.IntRange):
        return f"{option.type.min}–{option.type.max}"
    return option.metavar or ("FILE" if isinstance(option.type, click.Path) else "TEXT")


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
