"""Generations: an index is a folder that never changes once it is whole, and ``CURRENT`` names the one in use.

A crash at any point leaves the old generation serving: the new one becomes current by one atomic rename, after
everything in it is on disk. What a crash left behind is swept by the next build.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kb.errors import IndexDamaged, IndexLocked, IndexMissing

FORMAT = 13
"""Raised when files of an older layout could not be read; the index is then rebuilt from the content."""

_MANIFEST = "manifest.json"
_KEPT = 2  # generations: the current one, and the one before for readers that still hold it
_CHUNK = 1 << 20

Intact = dict[int, int]
"""The CRC-32 of files that were found to have it, by inode: the next generation shares most of these files."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. ``files`` maps a path to its size in bytes and CRC-32."""

    format: int
    built: str
    analyzers: Mapping[str, str]
    """The analyzer's fingerprint, per language."""
    languages: Mapping[str, int]
    """Documents per language."""
    articles: int
    threads: int
    terms: int
    folders: tuple[str, ...]
    """Where the articles came from, so that a damaged index can be rebuilt."""
    files: Mapping[str, tuple[int, int]]

    @property
    def bytes(self) -> int:
        return sum(size for size, _ in self.files.values())


class Generations:
    """The folder of generations. Any number of processes read; one at a time builds."""

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        self._folder = folder
        self._lock_timeout = lock_timeout

    def current(self) -> Path:
        """The folder of the generation in use.

        :raises IndexMissing: there is none yet.
        """
        try:
            name = (self._folder / "CURRENT").read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(f"No index in {self._folder.parent}/. Run: kb index") from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"{self._folder}/CURRENT cannot be read: {error}. Run: kb index") from error
        path = self._folder / name
        if not name.startswith("g-") or "/" in name or not path.is_dir():
            raise IndexDamaged(f"{self._folder}/CURRENT names {name!r}, which is not there. Run: kb index")
        return path

    def folders(self) -> tuple[str, ...]:
        """Where the articles of the generation in use came from; empty where not even that can be read."""
        try:
            record = json.loads((self.current() / _MANIFEST).read_text(encoding="utf-8"))
            return tuple(str(folder) for folder in record["folders"])
        except (IndexMissing, IndexDamaged, OSError, ValueError, KeyError, TypeError):
            return ()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only builder.

        :raises IndexLocked: another process is still building after the time-out.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        holder = self._folder / "lock.holder"
        try:
            with FileLock(self._folder / "lock", timeout=self._lock_timeout):
                holder.write_text(f"process {os.getpid()}, since {_now()}", encoding="utf-8")
                yield
        except Timeout:
            who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
            raise IndexLocked(
                f"The index is being built by {who}. Wait for it, or raise KB_LOCK_TIMEOUT."
            ) from None

    @contextmanager
    def new(self) -> Iterator[Path]:
        """An empty folder to build in; thrown away when the block raises. Hold the lock."""
        self._sweep()
        path = self._folder / f"g-{self._next():020d}.building"
        path.mkdir(parents=True)
        try:
            yield path
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise

    def publish(self, building: Path, manifest: Manifest) -> Path:
        """Make a finished folder the current generation, durably and in one step."""
        _write_durably(building / _MANIFEST, json.dumps(asdict(manifest), indent=1))
        for path in sorted(building.rglob("*")):
            if path.is_dir() or path.stat().st_nlink == 1:  # a file that the generation before has is on disk
                _sync(path)
        _sync(building)
        published = building.with_suffix("")
        building.rename(published)
        _sync(self._folder)
        replacement = self._folder / "CURRENT.new"
        _write_durably(replacement, published.name + "\n")
        replacement.replace(self._folder / "CURRENT")
        _sync(self._folder)
        self._sweep()
        return published

    def _sweep(self) -> None:
        """Remove what crashes left behind, and all generations but the current one and the newest two."""
        try:
            current = self.current().name
        except (IndexMissing, IndexDamaged):
            current = ""
        kept = {current, *self._whole()[-_KEPT:]}
        for path in self._folder.glob("g-*"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _next(self) -> int:
        """The time, or what comes after the newest generation if that was built when the clock was ahead."""
        return max([time.time_ns(), *(int(name[2:]) + 1 for name in self._whole()[-1:])])

    def _whole(self) -> list[str]:
        """The generations that were built to their end, the newest last."""
        return sorted(path.name for path in self._folder.glob("g-*") if path.name[2:].isdecimal())


def describe(
    path: Path, previous: Path | None, known: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Size and CRC-32 of each file of a finished generation; for files shared with ``previous``, those ``known``."""
    described = {}
    for file in sorted(path.rglob("*")):
        if not file.is_file() or file.name == _MANIFEST:
            continue
        name = file.relative_to(path).as_posix()
        shared = previous is not None and name in known and file.samefile(previous / name)
        described[name] = known[name] if shared else (file.stat().st_size, _checksum(file))
    return described


def read_manifest(path: Path, intact: Intact | None) -> Manifest:
    """The manifest of a generation, its files compared with it.

    :param intact: files that were compared before; filled with those of this generation. None to compare sizes only.
    :raises IndexDamaged: the manifest or a file is not as it was written, or of another format.
    """
    try:
        record = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise IndexDamaged(f"{path} has index format {record['format']}, not {FORMAT}. Run: kb index")
        record["files"] = {name: (size, crc) for name, (size, crc) in record["files"].items()}
        manifest = Manifest(**{**record, "folders": tuple(record["folders"])})
        found: Intact = {}
        for name, (size, crc) in manifest.files.items():
            stat = (path / name).stat()
            checked = intact is None or intact.get(stat.st_ino) == crc
            if stat.st_size != size or (not checked and _checksum(path / name) != crc):
                raise IndexDamaged(f"{path / name} is not what was written. Run: kb index")
            found[stat.st_ino] = crc
        if intact is not None:
            intact.clear()
            intact.update(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{path} cannot be read: {error}. Run: kb index") from error
    return manifest


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _checksum(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            crc = zlib.crc32(chunk, crc)
    return crc


def _write_durably(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
