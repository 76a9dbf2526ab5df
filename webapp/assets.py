"""Styles, scripts and the logo under addresses that change with their content: browsers may keep them for a year."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from webapp.brand import Brand
from webapp.conditional import Body, conditional_response

IMMUTABLE = f"public, max-age={365 * 24 * 3600}, immutable"

STYLESHEET = "site.css"
"""All styles in one file: one request, however many sources."""

SOURCES = ("tokens", "base", "frame", "search", "lists", "reading", "feedback", "contact", "print")
"""The sources of the stylesheet, in ``styles``: what comes later wins."""

_FOLDER = Path(__file__).parent

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; its tag is the version in its address."""

    name: str
    body: Body

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def init_app(app: Flask, brand: Brand) -> None:
    """Read the files once, and let templates write their addresses: ``asset(name)``."""
    files = [
        *(file for file in (_FOLDER / "static").iterdir() if file.is_file()),
        *filter(None, [brand.logo]),
    ]
    contents = {file.name: file.read_bytes() for file in files} | {STYLESHEET: _styles(brand).encode()}
    assets = {name: Asset(name, Body.of(content)) for name, content in contents.items()}
    app.extensions["assets"] = assets

    @cache
    def address(name: str, _root: str) -> str:
        return url_for("assets.static", name=name, v=assets[name].body.tag)

    app.jinja_env.globals["asset"] = lambda name: address(name, request.script_root)
    app.register_blueprint(blueprint)


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    """A file; to be kept for a year under its present address, to be asked for again under another."""
    asset: Asset = current_app.extensions["assets"].get(name) or abort(404)
    response = conditional_response(asset.body)
    response.mimetype = asset.mimetype
    if request.args.get("v") == asset.body.tag:
        response.headers["Cache-Control"] = IMMUTABLE
    return response


def _styles(brand: Brand) -> str:
    sheets = [(_FOLDER / "styles" / f"{name}.css").read_text(encoding="utf-8") for name in SOURCES]
    return "\n".join([*sheets, brand.colours.css])
