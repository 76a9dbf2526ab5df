"""What ``kb eval`` prints: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb.cli.output import json_value, printable
from kb.evaluation import figures
from kb.evaluation.abstention import AbstentionPoint, curve
from kb.evaluation.comparison import Comparison, QuestionChange, RunComparison
from kb.evaluation.evaluation import Evaluation
from kb.evaluation.figures import Figure
from kb.evaluation.measures import MEASURES
from kb.evaluation.typos import TypoFigures

_WIDTH = 190
"""Columns of a table that goes to a file: wide enough for every figure with its interval."""
_LONGEST_QUESTION = 90


# --- JSON --------------------------------------------------------------------------------------------


def report_shape(
    found: Sequence[Evaluation], comparison: RunComparison | None, changes: int
) -> dict[str, Any]:
    """One collection's figures; of several, a list of them and their mean. With the comparison, if there is one."""
    shapes = [_evaluation_shape(each) for each in found]
    shape = shapes[0] if len(shapes) == 1 else {"collections": shapes, "mean": _figures_shape(found)}
    return shape | {"against": _comparison_shape(comparison, changes)} if comparison else shape


def _evaluation_shape(found: Evaluation) -> dict[str, Any]:
    return {
        "collection": found.collection,
        "lang": found.lang,
        "documents": found.documents,
        "queries": found.queries,
        **_figures_shape([found]),
        "threshold": found.threshold,
        "curve": [_rounded(json_value(each)) for each in curve(found.offers, found.unanswerable)],
    }


def _figures_shape(found: Sequence[Evaluation]) -> dict[str, Any]:
    quality, latency, offers = figures.quality(found), figures.latencies(found), figures.suggestions(found)
    told = {name.replace(" ", "_"): figure for name, figure in offers.items()}
    return {
        **figures.as_plain(quality),
        "latency_ms": {name.removeprefix("latency "): round(f.value, 3) for name, f in latency.items()},
        "suggestions": {"false_alarms": None} | figures.as_plain(told),
        "intervals": {
            name: [round(figure.interval.low, 4), round(figure.interval.high, 4)]
            for name, figure in (quality | latency | told).items()
        },
    }


def typos_shape(found: Sequence[TypoFigures]) -> dict[str, Any]:
    """Success@3 of titles, clean and misspelt, by collection and in the mean."""

    def shape(each: Sequence[TypoFigures]) -> dict[str, Any]:
        told = {name.replace(" ", "_"): figure for name, figure in figures.typos(each).items()}
        ends = {name: [round(f.interval.low, 4), round(f.interval.high, 4)] for name, f in told.items()}
        return {**figures.as_plain(told), "intervals": ends}

    named = [{"collection": each.collection, "titles": len(each.clean), **shape([each])} for each in found]
    return {"collections": named, "mean": shape(found)}


def _comparison_shape(comparison: RunComparison, changes: int) -> dict[str, Any]:
    def row(each: Comparison) -> dict[str, Any]:
        return _rounded(json_value(each) | {"difference": each.difference})

    return {
        "measure": comparison.measure,
        "collections": [row(each) for each in comparison.collections],
        "mean": row(comparison.mean),
        "better": [_rounded(json_value(each)) for each in comparison.better[:changes]],
        "worse": [_rounded(json_value(each)) for each in comparison.worse[:changes]],
    }


def _rounded(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in shape.items()}


# --- tables ------------------------------------------------------------------------------------------


def print_report(
    found: Sequence[Evaluation], comparison: RunComparison | None, changes: int, *, thresholds: bool
) -> None:
    """Quality, suggestions, and what was asked for beside them."""
    console = _console()
    console.print(_quality_table(found))
    console.print(_suggestion_table(found))
    if thresholds:
        for each in found:
            console.print(_curve_table(each))
    if comparison:
        console.print(_comparison_table(comparison))
        _print_changes(console, "Better", comparison.better, changes)
        _print_changes(console, "Worse", comparison.worse, changes)


