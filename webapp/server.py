"""The site behind a production server: worker processes with threads, one copy of the code and the index."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from kb import Settings
from kb.errors import SettingsError
from webapp import create_app
from webapp.site import Site
from webapp.worker import SearchingWorker, SiteWorker

_GRACE = 30
"""Seconds a request may take to end after the server was told to stop."""

_NEW_OBJECTS = 20_000
"""After so many, what a collection finds is worth it: Python's 700 come together several times in one search."""


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the site until a signal ends it.

    :raises SettingsError: a setting, ``site.toml`` or the port cannot be used.
    """
    _try(host, port)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    app = loaded(settings)
    sys.stdout.write(
        f"{app.extensions['site'].brand.name}: http://{_in_url(host)}:{port}/ (Ctrl-C ends it)\n"
    )
    sys.stdout.flush()
    _Server(app, settings, f"{_in_url(host)}:{port}").run()


def loaded(settings: Settings) -> Flask:
    """The site as it is before the fork, with all that workers can share."""
    app = create_app(settings)
    app.extensions["site"].kb.prepare(_tell)
    gc.collect()
    gc.set_threshold(_NEW_OBJECTS)
    gc.freeze()  # a collection writes to each object it looks at, and the worker would get pages of its own
    return app


def _tell(step: str, _done: int, _total: int) -> None:
    sys.stdout.write(f"Preparing: {step} ...\n")
    sys.stdout.flush()


def _try(host: str, port: int) -> None:
    """Take the port for a moment: gunicorn would try again for five seconds, and not say what to do.

    :raises SettingsError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise SettingsError(
            f"The site cannot listen on {_in_url(host)}:{port} ({error.strerror}). "
            "End what uses that port, or choose another: --host, --port, or KB_HOST, KB_PORT."
        ) from error


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, app: Flask, settings: Settings, bind: str) -> None:
        self._app = app
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": SiteWorker if settings.semantic_model else SearchingWorker,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  # its heartbeat, off disk
            "graceful_timeout": _GRACE,
            "keepalive": 5,
            "limit_request_line": 8190,  # the search box takes 500 characters: of Chinese, 4,500 bytes of an address
            "logger_class": _Log,
            "loglevel": "warning",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # ProxyFix alone decides which forwarded headers count
            "post_worker_init": _begin,
            "worker_exit": _close,
            "proc_name": "help-centre",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if value is not None and name in self.cfg.settings:  # older versions know fewer settings
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


class _Log(Logger):  # type: ignore[misc]  # gunicorn ships no types
    def access(
        self,
        resp: Any,
        req: object,  # noqa: ARG002 - gunicorn's signature
        environ: Mapping[str, str],
        request_time: timedelta,
    ) -> None:
        """A line for each request: no address of the visitor and no query, for what people search for is theirs.

        Written at once: gunicorn's own gathers every header for it, and ``logging`` where it was called from.
        """
        path = environ["RAW_URI"].partition("?")[0].replace('"', "%22")  # decoded, it could end the line
        status = str(resp.status).partition(" ")[0]
        line = f'{self.now()} "{environ["REQUEST_METHOD"]} {path}" {status} {resp.sent} bytes'
        with suppress(OSError):  # a page is worth more than its line
            os.write(1, f"{line} {request_time // timedelta(milliseconds=1)} ms\n".encode())


def _begin(worker: Any) -> None:
    """Each process warms up, and delivers: they share the work, and one that dies leaves it to the others."""
    site: Site = worker.app.callable.extensions["site"]
    site.kb.warm_up()
    worker.deliveries = site.kb.desk.worker()
    worker.deliveries.start()


def _close(_server: object, worker: Any) -> None:
    site: Site = worker.app.callable.extensions["site"]
    if deliveries := getattr(worker, "deliveries", None):
        deliveries.stop()
    site.kb.close()
