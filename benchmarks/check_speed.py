"""How long ``kb check`` takes on 5,000 articles: the first time, again, and after one article changed.

Articles are the sections of a collection of documentation, three to an article, with links between them. The peer is
python-markdown alone, rendering the same files in one process of the same run.
"""

from __future__ import annotations

import gzip
import json
import platform
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import click
import markdown

from kb.settings import Settings
from kb.writing.desk import WritersDesk

SECTIONS = 3


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--articles", default=5_000, show_default=True, help="How many articles to check.")
def main(corpus: Path, articles: int) -> None:
    """Measure checking. CORPUS is a corpus.jsonl.gz of documents with title and text."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as scratch:
        folder = Path(scratch) / "articles"
        size = write_articles(corpus, folder, articles)
        click.echo(f"{articles} articles, {size / 1e6:.1f} MB, Python {platform.python_version()}")
        desk = WritersDesk(Settings(data=Path(scratch) / "data", articles=(folder,)))
        peer = _seconds(lambda: _render_alone(folder))
        _print("python-markdown alone", peer, peer)
        _print("kb check, the first time", _seconds(desk.check), peer)
        _print("kb check, nothing changed", _seconds(desk.check), peer)
        with (folder / "en" / "topic-0" / "article-0.md").open("a", encoding="utf-8") as file:
            file.write("\nOne more sentence.\n")
        _print("kb check, one article changed", _seconds(desk.check), peer)


def _print(name: str, seconds: float, peer: float) -> None:
    click.echo(f"{name:<32}{seconds:>8.2f} s{seconds / peer:>8.2f}")


def _render_alone(folder: Path) -> None:
    renderer = markdown.Markdown()
    for path in folder.rglob("*.md"):
        renderer.reset()
        renderer.convert(path.read_text(encoding="utf-8"))


def write_articles(corpus: Path, folder: Path, articles: int) -> int:
    size = 0
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for number in range(articles):
            parts = [json.loads(line) for line in islice(lines, SECTIONS)]
            title = json.dumps(f"{parts[0]['title']} {number}")
            body = "\n\n".join(f"## {part['title']}\n\n{part['text']}" for part in parts)
            link = f"[next](../topic-{(number + 1) % 50}/article-{(number + 1) % articles}.md)"
            text = f"---\ntitle: {title}\nupdated: 2026-01-01\n---\nSee {link}.\n\n{body}\n"
            path = folder / "en" / f"topic-{number % 50}" / f"article-{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            size += path.write_text(text, encoding="utf-8")
    return size


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
