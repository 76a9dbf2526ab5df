"""Has loops over arrays compiled by numba for given types, and kept in a cache on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit, types
from numba.core.event import Event, Listener, install_listener

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
WHOLE = types.int64


def read(dtype: Any) -> Any:
    return types.Array(dtype, 1, "C", readonly=True)


def written(dtype: Any) -> Any:
    return types.Array(dtype, 1, "C")


_kernels: list[tuple[Any, Any]] = []
"""Each with the types that it is compiled for."""


def compiled(returns: Any, *arguments: Any) -> Callable[[_Kernel], _Kernel]:
    """Have :func:`make` compile it for these types, so that no request waits for it."""

    def declare(function: _Kernel) -> _Kernel:
        try:
            kernel = njit(cache=True, nogil=True)(function)
        except RuntimeError:  # nowhere to keep it: compiled anew in each process
            kernel = njit(nogil=True)(function)
        _kernels.append((kernel, returns(*arguments)))
        return cast(_Kernel, kernel)

    return declare


def make() -> None:
    """Make all loops ready: from the cache, or compiled here."""
    for kernel, types_ in _kernels:
        if not kernel.signatures:
            kernel.compile(types_)
            kernel.disable_compile()


def can_be_kept() -> bool:
    """Whether there is a folder for the cache."""
    return all(kernel.stats.cache_path for kernel, _ in _kernels)


def were_kept() -> bool:
    """Whether all loops could be made ready from the cache."""
    try:
        with install_listener("numba:compile", _Refusal()):
            make()
    except _NotKept:
        return False
    return True


class _NotKept(Exception):
    """A loop is not in the cache."""


class _Refusal(Listener):
    def on_start(self, event: Event) -> None:  # noqa: ARG002 - numba's signature
        raise _NotKept

    def on_end(self, event: Event) -> None:
        """Nothing was begun."""
