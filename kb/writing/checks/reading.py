"""Files that could not be read, and what reading the others complained about."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Problem
from kb.writing.findings import Finding, Severity
from kb.writing.library import Library


def check(library: Library) -> Iterator[Finding]:
    """Left-out files, dead links, images that cannot be shown, topics that cannot be read."""
    # What is wrong in the front matter of an article that was read is told by a check of its own, whether or not the
    # article was rendered anew.
    read = {one.path for one in library.manuscripts}
    for problem in library.problems:
        if problem.rule != "front-matter" or problem.path not in read:
            yield _finding(problem)


def _finding(problem: Problem) -> Finding:
    of_a_topic = problem.rule == "front-matter" and problem.path.endswith(".yaml")
    severity = Severity.WARNING if of_a_topic else Severity.ERROR
    rule = "left-out" if problem.left_out else problem.rule or "content"
    message = f"{problem.message} (the article is left out)" if problem.left_out else problem.message
    return Finding(problem.path, problem.line, rule, severity, message)
