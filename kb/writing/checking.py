"""All checks, in order, over one library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.writing.checks import (
    duplicates,
    front_matter,
    headings,
    html,
    images,
    links,
    orphans,
    reading,
    reviews,
    template_notes,
    titles,
    translations,
)
from kb.writing.findings import Finding
from kb.writing.library import Library


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Findings in the order of the files, and how much was read."""

    findings: tuple[Finding, ...]
    library: Library
    mended: tuple[Finding, ...] = ()
    """What ``--fix`` has mended: no longer among the findings."""

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return len(self.library.manuscripts)


def check_library(library: Library, today: date) -> CheckReport:
    """Everything that can be said without searching."""
    findings: list[Finding] = [
        *reading.check(library),
        *front_matter.check(library, today),
        *titles.check(library),
        *template_notes.check(library),
        *links.check(library),
        *images.check(library),
        *headings.check(library),
        *html.check(library),
        *reviews.check(library, today),
        *translations.check(library),
        *orphans.check(library),
        *duplicates.check(library),
    ]
    return CheckReport(ordered(_with_mends(findings, library)), library)


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """By file and line, each said once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda one: (one.path, one.line, one.rule, one.message)))


def _with_mends(findings: Sequence[Finding], library: Library) -> list[Finding]:
    """Dead links that came from reading, with the path that they should have."""
    known = links.mends(library)
    return [
        replace(finding, mend=known.get((finding.path, finding.line)))
        if finding.rule == "broken-link" and finding.mend is None
        else finding
        for finding in findings
    ]
