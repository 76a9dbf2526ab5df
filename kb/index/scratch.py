"""Large arrays that queries use again: clearing what one wrote costs less than a new array."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

_T = TypeVar("_T")


class PerThread(Generic[_T]):
    """A value for each thread, made when the thread first needs it."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._threads = threading.local()

    @contextmanager
    def lent(self) -> Iterator[_T]:
        """The thread's value, to be given back as it was found; dropped where an exception leaves it in between."""
        value: _T | None = self._threads.__dict__.pop("value", None)
        value = self._make() if value is None else value
        yield value
        self._threads.value = value
