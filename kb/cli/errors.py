"""How errors end a command: one line that says what to do, and exit code 1. A traceback is a bug."""

from __future__ import annotations

from typing import Any

import click

from kb.errors import KBError


class KBGroup(click.Group):
    """A command group that shows the project's own errors without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KBError as error:
            raise click.ClickException(str(error)) from error
