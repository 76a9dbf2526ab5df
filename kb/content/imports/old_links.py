"""Links by another system's numbers, such as ``/hc/en-us/articles/3600123-Reset``, made relative."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass

_NUMBERED = re.compile(
    r"(?P<opening>[(<\"'])(?:https?://[^\s/()<>\"']+)?"
    r"(?P<path>/hc/(?:[\w-]+/)?articles/(?P<number>\d{1,18})[^\s()<>\"'#]*)(?P<fragment>#[^\s()<>\"']*)?"
    r"(?P<closing>[)>\"']|(?=\s))"
)


@dataclass(frozen=True, slots=True)
class Address:
    """An old address of the article with this number."""

    number: int
    path: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article is put, and where it stood."""

    path: str
    title: str
    old_addresses: tuple[str, ...] = ()


class OldLinks:
    """The places of numbered articles, by language."""

    def __init__(self) -> None:
        self._places: dict[int, dict[str, Place]] = defaultdict(dict)
        self.unknown: set[int] = set()
        """Numbers that were linked to and that no article has: they may stand on another site."""

    def add(self, number: int, lang: str, place: Place) -> None:
        self._places[number][lang] = place

    def place(self, number: int, lang: str) -> Place:
        return self._places[number][lang]

    def same_slug(self, number: int, lang: str, path: str, taken: Container[str]) -> str:
        """The path with the file name of the article's other languages, so that they know of each other."""
        for other in self._places[number].values():
            folder = posixpath.dirname(path)
            twin = posixpath.join(lang, *other.path.split("/")[1:])
            if posixpath.dirname(twin) == folder and twin not in taken:
                return twin
        return path

    def rewrite(self, text: str, path: str, lang: str) -> str:
        """The text of the article at ``path`` with relative links to the articles that are here too.

        An address in angle brackets becomes a link with the article's title; one that stands in the text stays.
        """

        def relative(match: re.Match[str]) -> str:
            target = self._target(int(match["number"]), lang)
            if target is None:
                return match[0]
            link = posixpath.relpath(target.path, posixpath.dirname(path)) + (match["fragment"] or "")
            opening = match["opening"]
            return f"[{target.title}]({link})" if opening == "<" else f"{opening}{link}{match['closing']}"

        return _NUMBERED.sub(relative, text)

    def _target(self, number: int, lang: str) -> Place | None:
        there = self._places.get(number)
        if not there:
            self.unknown.add(number)
            return None
        return there.get(lang) or next(iter(there.values()))


def addresses(text: str) -> Iterator[Address]:
    """The numbered addresses that a text links to, as paths."""
    for match in _NUMBERED.finditer(text):
        yield Address(int(match["number"]), match["path"])
