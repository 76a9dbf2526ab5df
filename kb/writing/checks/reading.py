"""Files that could not be read, and what reading the others complained about."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Problem
from kb.writing.findings import Finding, Severity
from kb.writing.library import Library


def check(library: Library) -> Iterator[Finding]:
    """Left-out files, dead links, images that cannot be shown, topics that cannot be read."""
    for problem in library.problems:
        if not _seen_in_manuscript(problem):
            yield _finding(problem)


def _seen_in_manuscript(problem: Problem) -> bool:
    """Complaints about a front matter are told by its own check, whether or not the article was rendered anew."""
    return problem.rule == "front-matter" and not problem.left_out and not problem.path.endswith(".yaml")


def _finding(problem: Problem) -> Finding:
    severity = Severity.WARNING if problem.rule == "front-matter" else Severity.ERROR
    rule = "left-out" if problem.left_out else problem.rule or "content"
    message = f"{problem.message} (the article is left out)" if problem.left_out else problem.message
    return Finding(problem.path, problem.line, rule, severity, message)
