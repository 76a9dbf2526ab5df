"""Templates of a help centre's own, in the place of ours."""

from __future__ import annotations

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

from webapp.brand import Brand

OURS = "original"
"""``{% extends "original/base.html" %}`` is our own template under a name that nothing takes the place of."""


def init_app(app: Flask, brand: Brand) -> None:
    """Look for each template in the brand's folder first."""
    ours: BaseLoader | None = app.jinja_loader
    if brand.templates and ours:
        theirs = FileSystemLoader(brand.templates)
        app.jinja_loader = ChoiceLoader([theirs, ours, PrefixLoader({OURS: ours})])
