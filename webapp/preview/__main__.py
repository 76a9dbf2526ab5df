"""``python -m webapp.preview`` serves the preview; ``kb preview`` runs it."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from kb import Settings
from kb.errors import KBError
from kb.preview import open_preview
from webapp.preview import create_preview


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nobody reads the requests of a preview."""


def _tell_steps() -> Callable[[str, int, int], None]:
    """Progress as one line a step: the first preview of a large centre takes as long as indexing it."""
    told: set[str] = set()

    def tell(step: str, _done: int, total: int) -> None:
        if step not in told:
            told.add(step)
            sys.stderr.write(f"Preparing: {step} ({total}) ...\n")

    return tell


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8001, type=click.IntRange(1, 65535))
def main(folders: tuple[Path, ...], host: str, port: int) -> None:
    """Serve the preview.

    \b
    Example:
      python -m webapp.preview articles --port 8001
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.from_env()
        kb = open_preview(settings, folders or settings.articles)
        kb.prepare(_tell_steps())
        server = make_server(host, port, create_preview(kb), threaded=True, request_handler=_Quiet)
    except KBError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"Port {port} cannot be used: {error}. Choose another with --port."
        ) from error
    # The files are followed here, in the main thread: only there can rendering be timed without another process.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"Preview: http://{host}:{port}/preview (Ctrl-C ends it)\n")
    sys.stdout.flush()
    try:
        kb.follow()
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    finally:
        server.shutdown()
        kb.close()


if __name__ == "__main__":
    main()
