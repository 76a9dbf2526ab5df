"""What every view needs, gathered once by the application factory."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from kb import KnowledgeBase, Settings
from webapp.brand import Brand


@dataclass(frozen=True, slots=True)
class Site:
    """One running site: the knowledge base it shows and how it presents itself."""

    kb: KnowledgeBase
    settings: Settings
    brand: Brand
    languages: tuple[str, ...]
    """The languages of the frame, the default one first; there is always at least one."""


def current_site() -> Site:
    """The site that answers this request."""
    site: Site = current_app.extensions["site"]
    return site
