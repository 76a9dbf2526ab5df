"""What the folders of articles looked like when they were last loaded, so that only changed files are read again."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from kb.content.files import write_whole
from kb.content.folder import RENDER_VERSION
from kb.model import Problem

_SETTLED = 2.0
"""Seconds: a file changed more recently may change again without its size or time telling."""

Stamp = tuple[int, int]
"""Size in bytes, and time of the last change in nanoseconds (-1 for one that had not settled)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``generation`` is the index that was built from what was seen; another one knows nothing of it."""

    generation: str
    version: int
    language: str
    folders: tuple[str, ...]
    stamps: Mapping[str, Stamp]
    """Of every file in the folders, by ``<place of the folder>/<relative path>``."""
    ids: Mapping[str, str]
    """The id of the article of each file that gave one, drafts included."""
    drafts: tuple[str, ...]
    problems: tuple[Problem, ...]

    def changed(
        self, folders: Sequence[Path], language: str, stamps: Mapping[str, Stamp]
    ) -> list[str] | None:
        """The files that changed since, all of them articles; None where something else did, so all must be read."""
        same = (self.version, self.language, self.folders) == (RENDER_VERSION, language, _names(folders))
        if not same or stamps.keys() != self.stamps.keys():
            return None
        differing = [path for path, stamp in stamps.items() if stamp != self.stamps[path] or stamp[1] < 0]
        return differing if all(path in self.ids for path in differing) else None

    def save(self, path: Path) -> None:
        """Write it in one step."""
        record = {field.name: getattr(self, field.name) for field in fields(self)}
        record["problems"] = [asdict(problem) for problem in self.problems]
        write_whole(path, json.dumps(record).encode())

    @classmethod
    def load(cls, path: Path) -> Snapshot | None:
        """The one that was saved; None where there is none that can be read."""
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            record["stamps"] = {name: (size, changed) for name, (size, changed) in record["stamps"].items()}
            record["folders"], record["drafts"] = tuple(record["folders"]), tuple(record["drafts"])
            record["problems"] = tuple(Problem(**problem) for problem in record["problems"])
            return cls(**record)
        except (OSError, ValueError, KeyError, TypeError):
            return None


def take_stamps(folders: Sequence[Path]) -> dict[str, Stamp]:
    """The stamps of every file in the folders; hidden ones are passed over."""
    now = time.time()
    return {
        f"{place}/{relative}": (size, changed if changed < (now - _SETTLED) * 1e9 else -1)
        for place, folder in enumerate(folders)
        for relative, size, changed in _files(str(folder), "")
    }


def new_snapshot(
    generation: str,
    folders: Sequence[Path],
    language: str,
    stamps: Mapping[str, Stamp],
    ids: Mapping[str, str],
    drafts: Sequence[str],
    problems: Sequence[Problem],
) -> Snapshot:
    """A snapshot by this version of the program."""
    return Snapshot(
        generation, RENDER_VERSION, language, _names(folders), stamps, ids, tuple(drafts), tuple(problems)
    )


def _files(folder: str, prefix: str) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{prefix}{entry.name}/")
        else:
            try:
                stat = entry.stat()
            except OSError:  # a dangling link: what it may come to point to is a change
                stat = entry.stat(follow_symlinks=False)
            yield f"{prefix}{entry.name}", stat.st_size, stat.st_mtime_ns


def _names(folders: Sequence[Path]) -> tuple[str, ...]:
    return tuple(str(folder.resolve()) for folder in folders)
