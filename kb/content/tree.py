"""A folder of Markdown: which files in it are articles, and what their bytes say as text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import FileIO
from pathlib import Path

from kb.content.paths import PathFacts, read_path
from kb.errors import ContentError
from kb.model import Problem

MAX_BYTES = 2_000_000
MAX_LINE = 200_000
_SUFFIXES = (".md", ".markdown")
_ABOUT_THE_FOLDER = frozenset(("readme", "license", "licence", "contributing"))
"""Files at the root that speak of the folder, not to its readers."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Markdown file; ``relative`` is its path in its folder, with forward slashes."""

    relative: str
    path: str
    size: int
    root: str
    """The name of the folder."""

    @property
    def facts(self) -> PathFacts:
        """What its path says of it."""
        return read_path(self.relative.split("/"), root=self.root)

    def read(self) -> bytes:
        """Its bytes.

        :raises ContentError: it is too large or cannot be read.
        """
        try:
            if self.size > MAX_BYTES:
                raise ContentError(
                    self.relative,
                    1,
                    f"the file is over {MAX_BYTES // 1_000_000} MB: split it into several articles",
                )
            with FileIO(
                self.path
            ) as file:  # a Path for each of thousands of files costs more than the reading
                return file.readall()
        except OSError as error:
            raise ContentError(
                self.relative, 1, f"the file cannot be read ({error.strerror}): check its permissions"
            ) from error

    def decode(self, content: bytes) -> str:
        """Bytes of the file as text with ``\\n`` line ends and without a byte order mark.

        :raises ContentError: not UTF-8, not text, or a line that no person wrote.
        """
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ContentError(
                self.relative, line, f"not UTF-8 at byte {error.start}: save the file with UTF-8 encoding"
            ) from error
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise ContentError(self.relative, line, "holds a NUL byte, so it is not text: export it again")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > MAX_LINE:
            for number, line_text in enumerate(text.split("\n"), start=1):
                if len(line_text) > MAX_LINE:
                    raise ContentError(
                        self.relative,
                        number,
                        f"a line of over {MAX_LINE // 1000} kB: break it into paragraphs",
                    )
        return text


class Tree:
    """The articles of one folder, by relative path in sorted order; what could not be walked is in ``problems``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files: dict[str, SourceFile] = {}
        if not folder.is_dir():
            self.problems.append(Problem(str(folder), 1, "no such folder: check the path"))
            return
        found = sorted(self._walk(str(folder), ""), key=lambda source: source.relative)
        self.files = {source.relative: source for source in found}

    @cached_property
    def root(self) -> Path:
        return self.folder.resolve()

    @cached_property
    def name(self) -> str:
        return self.root.name

    def holds(self, path: Path) -> bool:
        """Whether a path, with every link in it followed, stays in the folder."""
        return path.resolve().is_relative_to(self.root)

    def _walk(self, folder: str, prefix: str) -> Iterator[SourceFile]:
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            self.problems.append(
                Problem(
                    prefix or folder,
                    1,
                    f"the folder cannot be read ({error.strerror}): check its permissions",
                )
            )
            return
        for entry in found:
            name = entry.name
            if name.startswith("."):
                continue
            relative = prefix + name
            article = name.lower().endswith(_SUFFIXES)
            if entry.is_symlink() and not self._stays(entry, relative, article):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(entry.path, f"{relative}/")
            elif article and not entry.is_file():
                self.problems.append(Problem(relative, 1, "is not a file that can be read: remove it"))
            elif article and not name.startswith("_") and not self._about_the_folder(prefix, name):
                yield SourceFile(relative, entry.path, entry.stat().st_size, self.name)

    def _stays(self, entry: os.DirEntry[str], relative: str, article: bool) -> bool:
        """Whether a link may be followed: only to a file in the folder; a folder in it is walked by its own name."""
        target = Path(entry.path)
        try:
            inside = self.holds(target)
            is_folder = target.is_dir()
        except (OSError, RuntimeError):
            inside, is_folder = False, False
        if not inside and (article or is_folder):
            self.problems.append(
                Problem(relative, 1, "a symlink that leads out of the folder: put the file itself here")
            )
        return inside and not is_folder

    @staticmethod
    def _about_the_folder(prefix: str, name: str) -> bool:
        return not prefix and name.split(".", 1)[0].lower() in _ABOUT_THE_FOLDER
