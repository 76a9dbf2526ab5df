"""``kb serve``"""

from __future__ import annotations

import click

from kb.cli.program import become
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
    become("webapp", "--host", host or settings.host, "--port", str(port or settings.port))
