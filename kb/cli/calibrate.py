"""``kb calibrate``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from kb.cli.options import json_option
from kb.cli.output import knowledge_base, patient_settings, print_json, progress_bar
from kb.evaluation.abstention import THRESHOLDS, AbstentionPoint
from kb.evaluation.adjustment import SiteOutcome, adjusted
from kb.evaluation.asking import ask_message
from kb.evaluation.calibration import Fit, Judged, fit, gather, mean_point
from kb.evaluation.collection import language_of, load_collection
from kb.evaluation.outcomes import read_outcomes
from kb.index.engine import Progress
from kb.semantic.model import open_model
from kb.settings import Settings
from kb.support.calibration import calibration_of, save_calibration


@click.command()
@click.argument(
    "folders", metavar="[DIR...]", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1
)
@click.option(
    "--outcomes",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Adjust to what became of a site's own messages, in JSON Lines.",
)
@click.option("--lang", default="", help="The collections' language; told from their text where not given.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; the site's data if not given.",
)
@click.option("--dry-run", is_flag=True, help="Only report; write nothing.")
@json_option
def calibrate(
    folders: tuple[Path, ...],
    outcomes: Path | None,
    lang: str,
    out: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fit the confidence of suggestions anew, on judged collections or on a site's own outcomes.

    Each collection is judged by what was fitted on the others. The threshold is the lowest at which, on
    collections that were not seen, suggestions are right nine times in ten and appear for at most 15 % of what
    nothing answers. English messages are also compared by vectors of their words. With a sentence encoder
    (KB_SEMANTIC_MODEL) both ways to rank are fitted. A site uses the numbers from its next start on. "kb report
    outcomes" prints what a site's own records tell.

    \b
    Example:
      kb calibrate collections/faq collections/bank --dry-run
      kb report outcomes > judged-messages.jsonl
      kb calibrate --outcomes judged-messages.jsonl
    """
    if bool(folders) == (outcomes is not None):
        raise click.UsageError("Name judged collections, or a file of --outcomes.")
    settings = patient_settings()
    with progress_bar(quiet=as_json) as progress:
        found = _from_outcomes(outcomes) if outcomes else _from_collections(folders, lang, settings, progress)
    place = out or settings.confidence_file
    if not dry_run:
        save_calibration(place, found.calibration)
    if as_json:
        print_json(_shape(found))
        return
    _print_report("by words", found.by_words, found.calibration.threshold)
    _print_report("by words and meaning", found.by_meaning, found.calibration.threshold)
    click.echo(f"threshold {found.calibration.threshold:.2f}, {'not ' if dry_run else ''}written to {place}")


def _from_collections(folders: Sequence[Path], lang: str, settings: Settings, progress: Progress) -> Fit:
    langs = [lang or language_of(each, otherwise=settings.language) for each in folders]
    collections = [load_collection(each, own) for each, own in zip(folders, langs, strict=True)]
    named = {each.name: own for each, own in zip(collections, langs, strict=True)}
    model = open_model(settings)
    words = gather(collections, named, None, lambda done, total: progress("words", done, total))
    if model is None:
        return fit(words)
    return fit(words, gather(collections, named, model, lambda done, total: progress("meaning", done, total)))


def _from_outcomes(path: Path) -> Fit:
    with knowledge_base() as kb:
        calibration = calibration_of(kb.settings.confidence_file)
        by_words = calibration.by_words
        told = [
            SiteOutcome(each.features, (True,), is_answerable=True)
            if each.features
            else SiteOutcome.of(
                ask_message(kb.searcher, each.text, each.lang, each.answered_by, by_words=by_words)
            )
            for each in read_outcomes(path)
        ]
    return adjusted(calibration, told)


def _print_report(name: str, judged: Sequence[Judged], threshold: float) -> None:
    if not judged:
        return
    table = Table(title=f"{name}: each judged by the others", title_justify="left")
    for column in ("", "threshold", "ROC AUC", "coverage", "precision", "false alarms"):
        table.add_column(column, justify="right" if column else "left")
    for each in judged:
        table.add_row(each.name, *_cells(each.at(threshold), each.auc))
    table.add_section()
    for point in THRESHOLDS:
        table.add_row("mean", *_cells(mean_point(judged, point), None))
    table.add_section()
    aucs = [each.auc for each in judged if each.auc is not None]
    mean_auc = sum(aucs) / len(aucs) if aucs else None
    table.add_row("mean", *_cells(mean_point(judged, threshold), mean_auc), style="bold")
    Console().print(table)


def _cells(point: AbstentionPoint, auc: float | None) -> tuple[str, ...]:
    shares = (auc, point.coverage, point.precision, point.false_alarms)
    return (f"{point.threshold:.2f}", *("–" if share is None else f"{share:.3f}" for share in shares))


def _shape(found: Fit) -> dict[str, object]:
    def rows(judged: Sequence[Judged]) -> list[dict[str, object]]:
        points = [(each, each.at(found.calibration.threshold)) for each in judged]
        return [
            {
                "collection": each.name,
                "auc": each.auc,
                "coverage": point.coverage,
                "precision": point.precision,
                "false_alarms": point.false_alarms,
            }
            for each, point in points
        ]

    return {
        "threshold": found.calibration.threshold,
        "words": rows(found.by_words),
        "meaning": rows(found.by_meaning),
        "curve": [mean_point(found.by_words or found.by_meaning, point) for point in THRESHOLDS],
    }
