"""What a page says of itself to search engines, feed readers and other sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from webapp.site import current_site

Structured = Mapping[str, Any]
"""JSON-LD in the vocabulary of schema.org."""


@dataclass(frozen=True, slots=True)
class Head:
    """The metadata of a page that may be indexed."""

    path: str
    """The page's own address: the canonical one."""
    title: str
    description: str = ""
    kind: str = "website"
    """The type in the Open Graph: website or article."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """The address in each language, this page's own included; empty where there is one only."""
    image: str = ""
    structured: tuple[Structured, ...] = ()

    @property
    def default(self) -> str:
        """The version for readers of none of the languages."""
        return self.versions.get(current_site().settings.language, self.path)


def versions_of_home() -> dict[str, str]:
    """The home page in each language of the frame."""
    return {lang: url_for("pages.home", lang=lang) for lang in current_site().languages}
