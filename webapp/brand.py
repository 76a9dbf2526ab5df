"""Who the help centre belongs to: name, links and support channels, read from ``site.toml`` beside the articles."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.errors import SettingsError

FILE_NAME = "site.toml"

Localised = Mapping[str, str]
"""A text per language code."""

_SAFE_LINKS = ("https://", "http://", "mailto:", "tel:", "/")


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
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path} cannot be read: {error}. Mend the file or remove it.") from error
        return _Keys(path, table).brand()


@dataclass(frozen=True, slots=True)
class _Keys:
    """One table of the file; names the file and the key in every complaint."""

    path: Path
    table: Mapping[str, Any]
    where: str = ""

    def brand(self) -> Brand:
        self._only("name", "tagline", "privacy", "home_url", "community_url", "status_url", "channels")
        return Brand(
            name=self._text("name") or Brand().name,
            tagline=self._localised("tagline"),
            privacy=self._localised("privacy"),
            home_url=self._link("home_url"),
            community_url=self._link("community_url"),
            status_url=self._link("status_url"),
            channels=tuple(keys.channel() for keys in self._tables("channels")),
        )

    def channel(self) -> Channel:
        self._only("title", "hours", "wait", "best_for", "url")
        return Channel(
            title=self._localised("title"),
            hours=self._localised("hours"),
            wait=self._localised("wait"),
            best_for=self._localised("best_for"),
            url=self._link("url"),
        )

    def _only(self, *names: str) -> None:
        for name in self.table:
            if name not in names:
                raise self._wrong(name, f"is not a key; known are {', '.join(names)}")

    def _text(self, name: str) -> str:
        value = self.table.get(name, "")
        if not isinstance(value, str):
            raise self._wrong(name, "must be a text in quotes")
        return value.strip()

    def _link(self, name: str) -> str:
        value = self._text(name)
        if value and not value.startswith(_SAFE_LINKS):
            raise self._wrong(name, f"must begin with one of {', '.join(_SAFE_LINKS)}")
        return value

    def _localised(self, name: str) -> Localised:
        value = self.table.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self._wrong(name, 'must be a table of texts by language, such as { en = "…" }')
        return {lang: text.strip() for lang, text in value.items()}

    def _tables(self, name: str) -> tuple[_Keys, ...]:
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise self._wrong(name, f"must be written as [[{name}]] tables")
        return tuple(_Keys(self.path, table, f"{name}[{number}].") for number, table in enumerate(value, 1))

    def _wrong(self, name: str, why: str) -> SettingsError:
        return SettingsError(f"{self.path}: {self.where}{name} {why}.")
