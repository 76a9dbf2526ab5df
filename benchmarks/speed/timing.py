"""Asks several systems in turn, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speed.queries import Asked
from speed.systems import System

CLOCKS: Mapping[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.thread_time}
_BLOCK = 20
"""Queries that one system answers in a row, as it would in use: its memory stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds."""

    p50: float
    p95: float
    queries: int


def time_queries(
    systems: Sequence[System], kind: str, queries: Sequence[Asked], rounds: int, clock: str
) -> dict[str, Latency]:
    """How long each system takes for a query of one kind, by name; slow ones are asked in the first round only."""
    taken: dict[str, list[float]] = {system.name: [] for system in systems if system.share[kind]}
    now = CLOCKS[clock]
    gc.collect()
    gc.disable()
    for repeated in range(rounds):
        asked_now = [s for s in systems if s.share[kind] == 1 or (s.share[kind] and not repeated)]
        for begin in range(0, len(queries), _BLOCK):
            for system in asked_now:
                for asked in queries[begin : begin + max(1, round(_BLOCK * system.share[kind]))]:
                    began = now()
                    system.ask(kind, asked)
                    taken[system.name].append((now() - began) * 1000)
    gc.enable()
    return {
        name: Latency(*(float(p) for p in np.percentile(times, [50, 95])), len(times))
        for name, times in taken.items()
    }
