"""How fast a search is, against other engines on the same machine in the same run: "make bench".

One thread asks, all systems in turn, for the first ten. The documents are sections of software documentation,
``KB_TEST_DATA/collections/msdocs-sections``; the queries are cut from them with a fixed seed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from speed import build, web
from speed.corpus import LANG, WHOLE, load_documents
from speed.queries import make_queries, short_queries
from speed.report import GOAL_HEAD, Table, goal, machine
from speed.systems import (
    DEFAULT,
    FAST,
    KINDS,
    TANTIVY,
    Analysed,
    Bm25s,
    Fts5,
    System,
    Tantivy,
    WhooshAlone,
    analyse,
    open_ours,
)
from speed.timing import Latency, time_queries

from kb.index.fast import has_kernels
from kb.index.generations import FORMAT
from kb.model import Document

FEW = 5000
NAMES = {"short": "short query", "message": "100-word message", "prefix": "type-ahead prefix"}
GOALS = {
    (DEFAULT, "short"): 3.0,
    (DEFAULT, "message"): 1.0,
    (DEFAULT, "prefix"): 3.0,
    (FAST, "short"): 0.5,
    (FAST, "message"): 0.5,
}
PEERS = {"tantivy": Tantivy, "bm25s": Bm25s, "SQLite FTS5": Fts5}


@click.command()
@click.option(
    "--documents", default=WHOLE, show_default=True, help="How many; beyond 220,510 they are resampled."
)
@click.option("--queries", default=200, show_default=True, help="How many of each kind.")
@click.option("--rounds", default=3, show_default=True, help="How often all systems answer each of them.")
@click.option(
    "--clock", type=click.Choice(["wall", "cpu"]), default="wall", help="cpu where others use the machine."
)
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Keep indexes here and use those that are there."
)
@click.option("--port", default=8160, show_default=True, help="A free port, and the three after it.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the tables to this file, too.")
def main(
    documents: int, queries: int, rounds: int, clock: str, folder: Path | None, port: int, save: Path | None
) -> None:
    """Measure searches, builds, memory and requests."""
    where = machine(clock)
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as temporary:
        bench = Bench(folder or Path(temporary), documents, queries, clock)
        tables: list[Table] = []
        for measure in (
            lambda: bench.searches(rounds),
            lambda: [bench.growth(rounds)],
            lambda: [bench.builds()],
            lambda: [bench.processes()],
            lambda: [bench.requests(port)],
        ):
            for table in measure():
                click.echo(table.markdown())
                tables.append(table)
    head = f"{documents:,} documents; {queries} queries of each kind, {rounds} rounds. `make bench` measures anew."
    text = "\n".join(["# Search speed", "", head, where, "", *(table.markdown() for table in tables)])
    if save:
        save.parent.mkdir(parents=True, exist_ok=True)
        save.write_text(text, encoding="utf-8")


class Bench:
    """One run: what it is about, and what is made for it once."""

    def __init__(self, folder: Path, count: int, queries: int, clock: str) -> None:
        self._folder = folder / f"format-{FORMAT}-{count}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        say(f"reading {count:,} documents")
        self._documents = load_documents(count)
        self._count = queries
        self._queries = make_queries(self._documents, queries)
        say("analysing them for the peers")
        self._analysed, self._analysis = build.timed(lambda: analyse(self._documents))
        self._built: dict[str, build.Timed] = {}
        self._steps: dict[str, Mapping[str, build.Timed]] = {}
        self._systems = self._open_systems()

    @property
    def _index(self) -> Path:
        return self._folder / "data" / "index"

    def _open_systems(self) -> list[System]:
        arrays = self._arrays(self._folder / "arrays", self._documents)
        peers: list[System] = []
        for name, make in PEERS.items():
            say(f"building {name}")
            peer, self._built[name] = build.timed(lambda make=make: make(self._analysed))
            peers.append(peer)
        self._analysed: list[Analysed] = []
        if not (self._index / "CURRENT").exists():
            say("building a whole index, Whoosh included")
            self._built["whole"] = build.build_all(self._index, self._documents)
        generation = self._index / (self._index / "CURRENT").read_text(encoding="utf-8").strip()
        return [*open_ours(arrays), *peers, WhooshAlone(generation / "fulltext" / LANG / "base")]

    def _arrays(self, folder: Path, documents: Sequence[Document]) -> Path:
        if not folder.exists():
            say(f"building the arrays of {len(documents):,} documents")
            unfinished = folder.with_name(f"{folder.name}, unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            self._steps[folder.name] = build.build_arrays(unfinished, documents)
            unfinished.rename(folder)
        return folder

    def searches(self, rounds: int) -> list[Table]:
        """Each kind of query, all systems."""
        found = {}
        for kind in KINDS:
            say(f"asking: {NAMES[kind]}")
            found[kind] = time_queries(self._systems, kind, getattr(self._queries, kind), rounds, self._clock)
        self._mine = {
            kind: {name: found[kind][name] for name in (DEFAULT, FAST) if name in found[kind]}
            for kind in KINDS
        }
        rows = []
        for (name, kind), most in GOALS.items():
            if name in found[kind]:
                ratio = found[kind][name].p95 / found[kind][TANTIVY].p95
                rows.append([f"{NAMES[kind]}, {name}: p95 ÷ tantivy", *goal(ratio, most)])
        return [
            *(self._latencies(kind, latencies) for kind, latencies in found.items()),
            Table("Against tantivy", GOAL_HEAD, rows),
        ]

    def _latencies(self, kind: str, found: Mapping[str, Latency]) -> Table:
        peer = found[TANTIVY]
        rows = [
            [
                name,
                f"{f.p50:.2f}",
                f"{f.p95:.2f}",
                f"{f.p50 / peer.p50:.2f}",
                f"{f.p95 / peer.p95:.2f}",
                f"{f.queries}",
            ]
            for name, f in found.items()
        ]
        head = ("system", "p50, ms", "p95, ms", "p50 ÷ tantivy", "p95 ÷ tantivy", "answers timed")
        return Table(NAMES[kind].capitalize(), head, rows)

    def growth(self, rounds: int) -> Table:
        """The same kinds of queries of few documents."""
        say(f"asking {FEW:,} documents")
        documents = load_documents(FEW)
        few = open_ours(
            self._arrays(self._folder.parent / f"format-{FORMAT}-{FEW}" / "arrays few", documents)
        )
        queries = make_queries(documents, self._count)
        rows = []
        for kind in KINDS:
            found = time_queries(few, kind, getattr(queries, kind), rounds, self._clock)
            rows += [
                [f"{NAMES[kind]}, {name}", *goal(self._mine[kind][name].p50 / found[name].p50, 12)]
                for name in found
            ]
        return Table(f"Growth of p50 from {FEW:,} to {len(self._documents):,} documents", GOAL_HEAD, rows)

    def builds(self) -> Table:
        """From text to what is searched."""
        say("building Whoosh's part")
        whoosh = self._folder / "whoosh"
        shutil.rmtree(whoosh, ignore_errors=True)
        full_text = build.build_full_text(whoosh, self._folder / "arrays")
        say("editing one document")
        edit = build.edit_one(self._index, self._documents)
        peer = self._seconds(self._built[TANTIVY])
        rows = [[f"{name} from terms", f"{self._seconds(self._built[name]):.1f} s", "", ""] for name in PEERS]
        rows.append(["analysis for the peers", f"{self._seconds(self._analysis):.1f} s", "", ""])
        if steps := self._steps.get("arrays"):
            whole, tokens, characters, shown = (
                self._seconds(steps[step])
                for step in (build.WHOLE, build.TOKENS, build.CHARACTERS, build.SHOWN)
            )
            rows.append(["arrays: analysis, tokens with their places", f"{tokens:.1f} s", "", ""])
            rows.append(["arrays: character n-grams, which no peer has", f"{characters:.1f} s", "", ""])
            rows.append(["arrays: what hits show, which no peer is given", f"{shown:.1f} s", "", ""])
            rest = whole - tokens - characters - shown
            rows.append(["arrays: all else, from these tokens", f"{rest:.1f} s", "", ""])
            rows.append(["arrays from tokens ÷ tantivy from terms", *goal(rest / peer, 3)])
            rows.append(
                [
                    "arrays from text ÷ (analysis for the peers + tantivy)",
                    *goal(whole / (self._seconds(self._analysis) + peer), 3),
                ]
            )
        rows.append(["Whoosh's part, from tokens", f"{self._seconds(full_text):.0f} s", "", ""])
        if "whole" in self._built:
            rows.append(
                [
                    "whole index, Whoosh beside the arrays, by the wall clock",
                    f"{self._built['whole'].wall:.0f} s",
                    "",
                    "",
                ]
            )
        rows.append(["an edited document is found after, by the wall clock", *goal(edit.wall, 1, " s")])
        rows.append(["the same, by the processor's clock", f"{edit.cpu:.2f} s", "", ""])
        return Table("Building", GOAL_HEAD, rows)

    def _seconds(self, taken: build.Timed) -> float:
        return taken.wall if self._clock == "wall" else taken.cpu

    def processes(self) -> Table:
        """Memory and the first search of two workers of the site."""
        say("1,000 searches in each of two workers, 100 of them messages")
        file = self._folder / "queries.txt"
        messages = [query.text for query in self._queries.message]
        file.write_text("\n".join([*messages, *short_queries(self._documents, 1800)]), encoding="utf-8")
        site, empty = self._workers(str(file)), self._workers("empty")
        rows = []
        for name, what, most in (
            ("anonymous", "memory that a worker needs", 150),
            ("private", "memory of a worker that nobody shares", 150),
            ("share", "the same, and its share of what is shared", 150),
            ("files", "pages of files among that, which the system may drop", None),
        ):
            above = max(one[name] for one in site) - max(one[name] for one in empty)
            told = goal(above, most, " MB") if most else (f"{above:.2f} MB", "", "")
            rows.append([f"{what}, above an empty application", *told])
        rows.append(
            ["first search of a worker, pages in memory", *goal(max(w["first"] for w in site), 1, " s")]
        )
        return Table("Processes" + (", with the extra fast" if has_kernels() else ""), GOAL_HEAD, rows)

    def _workers(self, what: str) -> list[dict[str, float]]:
        environment = self._environment()
        run = subprocess.run(
            [sys.executable, "-m", "speed.worker", what],
            env=environment, cwd=web.FOLDER, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: list[dict[str, float]] = json.loads(run.stdout)
        return found

    def requests(self, port: int) -> Table:
        """The search page's JSON and an endpoint that does nothing, one worker each."""
        say("requests over HTTP")
        texts = short_queries(self._documents, web.DIFFERENT)
        installs = [web.Install(DEFAULT, self._environment(), 0.25)]
        if has_kernels():
            installs = [
                installs[0].without_kernels(self._folder),
                web.Install(FAST, self._environment(), 0.35),
            ]
        return web.requests(installs, texts, self._count, port, self._clock)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
        return kept | {"KB_DATA": str(self._folder / "data"), "KB_LANGUAGE": LANG}


def say(what: str) -> None:
    """What is being done, and since when."""
    click.echo(f"{time.perf_counter() - _BEGAN:5.0f} s  {what}", err=True)


_BEGAN = time.perf_counter()

if __name__ == "__main__":
    main()
