"""An endpoint that does nothing: ``python -m speed.empty WORKER THREADS PORT``, the worker as gunicorn names it."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

PATH = "/search?q=nothing"
"""Looks like a search, so that it is answered by whichever thread answers those."""


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """One worker, as many threads as asked for."""

    def load_config(self) -> None:
        worker, threads, bind = sys.argv[1], int(sys.argv[2]), f"127.0.0.1:{sys.argv[3]}"
        options = {"bind": bind, "threads": threads, "worker_class": worker}
        for name, value in {**options, "workers": 1, "keepalive": 5, "loglevel": "warning"}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = Flask(__name__)
        application.add_url_rule("/search", view_func=lambda: "")
        return application


if __name__ == "__main__":
    Server().run()
