"""The default engine: Whoosh and scikit-learn, in generations, inside the process. No service to run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from kb.errors import IndexDamaged, IndexMissing
from kb.index.build import Build
from kb.index.engine import BuildReport, Progress
from kb.index.generation import Generation
from kb.index.generations import Generations
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
                self._opened = Generation.open(path, check=True)
            elif (
                self._opened_by != os.getpid()
            ):  # a fork: files and mappings are shared, SQLite's handle is not
                self._opened = Generation.open(path, check=False)
            self._opened_by, self._looked = os.getpid(), time.monotonic()
            return self._opened

    def folders(self) -> tuple[str, ...]:
        """Where the articles of a damaged index came from, as far as it still says so."""
        return self._generations.folders()

    def rebuild(
        self,
        documents: Iterable[Document],
        progress: Progress | None = None,
        *,
        kept: Iterable[str] = (),
        topics: Sequence[Topic] | None = None,
        folders: Sequence[str] = (),
    ) -> BuildReport:
        """Index exactly these documents, and those of the present index whose ids are ``kept`` as they are.

        Only documents whose content hash is new are analysed. Topics that are not given stay as they are.

        :raises IndexLocked: another process is building and did not end in time.
        :raises NotFound: a kept document is not in the present index.
        """
        with self._generations.locked(), self._passages() as encoder, self._generations.new() as building:
            build = Build(building, self._reusable(), progress or _silent, encoder)
            report = build.run(list(documents), list(kept), topics, folders, self._generations.publish)
            self._looked = 0.0
            return report

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
