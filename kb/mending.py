"""An index that cannot be read, or that an older program made, is made anew from the content."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from kb.errors import IndexDamaged, IndexMending, KBError
from kb.index.embedded import EmbeddedEngine
from kb.index.generation import Generation

_PAUSE = 60.0
"""Seconds between attempts: what fails now may succeed later, and whoever looks after the site sees the log."""

_logger = logging.getLogger(__name__)


class Mender:
    """Opens the index. Whoever cannot wait for a rebuild sets ``in_background``: one process of all then rebuilds."""

    def __init__(self, engine: EmbeddedEngine, rebuild: Callable[[], object], lock: Path) -> None:
        self.in_background = False
        self._engine = engine
        self._rebuild = rebuild
        self._lock = lock
        self._starting = threading.Lock()
        self._mending: threading.Thread | None = None

    def reader(self) -> Generation:
        """The newest index.

        :raises IndexMissing: nothing was indexed yet.
        :raises IndexMending: it cannot be read, and is being made anew in the background.
        """
        if self._mending and self._mending.is_alive():
            raise IndexMending(_MENDING)
        try:
            return self._engine.reader()
        except IndexDamaged as damage:
            _logger.warning("Rebuilding the index from the content: %s", damage)
            if self.in_background:
                self._begin()
                raise IndexMending(_MENDING) from damage
            self._rebuild()
            return self._engine.reader()

    def look(self) -> Generation:
        """The index as it is: looking starts no rebuild.

        :raises IndexMissing: nothing was indexed yet.
        :raises IndexDamaged: it cannot be read.
        :raises IndexMending: some process is making it anew.
        """
        try:
            return self._engine.reader()
        except IndexDamaged as damage:
            if self._is_locked():
                raise IndexMending(_MENDING) from damage
            raise

    def _is_locked(self) -> bool:
        try:
            FileLock(self._lock, timeout=0).acquire().lock.release()
        except Timeout:
            return True
        return False

    def _begin(self) -> None:
        with self._starting:
            if self._mending is None or not self._mending.is_alive():
                self._mending = threading.Thread(target=self._mend, name="mending", daemon=True)
                self._mending.start()

    def _mend(self) -> None:
        try:
            with FileLock(self._lock):
                if not self._is_sound():  # or another process was first
                    self._rebuild()
        except Exception as error:  # of any kind: the next visitor must not begin it again at once
            foreseen = isinstance(error, KBError | OSError)
            _logger.error("The index could not be rebuilt. %s", error, exc_info=not foreseen)
            time.sleep(_PAUSE)

    def _is_sound(self) -> bool:
        try:
            self._engine.reader()
        except IndexDamaged:
            return False
        return True


_MENDING = "The index cannot be used and is being made anew from the content; the log says how it goes."
