"""``kb preview``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.options import folders_option
from kb.cli.program import become


@click.command()
@folders_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The port.")
def preview(folders: tuple[Path, ...], host: str, port: int) -> None:
    """Show the articles as they are being written: each saved change is in the browser within a second.

    Drafts are shown and marked, translations stand beside their originals, and what is wrong is said on the page.
    The site's own index and log are left alone. Stop it with Ctrl-C.

    \b
    Example:
      kb preview
      kb preview --articles ~/our-help --port 8010
    """
    become("webapp.preview", *map(str, folders), "--host", host, "--port", str(port))
