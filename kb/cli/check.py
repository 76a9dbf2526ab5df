"""``kb check``"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from kb.cli.options import folders_option
from kb.cli.output import counted, knowledge_base, print_json, progress_bar, said
from kb.writing.baseline import read_baseline
from kb.writing.baseline import write_baseline as write
from kb.writing.checking import CheckReport, ordered
from kb.writing.checks.findability import check as lost
from kb.writing.findability import SHOWN, Findability
from kb.writing.findings import RULES, Finding, Severity

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


@click.command()
@folders_option
@click.option(
    "--format",
    "shape",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "github"]),
    help="For people, for programs, or as annotations of a GitHub workflow.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="RULE",
    type=click.Choice(RULES),
    help="Only this rule, such as broken-link; repeatable.",
)
@click.option("--quiet", is_flag=True, help="Leave notices out.")
@click.option(
    "--findability", is_flag=True, help="Also ask the search every question that the articles answer."
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --findability: what this file knows to be lost is a warning, the rest an error.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found now into the --baseline FILE.")
@click.option("--strict", is_flag=True, help="End with exit code 1 for warnings too.")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, then report the rest.")
def check(
    folders: tuple[Path, ...],
    shape: str,
    only: tuple[str, ...],
    quiet: bool,
    findability: bool,
    baseline: Path | None,
    write_baseline: bool,
    strict: bool,
    fix: bool,
) -> None:
    """Say by path and line what is wrong with the articles, and what to do.

    Ends with exit code 1 when there is an error (with --strict, also a warning). Only what changed since the last
    check is rendered again. docs/articles.md lists the rules.

    \b
    Example:
      kb check
      kb check --fix --quiet
      kb check --findability --baseline findability.json
      kb check --articles help --format github --strict
    """
    if write_baseline and not (findability and baseline):
        raise click.UsageError("--write-baseline needs --findability and --baseline FILE.")
    known = read_baseline(baseline) if findability and baseline and not write_baseline else None
    with knowledge_base() as kb, progress_bar(quiet=shape != "text") as progress:
        report = kb.writers.check(
            folders or None, fix=fix, on_progress=lambda done, total: progress("articles", done, total)
        )
        found = kb.demand.findability(report.library, progress) if findability else None
    if found and baseline and write_baseline:
        write(baseline, found)
        known = read_baseline(baseline)
    findings = ordered((*report.findings, *(lost(report.library, found, known) if found else ())))
    chosen = [one for one in findings if not only or one.rule in only]
    chosen = [one for one in chosen if not (quiet and one.severity is Severity.NOTICE)]
    show_findings(chosen, shape)
    if shape == "json":
        scores = {"findability": _scores(found)} if found else {}
        print_json({"articles": report.articles, "mended": report.mended, "findings": chosen, **scores})
    elif shape == "text":
        _sum_up(report, chosen)
        if found:
            _sum_up_findability(found)
    if any(fails(one, strict=strict) for one in chosen):
        raise SystemExit(1)


def fails(finding: Finding, *, strict: bool) -> bool:
    """Whether a finding makes the command end with exit code 1."""
    return finding.severity is Severity.ERROR or (strict and finding.severity is Severity.WARNING)


def show_findings(findings: list[Finding], shape: str) -> None:
    """Print findings for people, or as annotations of a GitHub workflow; JSON is printed by the caller."""
    if shape == "github":
        for finding in findings:
            click.echo(_annotation(finding))
    if shape != "text":
        return
    console = Console(soft_wrap=True)
    for finding in findings:
        line = Text(f"{finding.path}:{finding.line}: ", style="dim")
        line.append(finding.severity.value, style=_COLOURS[finding.severity])
        line.append(f" {said(finding.message)} [{finding.rule}]", style="not dim")
        console.print(line)


def _annotation(finding: Finding) -> str:
    """A workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""
    where = f"file={_property(finding.path)},line={finding.line},title={_property(finding.rule)}"
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{finding.severity.value} {where}::{message}"


def _property(text: str) -> str:
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(sign, code)
    return text


def _sum_up(report: CheckReport, chosen: list[Finding]) -> None:
    for finding in report.mended:
        click.echo(f"{finding.path}:{finding.line}: mended [{finding.rule}]")
    counts = ", ".join(
        counted(sum(one.severity is severity for one in chosen), severity.value) for severity in Severity
    )
    mendable = sum(one.mend is not None for one in chosen)
    click.echo(f"{counted(report.articles, 'article')}: {counts}.")
    if mendable:
        click.echo(f'{mendable} of these can be mended by "kb check --fix".')


_WEAKEST = 5


def _scores(found: Findability) -> dict[str, object]:
    return {
        "questions": len(found.outcomes),
        "found": len(found.outcomes) - len(found.lost),
        "scores": found.scores,
    }


def _sum_up_findability(found: Findability) -> None:
    scores = found.scores
    if not scores:
        click.echo("Findability: no published article asks to be found.")
        return
    asked, lost_ = len(found.outcomes), len(found.lost)
    mean = sum(scores.values()) / len(scores)
    click.echo(
        f"Findability: {asked - lost_} of {asked} questions bring up their article among the first {SHOWN}; "
        f"mean score {mean:.2f}."
    )
    weakest = sorted(scores.items(), key=lambda item: (item[1], item[0]))[:_WEAKEST]
    for article, score in weakest:
        if score < 1:
            click.echo(f"  {score:.2f}  {article}")
