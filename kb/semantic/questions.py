"""Vectors of what people ask, in time or not at all: a search never waits for a slow encoder."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from kb.errors import ModelUnusable
from kb.semantic.encoder import Floats

_logger = logging.getLogger(__name__)

_WAITING = 8
"""Questions that may wait for the encoder at once: one more could not be answered in time anyway."""
_REMEMBERED = 2000
"""Questions whose vectors are kept, about 3 MB: the next page of hits and popular questions cost nothing."""
_TRY_AGAIN = 60.0
"""Seconds after which a model that could not be loaded is tried again."""
_TELL_EVERY = 60.0
"""Seconds between warnings about questions that were not answered in time."""


@dataclass(frozen=True, slots=True)
class QuestionVector:
    """What a question means, of length 1, and the model that says so."""

    values: Floats
    fingerprint: str
    spread: float
    """How much closer answers come to questions than other texts do, by this model."""


@dataclass(slots=True)
class Counts:
    """What became of the questions of this process."""

    answered: int = 0
    remembered: int = 0
    late: int = 0
    """Not answered within the budget, so searched by words alone."""
    refused: int = 0
    """Not even asked, since too many were waiting."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that answers."""

    encode: Callable[[str], Floats]
    fingerprint: str
    spread: float


@dataclass(slots=True)
class _Asked:
    text: str
    answered: threading.Event = field(default_factory=threading.Event)
    vector: QuestionVector | None = None
    abandoned: bool = False


class QuestionEncoder:
    """Answers in a thread of its own, which also loads the model. Safe to share between threads and over a fork."""

    def __init__(self, load: Callable[[], Loaded], budget: float) -> None:
        """:param budget: seconds that a question may take, waiting included."""
        self._load = load
        self._budget = budget
        self._starting = threading.Lock()
        self._loaded: Loaded | None = None
        self._thread: threading.Thread | None = None
        self._queue: queue.Queue[_Asked] = queue.Queue(_WAITING)
        self._remembered: OrderedDict[str, QuestionVector] = OrderedDict()
        self._begin()

    def vector(self, text: str) -> QuestionVector | None:
        """The vector of a question; None where it would come too late, or the model cannot be used."""
        self._start()
        with self._remembering:
            if (known := self._remembered.get(text)) is not None:
                self._remembered.move_to_end(text)
                self.counts.remembered += 1
                return known
        asked = _Asked(text)
        try:
            self._queue.put_nowait(asked)
        except queue.Full:
            self.counts.refused += 1
            self._tell()
            return None
        if not asked.answered.wait(self._budget):
            asked.abandoned = True
            self.counts.late += 1
            self._tell()
            return None
        self.counts.answered += asked.vector is not None
        return asked.vector

    def warm_up(self) -> None:
        """Begin to load the model, so that the first question need not wait for it."""
        self._start()

    def loaded(self, patience: float) -> Loaded | None:
        """The model, waited for while it is being loaded; None where it does not answer, and ``problem`` says why."""
        self._start()
        self._tried.wait(patience)
        return None if self.problem else self._loaded

    def _start(self) -> None:
        """See that this process has its thread: a fork has none."""
        if self._thread is not None and self._process == os.getpid():
            return
        with self._starting:
            if self._thread is None or self._process != os.getpid():
                self._begin()
                thread = threading.Thread(target=self._answer, name="encoder", daemon=True)
                thread.start()
                self._thread = thread

    def _begin(self) -> None:
        self._process = os.getpid()
        self._queue = queue.Queue(_WAITING)
        self._remembering = threading.Lock()
        self._remembered = OrderedDict()
        self._told = time.monotonic()
        self._tried = threading.Event()
        self._loaded = None
        self.counts = Counts()
        self.problem = "The model is being loaded."

    def _answer(self) -> None:
        """Answer question after question; those nobody waits for any more are passed over."""
        tried = self._try_to_load()
        while True:
            asked = self._queue.get()
            if self._loaded is None and time.monotonic() - tried > _TRY_AGAIN:
                tried = self._try_to_load()
            if self._loaded is not None and not asked.abandoned:
                asked.vector = self._computed(self._loaded, asked.text)
            asked.answered.set()

    def _try_to_load(self) -> float:
        """Load the model if that can be done, and say when it was tried."""
        try:
            self._loaded, self.problem = self._load(), ""
        except ModelUnusable as error:
            self._give_up(str(error))
        except Exception as error:  # noqa: BLE001 - a thread that ended would let every search wait for nothing
            self._give_up(f"The model cannot be loaded: {error}")
        self._tried.set()
        return time.monotonic()

    def _computed(self, loaded: Loaded, text: str) -> QuestionVector | None:
        try:
            vector = QuestionVector(loaded.encode(text), loaded.fingerprint, loaded.spread)
        except Exception as error:  # noqa: BLE001 - whatever the libraries raise, the search goes on
            self._give_up(f"The model failed: {error}")
            return None
        self.problem = ""
        with self._remembering:
            self._remembered[text] = vector
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return vector

    def _give_up(self, problem: str) -> None:
        """Say why searches go on by words alone: once, not at each search."""
        if problem != self.problem:
            _logger.warning("Searching by words alone: %s", problem)
        self.problem = problem

    def _tell(self) -> None:
        """Say now and then how many questions were searched by words alone."""
        if time.monotonic() - self._told < _TELL_EVERY:
            return
        self._told = time.monotonic()
        _logger.warning(
            "%d questions came too late for the encoder and %d found it busy; %d were answered. "
            "They were searched by words alone. KB_SEMANTIC_BUDGET says how long it may take.",
            self.counts.late,
            self.counts.refused,
            self.counts.answered,
        )
