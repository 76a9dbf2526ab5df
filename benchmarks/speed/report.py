"""What was measured, as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a heading; the first cell of a row says what it is of."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def markdown(self) -> str:
        """The table, numbers to the right."""
        lines = [f"## {self.title}", ""]
        lines += [self.note, ""] if self.note else []
        lines.append("| " + " | ".join(self.head) + " |")
        lines.append("|---" + "|---:" * (len(self.head) - 1) + "|")
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"


GOAL_HEAD = ("measure", "value", "goal", "met")


def goal(value: float, most: float, unit: str = "") -> list[str]:
    """A value, its goal, and whether it was met: the last cells of a row."""
    return [f"{value:.2f}{unit}", f"≤ {most:g}{unit}", "yes" if value <= most else "no"]


def least(value: float, wanted: float) -> list[str]:
    """The same where more is better."""
    return [f"{value:.2f}", f"≥ {wanted:g}", "yes" if value >= wanted else "no"]


def machine(clock: str) -> str:
    """Where, when, with what and by which clock."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    names = ("numpy", "numba", "tantivy", "bm25s", "whoosh-reloaded")
    versions = ", ".join(f"{name} {_version(name)}" for name in names)
    return (
        f"{cpu}, {os.cpu_count()} processors, {platform.machine()}; Python {platform.python_version()}; {versions}.\n"
        f"Measured {datetime.now(UTC):%Y-%m-%d}, load {load} at the beginning, times by the {clock} clock."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
