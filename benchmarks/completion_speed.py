"""How long a key press takes: titles for what has been typed, against tantivy's prefix search over the same titles.

    python benchmarks/completion_speed.py ../shared/collections/msdocs-sections

Types beginnings of titles drawn from the corpus, from two letters on, and times the table of titles
(``kb/index/titles.py``) by itself, one thread, eight titles. tantivy (``pip install tantivy``) matches whole words
and the prefix of the last one in its title field, top eight by BM25.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
import time
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path

import numpy as np
import tantivy

from kb.index.titles import Title, TitleTable, write_titles
from kb.model import Kind
from kb.text.analyzer import analyzer

SHOWN = 8
_WORD = re.compile(r"\w+")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("collection", type=Path)
    arguments.add_argument("--typed", type=int, default=2000, help="how many beginnings are typed")
    chosen = arguments.parse_args()
    titles = read_titles(chosen.collection)
    typed = beginnings(titles, chosen.typed)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        write_titles(Path(folder), [Title(title, Kind.ARTICLE) for title in titles], analyzer("en"))
        built = time.perf_counter() - began
        table = TitleTable(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        ours = timed(
            typed, lambda words: list(islice(chain.from_iterable(table.find(words[:-1], words[-1])), SHOWN))
        )
    theirs = timed(typed, tantivy_search(titles))
    print(
        f"{len(titles)} titles, {len(typed)} beginnings; table built in {built:.1f} s, {size / 1e6:.1f} MB on disk"
    )
    print("| | p50 ms | p95 ms | p95 ÷ tantivy |\n|---|---|---|---|")
    for name, seconds in (("kb", ours), ("tantivy", theirs)):
        p50, p95 = np.percentile(seconds, [50, 95]) * 1000
        print(f"| {name} | {p50:.3f} | {p95:.3f} | {p95 / (np.percentile(theirs, 95) * 1000):.2f} |")


def read_titles(collection: Path) -> list[str]:
    plain = collection / "corpus.jsonl"
    if plain.exists():
        lines = plain.read_text(encoding="utf-8").splitlines()
    else:
        lines = gzip.decompress(plain.with_suffix(".jsonl.gz").read_bytes()).decode().splitlines()
    return [json.loads(line)["title"] for line in lines]


def beginnings(titles: list[str], count: int) -> list[list[str]]:
    """What somebody has typed so far, in words, the last of which may go on."""
    rng = random.Random(1)
    found: list[list[str]] = []
    while len(found) < count:
        title = rng.choice(titles)
        length = rng.randrange(2, max(3, min(30, len(title))))
        words = _WORD.findall(title[:length].lower())
        if words and (len(words) > 1 or len(words[0]) > 1):
            found.append(words)
    return found


def tantivy_search(titles: list[str]) -> Callable[[list[str]], object]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", stored=False)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(128_000_000)
    for title in titles:
        writer.add_document(tantivy.Document(title=title))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    must = tantivy.Occur.Must

    def search(words: list[str]) -> object:
        parts = [(must, tantivy.Query.term_query(schema, "title", word)) for word in words[:-1]]
        parts.append((must, tantivy.Query.regex_query(schema, "title", f"{re.escape(words[-1])}.*")))
        return searcher.search(tantivy.Query.boolean_query(parts), SHOWN)

    return search


def timed(typed: list[list[str]], search: Callable[[list[str]], object]) -> list[float]:
    for words in typed[:50]:
        search(words)
    seconds = []
    for words in typed:
        began = time.perf_counter()
        search(words)
        seconds.append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    main()
