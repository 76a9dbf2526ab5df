"""``kb serve``"""

from __future__ import annotations

import os
import sys

import click

from kb.settings import Settings


@click.command()
@click.option("--host", help="The address to listen on. Default: KB_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on. Default: KB_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the help centre. Stop it with Ctrl-C.

    \b
    Example:
      kb serve --host 0.0.0.0 --port 8080
    """
    settings = Settings.from_env()
    # The site stands above the command line and is not imported by it: it is a program of its own.
    arguments = ["-m", "webapp", "--host", host or settings.host, "--port", str(port or settings.port)]
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own program, no shell
