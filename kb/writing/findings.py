"""What a check found: where, how bad, what to do, and how to mend it where that is safe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

RULES = (
    "left-out",
    "front-matter",
    "broken-link",
    "broken-anchor",
    "moved-link",
    "redirect",
    "image",
    "image-alt",
    "image-size",
    "unused-image",
    "heading",
    "html",
    "title",
    "summary",
    "template",
    "review",
    "translation",
    "orphan",
    "duplicate",
    "findability",
    "rival",
)
"""What is looked at, each in a word: docs/articles.md says what for."""


class Severity(StrEnum):
    """How much a finding matters: an error is seen by readers, a warning will be, a notice is advice."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Mend:
    """A change to one line of a file that cannot make anything worse: ``old`` becomes ``new``.

    An empty ``old`` puts ``new`` in as a line of its own, before the line.
    """

    file: Path
    line: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Said as ``path:line: message``; ``rule`` names the check in a word."""

    path: str
    line: int
    rule: str
    severity: Severity
    message: str
    mend: Mend | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"
