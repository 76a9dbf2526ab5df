"""``kb eval``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.output import as_json, print_json, progress_bar
from kb.content.detection import detect_language
from kb.evaluation.collection import load_collection, sample_text
from kb.evaluation.evaluation import Evaluation, evaluate, run_lines
from kb.settings import Settings


@click.command("eval")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--lang", default="", help="The collection's language; told from its text where not given.")
@click.option(
    "--run-file", type=click.Path(path_type=Path, dir_okay=False), help="Write the run, in TREC's format."
)
@click.option("--json", "as_json_", is_flag=True, help="Print JSON.")
def evaluate_collection(folder: Path, lang: str, run_file: Path | None, as_json_: bool) -> None:
    """Measure search quality and speed on a judged collection.

    DIR holds corpus.jsonl, queries.jsonl, qrels/test.tsv and, optionally, queries-no-answer.jsonl. The
    collection is indexed in a temporary folder by the code that the site runs.

    \b
    Example:
      kb eval collections/faq --run-file faq.run
    """
    lang = lang or detect_language(sample_text(folder), otherwise=Settings.from_env().language)
    collection = load_collection(folder, lang)
    with progress_bar(quiet=as_json_) as progress:
        found = evaluate(collection, lang, lambda done, total: progress("questions", done, total))
    if run_file:
        run_file.write_text("\n".join(run_lines(found)) + "\n", encoding="utf-8")
    if as_json_:
        print_json(_figures(found))
        return
    for name, value in _flat(_figures(found)):
        click.echo(f"{name:<24}{value}")


def _figures(found: Evaluation) -> dict[str, object]:
    return {
        "collection": found.collection,
        "lang": found.lang,
        "documents": found.documents,
        "queries": found.queries,
        **{name: round(value, 4) for name, value in found.measures.items()},
        "latency_ms": {"p50": round(found.latency_p50, 3), "p95": round(found.latency_p95, 3)},
        "suggestions": {name: round(value, 4) for name, value in as_json(found.suggestions).items()},
    }


def _flat(figures: dict[str, object], prefix: str = "") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for name, value in figures.items():
        rows += _flat(value, f"{name} ") if isinstance(value, dict) else [(prefix + name, value)]
    return rows
