"""How long indexing takes: from nothing, with nothing changed, and after one article was edited.

The articles are made from the paragraphs of the sample help centre, shuffled with a fixed seed. The peer is Whoosh
alone with its own stemming analyzer, indexing the same plain text in the same run.
"""

from __future__ import annotations

import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
from whoosh import index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema

SAMPLE = Path(__file__).resolve().parent.parent / "articles" / "en"
PARAGRAPHS = 9  # of an article: about 1.6 kB
TOPICS = 25


@click.command()
@click.option("--articles", default=10_000, show_default=True, help="How many articles to index.")
def main(articles: int) -> None:
    """Measure indexing."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        folder = Path(name)
        texts = write_articles(folder / "articles" / "en", articles)
        size = sum(map(len, texts)) / articles
        peer = time_whoosh(folder / "whoosh", texts)
        rows = [("Whoosh alone, the same text", peer)]
        rows.append(("kb index, from nothing", time_kb(folder)))
        time.sleep(3)  # a file's age must show that it has settled
        rows.append(("kb index, nothing changed", time_kb(folder)))
        edited = folder / "articles" / "en" / "topic-0" / "article-0.md"
        edited.write_text(edited.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
        rows.append(("kb index, one article edited", time_kb(folder)))
    click.echo(
        f"{articles} articles of {size:.0f} characters; {os.cpu_count()} processors, {platform.machine()}, "
    )
    click.echo(f"Python {platform.python_version()}. Whole processes, start-up included.\n")
    click.echo("| what | seconds | ÷ Whoosh alone |\n|---|---:|---:|")
    for what, seconds in rows:
        click.echo(f"| {what} | {seconds:.1f} | {seconds / peer:.2f} |")


def write_articles(folder: Path, count: int) -> list[str]:
    """Write Markdown articles and return their text."""
    chance = random.Random(7)
    paragraphs = [
        part
        for file in sorted(SAMPLE.rglob("*.md"))
        for part in file.read_text(encoding="utf-8").split("---", 2)[2].split("\n\n")
        if part.strip() and "](" not in part
    ]
    texts = []
    for number in range(count):
        body = "\n\n".join(part.strip("\n") for part in chance.sample(paragraphs, PARAGRAPHS))
        words = chance.sample(body.split(), 4)
        title = "".join(c for c in " ".join(words) if c.isalnum() or c == " ") + f" {number}"
        target = folder / f"topic-{number % TOPICS}" / f"article-{number}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"---\ntitle: {title}\n---\n\n{body}\n", encoding="utf-8")
        texts.append(f"{title}\n{body}")
    return texts


def time_kb(folder: Path) -> float:
    """Seconds of one ``kb index``."""
    environment = {**os.environ, "KB_DATA": str(folder / "data"), "KB_ARTICLES": str(folder / "articles")}
    kb = Path(sys.executable).with_name("kb")
    began = time.perf_counter()
    subprocess.run([kb, "index"], env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def time_whoosh(folder: Path, texts: list[str]) -> float:
    """Seconds that Whoosh takes for the text alone: no Markdown, no HTML, no pages."""
    folder.mkdir()
    schema = Schema(id=ID(stored=True, unique=True), text=TEXT(analyzer=StemmingAnalyzer(), phrase=True))
    began = time.perf_counter()
    writer = index.create_in(folder, schema).writer(limitmb=256)
    for number, text in enumerate(texts):
        writer.add_document(id=str(number), text=text)
    writer.commit()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
