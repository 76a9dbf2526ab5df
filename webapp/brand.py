"""Who the help centre belongs to: name, links and support channels, read from ``site.toml`` beside the articles."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kb.toml_table import Localised, TomlTable

FILE_NAME = "site.toml"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach a person, with what helps to choose it. Without a ``url`` it is not a link."""

    title: Localised
    hours: Localised
    wait: Localised
    best_for: Localised
    url: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """The identity of one help centre; the defaults serve a centre that has no ``site.toml``."""

    name: str = "Help Centre"
    tagline: Localised = field(default_factory=dict)
    privacy: Localised = field(default_factory=dict)
    home_url: str = ""
    community_url: str = ""
    status_url: str = ""
    channels: tuple[Channel, ...] = ()

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
    keys.only("name", "tagline", "privacy", "home_url", "community_url", "status_url", "channels")
    return Brand(
        name=keys.text("name") or Brand().name,
        tagline=keys.localised("tagline"),
        privacy=keys.localised("privacy"),
        home_url=keys.link("home_url"),
        community_url=keys.link("community_url"),
        status_url=keys.link("status_url"),
        channels=tuple(_channel(table) for table in keys.tables("channels")),
    )


def _channel(keys: TomlTable) -> Channel:
    keys.only("title", "hours", "wait", "best_for", "url")
    return Channel(
        title=keys.localised("title"),
        hours=keys.localised("hours"),
        wait=keys.localised("wait"),
        best_for=keys.localised("best_for"),
        url=keys.link("url"),
    )
