"""Articles that the search does not find, and articles that stand in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Kind
from kb.writing.baseline import Baseline
from kb.writing.duplicates import Overlap, overlaps
from kb.writing.findability import DEPTH, SHOWN, Contest, Findability, QuestionOutcome, contests
from kb.writing.findings import Finding, Severity
from kb.writing.library import Library
from kb.writing.manuscripts import Manuscript
from kb.writing.questions import Origin


def check(library: Library, found: Findability, baseline: Baseline | None) -> Iterator[Finding]:
    """Lost questions, orphans that nobody finds, and rivals. With a baseline, what it knows already is a warning."""
    for outcome in found.lost:
        is_known = baseline is not None and not baseline.had_found(outcome, SHOWN)
        severity = Severity.WARNING if is_known else Severity.ERROR
        yield _lost(library.by_id[outcome.question.article], outcome, severity)
    for contest in contests(found):
        yield _contest(library, contest)


def _lost(one: Manuscript, outcome: QuestionOutcome, severity: Severity) -> Finding:
    question = outcome.question
    where = f"comes up in place {outcome.place}" if outcome.place else f"is not among the first {DEPTH}"
    message = f"{where} for {_said(question.origin)} {question.text!r}"
    if outcome.before:
        first = outcome.before[0]
        whose = "the community's " if first.kind is Kind.THREAD else ""
        message += f"; {whose}{first.title!r} ({first.id}) is first"
    if outcome.words:
        message += f". Words that would help in its title or its first lines: {', '.join(outcome.words)}"
    return Finding(one.path, _line(one, question.text, question.origin), "findability", severity, message)


def _said(origin: Origin) -> str:
    return {
        Origin.TITLE: "its own title",
        Origin.QUESTION: "its question",
        Origin.LOG: "what people asked before they opened it,",
    }[origin]


def _line(one: Manuscript, text: str, origin: Origin) -> int:
    if origin is not Origin.QUESTION:
        return one.line_of_key("title")
    lines = one.text.split("\n")[: one.body_line]
    first = one.line_of_key("questions")
    return next((n for n, line in enumerate(lines, start=1) if n >= first and text[:40] in line), first)


def _contest(library: Library, contest: Contest) -> Finding:
    one, other = library.by_id[contest.first], library.by_id[contest.second]
    asked = "; ".join(repr(question) for question in contest.questions[:3])
    message = f"competes with {other.path} for {len(contest.questions)} questions ({asked})"
    shared = overlaps(one.article, other.article)
    message += (
        f": they share {_sections(shared)}; merge them, or keep that in one and link to it"
        if shared
        else ": say in both titles what is different, and link from one to the other"
    )
    return Finding(one.path, one.line_of_key("questions", "title"), "rival", Severity.NOTICE, message)


def _sections(shared: tuple[Overlap, ...]) -> str:
    return "; ".join(
        f"{one.first.title or 'the opening'} = {one.second.title or 'the opening'}" for one in shared
    )
