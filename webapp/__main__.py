"""``python -m webapp`` serves the site; ``kb serve`` runs it."""

from __future__ import annotations

import click

from kb import Settings
from kb.errors import KBError
from webapp.server import serve


@click.command()
@click.option("--host", help="The address to listen on; the default is KB_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; the default is KB_PORT.")
def main(host: str | None, port: int | None) -> None:
    """Serve the help site.

    \b
    Example:
      python -m webapp --host 0.0.0.0 --port 8080
    """
    try:
        settings = Settings.from_env()
        serve(settings, host or settings.host, port or settings.port)
    except KBError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
