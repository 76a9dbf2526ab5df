"""Mends what is safe to mend: one line at a time, each file whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from kb.content.files import write_whole
from kb.writing.findings import Finding, Mend


def apply_mends(findings: Iterable[Finding]) -> list[Finding]:
    """Change the files as the findings say, and return those that were mended.

    A line that is not as it was when it was checked is left alone, and so is its finding.
    """
    by_file: dict[Path, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.mend is not None:
            by_file[finding.mend.file].append(finding)
    done: list[Finding] = []
    for file, found in by_file.items():
        done += _mend_file(file, found)
    return done


def _mend_file(file: Path, findings: list[Finding]) -> list[Finding]:
    content = file.read_bytes()
    text = content.decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    done = []
    # From the end, so that a line put in does not move those that are still to be changed.
    for finding in sorted(findings, key=lambda one: -one.line):
        if finding.mend is not None and _change(lines, finding.mend):
            done.append(finding)
    if done:
        write_whole(file, end.join(lines).encode("utf-8"))
    return done


def _change(lines: list[str], mend: Mend) -> bool:
    if not mend.old:
        lines.insert(mend.line - 1, mend.new)
        return True
    if mend.line > len(lines) or mend.old not in lines[mend.line - 1]:
        return False
    lines[mend.line - 1] = lines[mend.line - 1].replace(mend.old, mend.new, 1)
    return True
