"""Whole addresses of our own pages, for those who read them elsewhere: search engines, feeds, other sites."""

from __future__ import annotations

from flask import Flask, request

from webapp.site import current_site


def init_app(app: Flask) -> None:
    """Let templates write whole addresses."""
    app.jinja_env.globals["whole"] = whole


def root() -> str:
    """The site's address for the world, without a slash at its end."""
    return (current_site().settings.public_url or request.url_root).rstrip("/")


def whole(path: str) -> str:
    """The whole address of a path on this site; what is whole already stays."""
    return root() + path if path.startswith("/") else path
