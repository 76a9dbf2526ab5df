"""What a sentence encoder costs a search: time, and memory of a worker.

The articles are made from the paragraphs of the sample help centre, shuffled with a fixed seed. Their vectors are
random, since comparing them takes as long whatever they say; questions are encoded by the model. The peer is the same
search by words alone, in the same run, question after question. What is told first is processor time, which other
work on the machine lengthens least.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from kb.evaluation.measures import percentile
from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.vectors import quantise
from kb.model import Article, Document, Query, Section
from kb.search.searcher import Searcher
from kb.semantic.directory import read_directory
from kb.semantic.encoder import Encoder
from kb.semantic.model import SentenceModel

SAMPLE = Path(__file__).resolve().parent.parent / "articles" / "en"
SECTIONS = 6  # of an article
QUESTIONS = 200
SHORT, LONG = 6, 100  # words


class RandomPassages:
    """Implements :class:`kb.index.vectors.PassageEncoder` without a network."""

    def __init__(self, fingerprint: str, dimensions: int) -> None:
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self._chance = np.random.default_rng(7)

    def knows(self, lang: str) -> bool:
        return lang == "en"

    def encode(self, texts: Sequence[str], counted: Callable[[int, int], None]) -> NDArray[np.float16]:
        counted(len(texts), len(texts))
        vectors = self._chance.standard_normal((len(texts), self.dimensions), np.float32)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


@click.command()
@click.option("--model", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--articles", default=10_000, show_default=True, help="How many, each of 6 sections.")
@click.option("--worker", hidden=True, type=click.Path(path_type=Path), help="Measure memory in this index.")
@click.option("--by-words", is_flag=True, hidden=True)
def main(folder: Path, articles: int, worker: Path | None, by_words: bool) -> None:
    """Measure searching with a model."""
    words = [word for paragraph in paragraphs() for word in paragraph.split()]
    if worker:
        click.echo(json.dumps(memory(worker, None if by_words else open_model(folder), words)))
        return
    directory = read_directory(folder)
    random_passages = RandomPassages(directory.fingerprint(), Encoder(directory).dimensions)
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as data:
        engine = EmbeddedEngine(Path(data), passages=opened(random_passages))
        engine.rebuild(documents(articles))
        vectors = engine.reader().status().vectors["en"]
        click.echo(f"{articles} articles, {articles * SECTIONS} sections, {vectors} vectors; one thread.\n")
        report_times(engine, open_model(folder), words)
        report_memory(Path(data), folder)
    report_scans(random_passages.dimensions)


def report_times(engine: EmbeddedEngine, model: SentenceModel, words: Sequence[str]) -> None:
    """Whole searches: ten hits with snippets."""
    by_words, by_both = Searcher(engine.reader, "en"), Searcher(engine.reader, "en", model.questions)
    click.echo(
        "| search, ms of processor time | words p50 | p95 | with meaning p50 | p95 | p95 ÷ words | p95 by the clock |"
    )
    click.echo("|---|---:|---:|---:|---:|---:|---:|")
    for name, length in (("short question", SHORT), ("message", LONG)):
        plain, both = times((by_words, by_both), questions(words, length))
        figures = [percentile(each.processor, share) for each in (plain, both) for share in (0.5, 0.95)]
        row = " | ".join(f"{1000 * seconds:.1f}" for seconds in figures)
        clock = 1000 * percentile(both.clock, 0.95)
        click.echo(f"| {name} of {length} words | {row} | {figures[3] / figures[1]:.2f} | {clock:.1f} |")
    counts = model.questions.counts
    click.echo(f"\n{counts.answered} questions answered, {counts.late} late.\n")


@dataclass(slots=True)
class Times:
    """Seconds of each question."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


def times(searchers: Sequence[Searcher], asked: Sequence[str]) -> list[Times]:
    """What each question but the first ten took each searcher, one after the other."""
    found = [Times() for _ in searchers]
    for number, text in enumerate(asked):
        for searcher, each in zip(searchers, found, strict=True):
            clock, processor = time.perf_counter(), time.process_time()
            searcher.search(Query(text, lang="en", only_lang=True, exact=True))
            if number >= 10:
                each.processor.append(time.process_time() - processor)
                each.clock.append(time.perf_counter() - clock)
    return found


