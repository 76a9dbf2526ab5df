"""How errors end a command: one line that says what to do, and exit code 1. A traceback is a bug."""

from __future__ import annotations

import errno
from typing import Any

import click

from kb.errors import KBError

_NOT_OF_THE_DISK = {None, errno.EPIPE}
"""EPIPE is left to click: whoever read the output has closed it."""


class KBGroup(click.Group):
    """A command group that shows the project's own errors, and those of the disk, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KBError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno in _NOT_OF_THE_DISK:
                raise
            raise click.ClickException(f"{error}. Is the disk full? May this user write there?") from error
