"""The extra ``fast``: whether its kernels can be used, and compiling them once."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

from kb.index.arithmetic import Arithmetic, NumpyArithmetic

_SAFE = ["-P"] if sys.flags.safe_path else []  # it imports from where this process does
_MAKE = "from kb.index import kernels; kernels.make()"


def open_arithmetic() -> Arithmetic:
    """The compiled implementation if it is installed, otherwise numpy's."""
    if not has_kernels():
        return NumpyArithmetic()
    from kb.index.compiled import CompiledArithmetic

    return CompiledArithmetic()


@cache
def has_kernels() -> bool:
    """Whether the extra ``fast`` is installed and works. Asking loads it: half a second, more the first time."""
    try:
        from kb.index import kernels
    except ImportError:
        return False
    if not kernels.were_kept() and kernels.can_be_kept():
        # By a process that ends: compiling takes memory that this one, and what it forks, would never give back.
        subprocess.run([sys.executable, *_SAFE, "-c", _MAKE], capture_output=True, check=False)  # noqa: S603 - our own text
    kernels.make()
    return True


def must_compile() -> str:
    """What the first use of the extra ``fast`` is going to wait for, in words; empty where nothing is left to do."""
    try:
        from kb.index import kernels
    except ImportError:
        return ""
    if kernels.were_kept():
        return ""
    how_often = (
        "once after an installation" if kernels.can_be_kept() else "at each start without NUMBA_CACHE_DIR"
    )
    return f"compiling the search engine, {how_often}"