def report_memory(index: Path, folder: Path) -> None:
    """Of a process of its own that has answered questions."""
    found = []
    for flags in (["--by-words"], []):
        command = [sys.executable, __file__, "--model", str(folder), "--worker", str(index), *flags]
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    click.echo("| memory of a worker, MB | words | with meaning | above |\n|---|---:|---:|---:|")
    for name in found[0]:
        plain, both = (each[name] for each in found)
        click.echo(f"| {name} | {plain:.0f} | {both:.0f} | {both - plain:.0f} |")


def memory(index: Path, model: SentenceModel | None, words: Sequence[str]) -> dict[str, float]:
    """Megabytes that this process holds after a while."""
    searcher = Searcher(EmbeddedEngine(index).reader, "en", model.questions if model else None)
    for length in (SHORT, LONG):
        times([searcher], questions(words, length)[:50])
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    amounts = {line.split(":")[0]: int(line.split()[1]) / 1000 for line in rollup.splitlines()[1:]}
    own = sum(
        amount for name, amount in amounts.items() if name.startswith("Private_") and "Huge" not in name
    )
    return {"resident": amounts["Rss"], "of its own (not shared with other workers)": own}


def report_scans(dimensions: int) -> None:
    """Comparing one question with every vector."""
    from simsimd import cdist

    click.echo("\n| vectors | int8, ms | numpy float32, ms | int8 ÷ numpy |\n|---:|---:|---:|---:|")
    for count in (60_000, 250_000):
        floats = np.random.default_rng(7).standard_normal((count, dimensions), np.float32)
        rows = quantise(floats, [0] * count).vectors
        asked = rows[:1].copy()
        small = best_of(lambda rows=rows, asked=asked: cdist(asked, rows, metric="dot", out_dtype="float32"))
        large = best_of(lambda floats=floats: floats @ floats[0])
        click.echo(f"| {count} | {1000 * small:.1f} | {1000 * large:.1f} | {small / large:.2f} |")


def best_of(run: Callable[[], object]) -> float:
    """The shortest of ten times, in seconds."""
    seconds = []
    for _ in range(10):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def open_model(folder: Path) -> SentenceModel:
    model = SentenceModel(folder, Path("unused.sqlite"), budget=60.0)
    model.questions.loaded(60.0)
    return model


def opened(passages: RandomPassages) -> Callable[[], object]:
    @contextmanager
    def opening() -> Iterator[RandomPassages]:
        yield passages

    return opening


def questions(words: Sequence[str], length: int) -> list[str]:
    """Different questions of so many words, as they follow each other in the articles."""
    chance = random.Random(length)
    firsts = chance.sample(range(len(words) - length), QUESTIONS)
    return [" ".join(words[first : first + length]) for first in firsts]


def paragraphs() -> list[str]:
    return [
        part.replace("\n", " ")
        for file in sorted(SAMPLE.rglob("*.md"))
        for part in file.read_text(encoding="utf-8").split("\n\n")
        if len(part) > 80 and not part.startswith(("---", "#", "|", "```"))
    ]


def documents(count: int) -> list[Document]:
    """Articles of six short sections."""
    chance, known = random.Random(7), paragraphs()
    titles = [paragraph.split(".")[0][:60] for paragraph in known]
    return [
        from_article(
            Article(
                id=f"en/topic/article-{number}",
                lang="en",
                topic="topic",
                slug=f"article-{number}",
                title=f"{chance.choice(titles)} {number}",
                html="",
                sections=tuple(
                    Section(chance.choice(titles), f"s-{place}", 2, chance.choice(known)[:350])
                    for place in range(SECTIONS)
                ),
                content_hash=str(number),
                source="",
            )
        )
        for number in range(count)
    ]


if __name__ == "__main__":
    main()
