"""Loops over arrays, compiled by numba: what numpy would need many passes and copies for.

Plain arrays in, plain arrays out; :mod:`kb.index.compiled` gives them their names. :func:`make` makes machine code of
them before they are used, and keeps it in a cache on disk. No kernel checks its input: it comes from a checked index.
"""

from kb.index.kernels.compiling import can_be_kept, make, were_kept
from kb.index.kernels.documents import compare, occurrences
from kb.index.kernels.postings import WINDOW, find
from kb.index.kernels.queries import weigh_grams

__all__ = ["WINDOW", "can_be_kept", "compare", "find", "make", "occurrences", "weigh_grams", "were_kept"]
