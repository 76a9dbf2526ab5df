"""``kb model``"""

from __future__ import annotations

from pathlib import Path

import click

from kb.semantic.check import ModelReport, check_model
from kb.semantic.pairs import Pair
from kb.settings import Settings

_SECTIONS = 10_000


@click.group()
def model() -> None:
    """Sentence encoders: an optional second opinion on what a question means.

    \b
    Example:
      kb model check models/all-MiniLM-L6-v2
    """


@model.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> None:
    """Say what a model is, how fast it is here, and prove it with pairs of sentences.

    DIR is a Sentence-Transformers model with an ONNX file. To use it, set KB_SEMANTIC_MODEL to DIR and run
    "kb index". The exit code is 1 when a pair is not told apart.

    \b
    Example:
      kb model check models/all-MiniLM-L6-v2
    """
    report = check_model(folder, Settings.from_env().semantic_languages)
    for line in _described(report):
        click.echo(line)
    for pair in report.pairs:
        click.echo(_pair(pair))
    if not report.pairs:
        click.echo("No pair of sentences in a language it knows: it was not tried.")
    if not all(pair.is_right for pair in report.pairs):
        raise SystemExit(1)


def _described(report: ModelReport) -> list[str]:
    directory, languages = report.directory, report.languages
    licence = f", licence {directory.licence}" if directory.licence else ""
    minutes = _SECTIONS / report.per_second / 60
    return [
        f"{directory.name}: {directory.onnx.name}, {report.megabytes:.0f} MB{licence}",
        f"{report.dimensions} dimensions, {directory.pooling} pooling, reads {directory.longest} tokens",
        f"Languages: {', '.join(languages.codes) or 'all'}, as {languages.source} says",
        f"Fingerprint: {report.fingerprint}",
        f"Loading {report.loading:.0f} ms, a short question {report.short_question:.1f} ms, "
        f"a message of 100 words {report.long_question:.1f} ms",
        f"{report.per_second:.0f} sections a second on one processor: {_SECTIONS:,} take about {minutes:.0f} minutes",
    ]


def _pair(pair: Pair) -> str:
    verdict = "right" if pair.is_right else "WRONG"
    return (
        f"{verdict}  {pair.question}\n"
        f"  {pair.to_answer:6.2f}  {pair.answer}\n"
        f"  {pair.to_other:6.2f}  {pair.other}"
    )
