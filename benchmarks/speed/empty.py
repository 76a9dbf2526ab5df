"""An endpoint that does nothing, served as the site is: ``python -m speed.empty PORT THREADS``."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """One worker, as many threads as asked for."""

    def load_config(self) -> None:
        options = {"bind": f"127.0.0.1:{sys.argv[1]}", "threads": int(sys.argv[2]), "worker_class": "gthread"}
        for name, value in {**options, "workers": 1, "keepalive": 5, "loglevel": "warning"}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = Flask(__name__)
        application.add_url_rule("/", view_func=lambda: "")
        return application


if __name__ == "__main__":
    Server().run()
