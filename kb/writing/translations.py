"""Which text of the original a translation was made from: its hash is kept in the translation's front matter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.content.files import write_whole
from kb.errors import ContentError
from kb.model import Article
from kb.writing.library import Library, shown
from kb.writing.manuscripts import Manuscript

HASH_KEY = "original_hash"


@dataclass(frozen=True, slots=True)
class Translation:
    """An article in another language than the original's."""

    manuscript: Manuscript
    original: Manuscript | None
    recorded: str
    """The hash in its front matter; empty where there is none."""

    @property
    def original_path(self) -> str:
        return self.original.path if self.original else ""

    @property
    def original_hash(self) -> str:
        """The hash of the original as it is now."""
        return text_hash(self.original.article) if self.original else ""

    @property
    def is_outdated(self) -> bool:
        """Whether the original has changed since; told by the dates where no hash was recorded."""
        if self.original is None:
            return False
        if self.recorded:
            return self.recorded != self.original_hash
        mine, its = self.manuscript.article.updated, self.original.article.updated
        return bool(mine and its and mine < its)


@dataclass(frozen=True, slots=True)
class Missing:
    """An original that has no translation into a language."""

    original: Manuscript
    lang: str


def text_hash(article: Article) -> str:
    """Changes when the words of an article do, and not when only its layout, its dates or its tags do.

    It begins with a letter, so that YAML never takes it for a number.
    """
    sections = (f"{section.title}\0{section.text}" for section in article.sections)
    said = "\0".join((article.title, article.summary, *sections))
    return "t" + hashlib.sha256(" ".join(said.split()).encode()).hexdigest()[:12]


def translations(library: Library) -> Iterator[Translation]:
    """Every article that is not an original, by path."""
    for one in library.manuscripts:
        extra = one.article.extra
        if one.article.lang == library.language or str(extra.get("translation_of", "")) == one.article.lang:
            continue
        yield Translation(one, library.original_of(one), str(extra.get(HASH_KEY, "")))


def missing(library: Library, languages: Sequence[str]) -> Iterator[Missing]:
    """Published originals that are not there in one of these languages."""
    for one in library.published:
        if one.article.lang != library.language:
            continue
        there = library.works[one.article.topic, one.article.slug]
        yield from (
            Missing(one, lang) for lang in languages if lang not in there and lang != library.language
        )


def record_original(library: Library, files: Sequence[Path]) -> list[Path]:
    """Write the present hash of its original into each of these translations.

    :raises ContentError: a file is no translation; then none is changed.
    """
    known = {one.manuscript.file.resolve(): one for one in translations(library) if one.original}
    for file in files:
        if file.resolve() not in known:
            raise ContentError(shown(file), 1, "is not a translation of an article here: name its file")
    chosen = [known[file.resolve()] for file in files]
    for one in chosen:
        write_whole(one.manuscript.file, _with_hash(one).encode("utf-8"))
    return [one.manuscript.file for one in chosen]


def _with_hash(one: Translation) -> str:
    lines = one.manuscript.text.split("\n")
    said = f"{HASH_KEY}: {one.original_hash}"
    at = one.manuscript.key_lines.get(HASH_KEY)
    if at is not None:
        lines[at - 1] = said
    elif one.manuscript.body_line > 1:
        lines.insert(one.manuscript.body_line - 2, said)
    else:
        lines[:0] = ["---", said, "---"]
    return "\n".join(lines)
