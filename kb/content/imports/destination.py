"""Where imported articles are written: whole files, and never over what somebody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kb.content.files import write_whole
from kb.content.paths import slugify
from kb.content.topics import TOPIC_FILE
from kb.model import Problem


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """What an import of articles did to the folder."""

    added: int
    updated: int
    unchanged: int
    images: int
    """Images among the files that were added or updated; they are not counted in those."""
    problems: tuple[Problem, ...]


@dataclass
class Destination:
    """Collects the files of an import, then writes them into ``folder``.

    A file that is there already and differs is written over only with ``update``; else it stays, and is reported.
    """

    folder: Path
    update: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    """By path in the folder, with forward slashes."""
    problems: list[Problem] = field(default_factory=list)
    _articles: set[str] = field(default_factory=set)

    def add_article(self, path: str, front: Mapping[str, Any], body: str) -> None:
        """An article; keys without a value are left out."""
        self._articles.add(path)
        self.files[path] = f"---\n{front_matter_text(front)}---\n{body.strip()}\n".encode("utf-8", "replace")

    def add_text(self, path: str, text: str) -> None:
        """An article whose front matter stays as it was."""
        self._articles.add(path)
        self.files[path] = text.encode("utf-8", "replace")

    def add_topic(self, path: str, title: str, description: str = "", order: int | None = None) -> None:
        """What a topic is called, where its folder does not say it."""
        self.files[path] = front_matter_text(
            {"title": title, "description": description, "order": order}
        ).encode()

    def complain(self, path: str, line: int, message: str, *, left_out: bool = False) -> None:
        self.problems.append(Problem(path, line, message, left_out))

    def free_path(self, folder: str, title: str) -> str:
        """The path of a new article in one of the folders; a second one of the same title gets a number."""
        slug = slugify(title)[:80].strip("-") or "article"
        path, number = f"{folder}/{slug}.md", 1
        while path in self.files:
            number += 1
            path = f"{folder}/{slug}-{number}.md"
        return path

    def write(self, *, dry_run: bool) -> WrittenFiles:
        """Write the files, each whole. With ``dry_run`` nothing is written.

        :raises OSError: the folder cannot be written; the files before are there whole.
        """
        counts = {"added": 0, "updated": 0, "unchanged": 0, "images": 0}
        for path, content in self.files.items():
            done = self._write(path, content, dry_run=dry_run)
            if path in self._articles and done:
                counts[done] += 1
            elif done in {"added", "updated"} and not path.endswith((".yaml", ".md", ".markdown")):
                counts["images"] += 1
        return WrittenFiles(**counts, problems=tuple(self.problems))

    def _write(self, path: str, content: bytes, *, dry_run: bool) -> str:
        file = self.folder / path
        before = file.read_bytes() if file.is_file() else None
        if before == content:
            return "unchanged"
        if before is not None and not self.update:
            if path.endswith(TOPIC_FILE):  # a topic has its name already
                return "unchanged"
            self.complain(
                path, 1, "is there already and differs: it stays; --update writes over it", left_out=True
            )
            return ""
        if not dry_run:
            write_whole(file, content)
        return "added" if before is None else "updated"


def front_matter_text(front: Mapping[str, Any]) -> str:
    """YAML of the keys that have a value, in their order."""
    kept = {key: value for key, value in front.items() if value not in (None, "", [], ())}
    return str(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100_000))
