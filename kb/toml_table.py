"""TOML that people write by hand beside their articles: every complaint names the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import SettingsError

Localised = Mapping[str, str]
"""A text per language code."""

_SAFE_LINKS = ("https://", "http://", "mailto:", "tel:", "/")


@dataclass(frozen=True, slots=True)
class TomlTable:
    """One table of a file; ``where`` is its place in it, with a dot at the end."""

    path: Path
    table: Mapping[str, Any]
    where: str = ""

    @classmethod
    def read(cls, path: Path) -> TomlTable:
        """The whole file.

        :raises SettingsError: it cannot be read.
        """
        try:
            return cls(path, tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path} cannot be read: {error}. Mend the file or remove it.") from error

    def only(self, *names: str) -> None:
        """:raises SettingsError: there is a key that is none of these."""
        for name in self.table:
            if name not in names:
                raise self.wrong(name, f"is not a key; known are {', '.join(names)}")

    def text(self, name: str, default: str = "") -> str:
        """A text without blanks around it."""
        value = self.table.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "must be a text in quotes")
        return value.strip()

    def link(self, name: str) -> str:
        """An address that a page may link to."""
        value = self.text(name)
        if value and not value.startswith(_SAFE_LINKS):
            raise self.wrong(name, f"must begin with one of {', '.join(_SAFE_LINKS)}")
        return value

    def localised(self, name: str) -> Localised:
        """A text per language."""
        value = self.table.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.wrong(name, 'must be a table of texts by language, such as { en = "…" }')
        return {lang: text.strip() for lang, text in value.items()}

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self.wrong(name, 'must be a list of texts, such as ["one", "two"]')
        return tuple(text.strip() for text in value if text.strip())

    def words(self, name: str) -> tuple[str, ...]:
        """Texts listed per language, all languages together."""
        inner = self.inner(name)
        return tuple(text for lang in inner.table for text in inner.texts(lang))

    def flag(self, name: str) -> bool:
        """Yes or no; no where nothing is said."""
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name, "must be true or false")
        return value

    def whole_number(self, name: str, default: int, least: int = 0) -> int:
        """A number from ``least`` on."""
        value = self.table.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(name, f"must be a whole number, {least} or more")
        return value

    def inner(self, name: str) -> TomlTable:
        """A table within this one; empty where there is none."""
        value = self.table.get(name, {})
        if not isinstance(value, dict):
            raise self.wrong(name, f"must be written as a [{self.where}{name}] table")
        return TomlTable(self.path, value, f"{self.where}{name}.")

    def tables(self, name: str) -> tuple[TomlTable, ...]:
        """A list of tables."""
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise self.wrong(name, f"must be written as [[{name}]] tables")
        return tuple(TomlTable(self.path, one, f"{name}[{n}].") for n, one in enumerate(value, 1))

    def wrong(self, name: str, why: str) -> SettingsError:
        """The complaint about a key."""
        return SettingsError(f"{self.path}: {self.where}{name} {why}.")
