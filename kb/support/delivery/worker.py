"""The worker inside the site: delivers what is due, and once in a while does the house work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from kb.errors import KBError

PAUSE = 2.0
"""Seconds between two looks at the outbox."""
CHORES = 3600.0
"""Seconds between two rounds of house work."""

_logger = logging.getLogger(__name__)


class DeliveryWorker:
    """A thread that ends with its process, or when it is told to."""

    def __init__(
        self,
        deliver: Callable[[], object],
        chores: Callable[[], object],
        pause: float = PAUSE,
    ) -> None:
        self._deliver = deliver
        self._chores = chores
        self._pause = pause
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)

    def start(self) -> None:
        """Begin. Once only, and after a fork: threads do not survive one."""
        self._thread.start()

    def stop(self, wait: float = 5.0) -> None:
        """Finish the present delivery, for as long as ``wait`` seconds, and end."""
        self._ending.set()
        self._thread.join(wait)

    def _run(self) -> None:
        chores_due = 0.0
        while not self._ending.is_set():
            self._try(self._deliver)
            if time.monotonic() >= chores_due:
                self._try(self._chores)
                chores_due = time.monotonic() + CHORES
            self._ending.wait(self._pause)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except KBError as error:
            _logger.warning("%s", error)
        except Exception as error:  # noqa: BLE001 - tomorrow's deliveries need this thread
            _logger.error("The delivery worker met %s", type(error).__name__)