def print_typos(found: Sequence[TypoFigures]) -> None:
    """Success@3 of titles, clean and misspelt."""
    table = _table("Success@3 of titles", "titles")
    for name in figures.typos(found[:1]):
        table.add_column(name, justify="right")
    for each in found:
        told = figures.typos([each])
        table.add_row(each.collection, str(len(each.clean)), *map(_cell, told.values()))
    if len(found) > 1:
        table.add_row("mean", "", *map(_cell, figures.typos(found).values()), style="bold")
    _console().print(table)


def _quality_table(found: Sequence[Evaluation]) -> Table:
    table = _table("collection", "lang", "documents", "questions")
    for name in (*MEASURES, *(f"{name}, ms" for name in figures.LATENCIES)):
        table.add_column(name, justify="right")
    for each in found:
        told = figures.quality([each]) | figures.latencies([each])
        facts = (each.lang, str(each.documents), str(each.queries))
        table.add_row(each.collection, *facts, *map(_cell, told.values()))
    if len(found) > 1:
        told = figures.quality(found) | figures.latencies(found)
        table.add_row(
            "mean", "", "", str(sum(e.queries for e in found)), *map(_cell, told.values()), style="bold"
        )
    return table


def _suggestion_table(found: Sequence[Evaluation]) -> Table:
    table = _table("suggestions", "threshold")
    for name in figures.SUGGESTIONS:
        table.add_column(name, justify="right")
    for each in found:
        table.add_row(each.collection, f"{each.threshold:.2f}", *_cells(figures.suggestions([each])))
    if len(found) > 1:
        table.add_row("mean", "", *_cells(figures.suggestions(found)), style="bold")
    return table


def _curve_table(found: Evaluation) -> Table:
    table = _table(found.collection)
    for name in ("coverage", "precision", "of shown", "success@3", "false alarms"):
        table.add_column(name, justify="right")
    for each in curve(found.offers, found.unanswerable):
        table.add_row(f"from {each.threshold:.2f}", *map(_share, _shares(each)))
    return table


def _shares(point: AbstentionPoint) -> tuple[float | None, ...]:
    return (point.coverage, point.precision, point.of_shown, point.success, point.false_alarms)


def _comparison_table(comparison: RunComparison) -> Table:
    table = _table(f"{comparison.measure} against the saved run")
    for name in ("before", "after", "difference", "95 % interval", "p", "better", "worse", "of"):
        table.add_column(name, justify="right")
    rows = comparison.collections
    for each in (*rows, comparison.mean) if len(rows) > 1 else rows:
        table.add_row(
            each.collection or "mean",
            f"{each.before:.4f}",
            f"{each.after:.4f}",
            f"{each.difference:+.4f}",
            f"{each.interval.low:+.4f} … {each.interval.high:+.4f}",
            "<0.001" if each.p < 0.001 else f"{each.p:.3f}",
            str(each.better),
            str(each.worse),
            str(each.questions),
            style="" if each.collection else "bold",
        )
    return table


def _print_changes(console: Console, heading: str, changed: Sequence[QuestionChange], most: int) -> None:
    if not changed or not most:
        return
    console.print(Text(f"{heading} ({len(changed)}):", style="bold"))
    for change in changed[:most]:
        said = " ".join(change.question.split())
        said = said if len(said) <= _LONGEST_QUESTION else f"{said[: _LONGEST_QUESTION - 1]}…"
        first = f"{change.first_before or 'nothing'} → {change.first_after or 'nothing'}"
        console.print(
            Text(printable(f"  {change.before:.2f} → {change.after:.2f}  {change.collection}  {said}"))
        )
        console.print(Text(printable(f"               first: {first}"), style="dim"))


def _console() -> Console:
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    return console


def _table(*names: str) -> Table:
    """A table whose first column is a name."""
    table = Table(box=SIMPLE, pad_edge=False)
    for place, name in enumerate(names):
        table.add_column(name, justify="right" if place else "left", no_wrap=not place)
    return table


def _cells(told: Mapping[str, Figure]) -> list[str]:
    return [_cell(told[name]) if name in told else "–" for name in figures.SUGGESTIONS]


def _cell(figure: Figure) -> str:
    """The value ± half its interval, which is nearly symmetric: easier to read than two bounds."""
    digits = 3 if figure.value < 2 else 1  # shares, and milliseconds
    half = (figure.interval.high - figure.interval.low) / 2
    return f"{figure.value:.{digits}f} ±{half:.{digits}f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
