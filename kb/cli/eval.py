"""``kb eval``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kb.cli.eval_report import print_report, print_typos, report_shape, typos_shape
from kb.cli.options import json_option
from kb.cli.output import patient_settings, print_json, progress_bar
from kb.errors import EvaluationError
from kb.evaluation.collection import language_of, load_collection
from kb.evaluation.comparison import compare
from kb.evaluation.evaluation import Evaluation, evaluate, run_lines
from kb.evaluation.measures import MEASURES
from kb.evaluation.saved import load, save
from kb.evaluation.typos import evaluate_typos
from kb.index.engine import Progress
from kb.semantic.model import open_model

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("eval")
@click.argument("folders", metavar="DIR...", type=_FOLDER, nargs=-1, required=True)
@click.option("--lang", default="", help="The collections' language; told from their text where not given.")
@click.option("--suggest", is_flag=True, help="Print what each confidence threshold would suggest.")
@click.option("--typos", is_flag=True, help="Only search for titles, clean and misspelt.")
@click.option("--save", "saved", type=_FILE, help="Write the run, to compare later ones with.")
@click.option("--against", type=_FILE, help="Compare with a run that --save wrote.")
@click.option(
    "--measure",
    type=click.Choice(list(MEASURES)),
    default="nDCG@10",
    show_default=True,
    help="What --against compares.",
)
@click.option(
    "--changes",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="How many questions --against lists that became better, and worse.",
)
@click.option("--run-file", type=_FILE, help="Write the ranking of a single collection, in TREC's format.")
@json_option
def evaluate_collections(
    folders: tuple[Path, ...],
    lang: str,
    suggest: bool,
    typos: bool,
    saved: Path | None,
    against: Path | None,
    measure: str,
    changes: int,
    run_file: Path | None,
    as_json: bool,
) -> None:
    """Measure search quality and speed on judged collections.

    DIR holds corpus.jsonl, queries.jsonl, qrels/test.tsv and, optionally, queries-no-answer.jsonl. Each
    collection is indexed in a temporary folder by the code that the site runs. Every figure has its 95 %
    interval; a comparison is paired by question and says how likely its difference is by chance.

    \b
    Example:
      kb eval collections/faq collections/bank --save before.json
      kb eval collections/faq collections/bank --against before.json
    """
    if run_file and len(folders) > 1:
        raise click.UsageError("--run-file writes one collection's ranking: name one DIR.")
    if typos:
        _print_typos(folders, lang, as_json=as_json)
        return
    before = load(against) if against else ()
    with progress_bar(quiet=as_json) as progress:
        found = [_evaluated(folder, lang, progress) for folder in folders]
    _refuse_namesakes(found)
    if run_file:
        run_file.write_text("\n".join(run_lines(found[0])) + "\n", encoding="utf-8")
    if saved:
        save(saved, found)
    comparison = compare(before, found, measure) if before else None
    if as_json:
        print_json(report_shape(found, comparison, changes))
    else:
        print_report(found, comparison, changes, thresholds=suggest)


def _evaluated(folder: Path, lang: str, progress: Progress) -> Evaluation:
    settings = patient_settings()
    lang = lang or language_of(folder, otherwise=settings.language)
    collection = load_collection(folder, lang)
    return evaluate(
        collection,
        lang,
        lambda done, total: progress(collection.name, done, total),
        open_model(settings),
    )


def _print_typos(folders: Sequence[Path], lang: str, *, as_json: bool) -> None:
    settings = patient_settings()
    found = []
    with progress_bar(quiet=as_json) as progress:
        for done, folder in enumerate(folders):
            progress("misspelt titles", done, len(folders))
            own = lang or language_of(folder, otherwise=settings.language)
            figures = evaluate_typos(load_collection(folder, own), own, open_model(settings))
            found += [figures] if figures else []
    if not found:
        raise EvaluationError("No title has a word of four letters to misspell.")
    if as_json:
        print_json(typos_shape(found))
    else:
        print_typos(found)


def _refuse_namesakes(found: Sequence[Evaluation]) -> None:
    """:raises EvaluationError: two collections have one name, by which runs are compared."""
    names = [each.collection for each in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise EvaluationError(
            f"Two folders are called {twice[0]}. Name each collection once, and differently."
        )
