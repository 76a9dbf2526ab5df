"""Static files under addresses that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

IMMUTABLE = f"public, max-age={365 * 24 * 3600}, immutable"
_DIGITS = 12


def init_app(app: Flask) -> None:
    """Add ``asset(name)`` to the templates and the cache headers to what it names."""
    folder = Path(app.static_folder or "")
    versions = {file.name: _version(file) for file in folder.iterdir() if file.is_file()}

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            name = (request.view_args or {}).get("filename", "")
            current = request.args.get("v") == versions.get(name)
            response.headers["Cache-Control"] = IMMUTABLE if current else "no-cache"
        return response

    app.jinja_env.globals["asset"] = asset
    app.after_request(keep)


def _version(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGITS]
