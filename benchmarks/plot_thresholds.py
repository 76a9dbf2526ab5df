"""Draws what each confidence threshold would suggest, from the JSON that ``kb eval --json`` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from matplotlib import pyplot

_LINES = {
    "coverage": ("answerable questions that get a suggestion", "tab:blue", "-"),
    "precision": ("of those, one of the three answers", "tab:green", "--"),
    "false_alarms": ("unanswerable questions that get one", "tab:red", ":"),
}


@click.command()
@click.argument("figures", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    default=Path("docs/images/thresholds.svg"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="The picture.",
)
def main(figures: Path, out: Path) -> None:
    """Draw the curve of each collection in FIGURES, a small picture each.

    Example: kb eval --json DIR... > figures.json && python benchmarks/plot_thresholds.py figures.json
    """
    collections = json.loads(figures.read_text(encoding="utf-8"))["collections"]
    columns = min(len(collections), 4)
    rows = -(-len(collections) // columns)
    figure, axes = pyplot.subplots(
        rows, columns, figsize=(3.2 * columns, 2.6 * rows), sharey=True, squeeze=False
    )
    for each, axis in zip(collections, axes.flat, strict=False):
        _draw(each, axis)
    for axis in list(axes.flat)[len(collections) :]:
        axis.set_axis_off()
    handles, labels = axes.flat[_with_alarms(collections)].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower right", fontsize=8, frameon=False)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})
    click.echo(f"{out} written.")


def _draw(collection: dict[str, Any], axis: Any) -> None:
    curve = collection["curve"]
    thresholds = [point["threshold"] for point in curve]
    for name, (label, colour, style) in _LINES.items():
        shares = [point[name] for point in curve]
        if shares[0] is not None:
            axis.plot(thresholds, shares, color=colour, linestyle=style, label=label)
    axis.axvline(collection["threshold"], color="grey", linewidth=0.8)
    axis.set_title(collection["collection"], fontsize=9)
    axis.set_xlabel("threshold", fontsize=8)
    axis.set_ylim(0, 1.02)
    axis.tick_params(labelsize=7)
    axis.grid(alpha=0.3)


def _with_alarms(collections: list[dict[str, Any]]) -> int:
    """The place of a collection that shows all lines, so that the legend names them all."""
    return next((i for i, each in enumerate(collections) if each["curve"][0]["false_alarms"] is not None), 0)


if __name__ == "__main__":
    main()
