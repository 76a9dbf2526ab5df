"""Who the help centre belongs to: name, look, links and support channels, from ``site.toml`` beside the articles."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path

from kb.toml_table import Localised, TomlTable
from webapp.catalogues import has_sentences
from webapp.colours import Colours, read_colours

FILE_NAME = "site.toml"

LOGO_TYPES = (".svg", ".png", ".webp")
LARGEST_LOGO = 50_000
"""Bytes: every first visit loads it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach a person, with what helps to choose it. Without a ``url`` it is not a link."""

    title: Localised
    hours: Localised
    wait: Localised
    best_for: Localised
    url: str = ""


@dataclass(frozen=True, slots=True)
class FooterLink:
    """A link at the end of every page."""

    title: Localised
    url: str


@dataclass(frozen=True, slots=True)
class Brand:
    """The identity of one help centre; the defaults serve a centre that has no ``site.toml``."""

    name: str = "Help Centre"
    tagline: Localised = field(default_factory=dict)
    privacy: Localised = field(default_factory=dict)
    home_url: str = ""
    community_url: str = ""
    status_url: str = ""
    footer_links: tuple[FooterLink, ...] = ()
    channels: tuple[Channel, ...] = ()
    colours: Colours = field(default_factory=Colours)
    logo: Path | None = None
    languages: tuple[str, ...] = ()
    """Those of the frame, the default one first; none means those of the settings."""
    templates: Path | None = None
    """A folder of templates that take the place of ours."""

    @classmethod
    def load(cls, folders: tuple[Path, ...]) -> Brand:
        """The brand of the first folder that has a ``site.toml``; the default one when none has.

        :raises SettingsError: the file cannot be read, or one of its keys cannot be used.
        """
        path = next((folder / FILE_NAME for folder in folders if (folder / FILE_NAME).is_file()), None)
        if path is None:
            return cls()
        return _brand(TomlTable.read(path))


def _brand(keys: TomlTable) -> Brand:
    keys.only(*(one.name for one in fields(Brand)))
    return Brand(
        name=keys.text("name") or Brand().name,
        tagline=keys.localised("tagline"),
        privacy=keys.localised("privacy"),
        home_url=keys.link("home_url"),
        community_url=keys.link("community_url"),
        status_url=keys.link("status_url"),
        footer_links=tuple(_footer_link(table) for table in keys.tables("footer_links")),
        channels=tuple(_channel(table) for table in keys.tables("channels")),
        colours=read_colours(keys.inner("colours")),
        logo=_logo(keys),
        languages=_languages(keys),
        templates=_templates(keys),
    )


def _footer_link(keys: TomlTable) -> FooterLink:
    keys.only("title", "url")
    return FooterLink(title=keys.localised("title"), url=keys.link("url"))


def _logo(keys: TomlTable) -> Path | None:
    if not (name := keys.text("logo")):
        return None
    path = keys.path.parent / name
    if path.suffix.lower() not in LOGO_TYPES:
        raise keys.wrong("logo", f"must be a file that ends with one of {', '.join(LOGO_TYPES)}")
    if not path.is_file():
        raise keys.wrong("logo", f"names {path}, which is not there")
    if path.stat().st_size > LARGEST_LOGO:
        raise keys.wrong("logo", f"is over {LARGEST_LOGO // 1000} kB: make it smaller")
    return path


def _languages(keys: TomlTable) -> tuple[str, ...]:
    wanted = keys.texts("languages")
    if unknown := [lang for lang in wanted if not has_sentences(lang)]:
        raise keys.wrong(
            "languages", f"has no sentences for {', '.join(unknown)}: translate the catalogue first"
        )
    return wanted


def _templates(keys: TomlTable) -> Path | None:
    if not (name := keys.text("templates")):
        return None
    path = keys.path.parent / name
    if not path.is_dir():
        raise keys.wrong("templates", f"names {path}, which is not a folder")
    return path


def _channel(keys: TomlTable) -> Channel:
    keys.only("title", "hours", "wait", "best_for", "url")
    return Channel(
        title=keys.localised("title"),
        hours=keys.localised("hours"),
        wait=keys.localised("wait"),
        best_for=keys.localised("best_for"),
        url=keys.link("url"),
    )
