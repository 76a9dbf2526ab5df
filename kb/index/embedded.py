"""The default engine: Whoosh and scikit-learn, in generations, inside the process. No service to run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from kb.errors import IndexDamaged, IndexMissing, IndexReplaced
from kb.index.build import Build
from kb.index.engine import BuildReport, Progress
from kb.index.fast import has_kernels, must_compile
from kb.index.generation import Generation
from kb.index.generations import Generations, Intact, read_manifest
from kb.index.grams import as_counted
from kb.index.vectors import PassageEncoder
from kb.model import Document, Topic
from kb.text.analyzer import fingerprint

_LOOK_EVERY = 1.0
"""Seconds between looks for a newer generation."""


class EmbeddedEngine:
    """Implements :class:`kb.index.engine.SearchEngine`."""

    def __init__(
        self,
        folder: Path,
        lock_timeout: float = 60.0,
        passages: Callable[[], AbstractContextManager[PassageEncoder | None]] = nullcontext,
    ) -> None:
        """:param passages: opens what gives passages their vectors, for as long as an index is built."""
        self._generations = Generations(folder, lock_timeout)
        self._passages = passages
        self._opened: Generation | None = None
        self._opened_by = 0
        self._looked = 0.0
        self._intact: Intact = {}
        self._opening = threading.Lock()

    def reader(self) -> Generation:
        """The newest whole generation; looks for it at most once a second.

        :raises IndexMissing: nothing was indexed yet.
        :raises IndexDamaged: the index on disk is not what was written.
        """
        opened = self._opened
        if opened and self._opened_by == os.getpid() and time.monotonic() - self._looked < _LOOK_EVERY:
            return opened
        with self._opening:
            path = self._generations.current()
            if self._opened is None or self._opened.path != path:
                self._opened = Generation.open(path, intact=self._intact)
            elif self._opened_by != os.getpid():
                # A fork: files and mappings are shared, SQLite's handle is not.
                self._opened = Generation.open(path, intact=None)
            self._opened_by, self._looked = os.getpid(), time.monotonic()
            return self._opened

    def prepare(self, progress: Progress | None = None) -> None:
        """Do once, before a fork, what the first search of each process would have to wait for."""
        if step := must_compile():
            (progress or _silent)(step, 0, 1)
        has_kernels()
        as_counted()
        with suppress(IndexMissing, IndexDamaged):  # which the first request finds, too
            read_manifest(self._generations.current(), self._intact)

    def folders(self) -> tuple[str, ...]:
        """Where the articles of a damaged index came from, as far as it still says so."""
        return self._generations.folders()

    def rebuild(
        self,
        documents: Iterable[Document],
        progress: Progress | None = None,
        *,
        topics: Sequence[Topic] | None = None,
        folders: Sequence[str] = (),
    ) -> BuildReport:
        """Index exactly these documents. Only those whose content hash is new are analysed.

        :raises IndexLocked: another process is building and did not end in time.
        """
        with self._building(progress) as build:
            wanted = list(documents)
            gone = build.every_id() - {document.id for document in wanted}
            return build.run(wanted, gone, topics, folders, self._generations.publish)

    def update(
        self,
        documents: Iterable[Document],
        gone: Iterable[str] = (),
        progress: Progress | None = None,
        *,
        since: str = "",
        topics: Sequence[Topic] | None = None,
        folders: Sequence[str] | None = None,
    ) -> BuildReport:
        """Index these documents and take away those that are ``gone``; all others stay as they are.

        Topics and folders that are not given stay, too.

        :param since: the generation that is updated, if not whichever is in use.
        :raises IndexLocked: another process is building and did not end in time.
        :raises IndexReplaced: that generation is not in use, or its terms would be others now.
        """
        with self._building(progress) as build:
            if not build.previous or since not in ("", build.previous.path.name):
                raise IndexReplaced(f"The index {since} is no longer in use. Run: kb index")
            if folders is None:
                folders = build.previous.manifest.folders
            return build.run(list(documents), gone, topics, folders, self._generations.publish)

    @contextmanager
    def _building(self, progress: Progress | None) -> Iterator[Build]:
        """Be the only one that builds on the present index."""
        with self._generations.locked(), self._passages() as encoder, self._generations.new() as folder:
            yield Build(folder, self._reusable(), progress or _silent, encoder)
            self._looked = 0.0

    def _reusable(self) -> Generation | None:
        """The generation that a rebuild may take unchanged documents from."""
        self._looked = 0.0
        try:
            previous = self.reader()
        except (IndexMissing, IndexDamaged):
            return None
        analyzers = previous.manifest.analyzers
        return previous if all(made == fingerprint(lang) for lang, made in analyzers.items()) else None


def _silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
