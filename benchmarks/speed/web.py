"""How many requests a second a server answers over 16 connections that stay open."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from speed import empty
from speed.queries import as_people_ask, repeated
from speed.report import GOAL_HEAD, Table, least

CONNECTIONS = 16
THREADS = 8
WARM = 1.0
FEW = 200
LIVED = 2_000
"""Requests that a worker answered before it is measured as people ask; one that just started remembers nothing."""
SECONDS = 6.0
DIFFERENT = 12_000
"""Queries that are all new: more than are answered in the time."""
ASKED = 60_000
"""Requests as people ask: more than are answered in the time."""
FOLDER = Path(__file__).resolve().parent.parent
JUDGED = """\
The goal is judged on what is asked as people ask: popular queries often, most others once. A site's day is neither
all new, which is the price of a search, and that is judged above; nor the same few searches again and again, which is
the price of a request. The empty endpoint is one of Flask behind gunicorn's threads, as Flask sites usually are.
The worker that the site has hands nothing over to another thread: what does nothing gains most by that."""


@dataclass(frozen=True, slots=True)
class Install:
    """What is installed, the environment that the site runs in there, and the goal of its requests."""

    name: str
    environment: Mapping[str, str]
    wanted: float

    def without_kernels(self, folder: Path) -> Install:
        """The same where the extra ``fast`` cannot be imported; ``folder`` holds what sees to that."""
        hidden = folder / "without-numba"
        hidden.mkdir(exist_ok=True)
        (hidden / "numba.py").write_text("raise ImportError\n", encoding="utf-8")
        return replace(self, environment={**self.environment, "PYTHONPATH": str(hidden)})


@dataclass(frozen=True, slots=True)
class Stream:
    """What is asked, in turn and then anew, and how much of it before anything is counted."""

    texts: Sequence[str]
    warm: int

    @property
    def paths(self) -> list[str]:
        """The addresses of searches."""
        return [f"/api/search?q={quote(text)}" for text in self.texts]


def streams(texts: Sequence[str], few: int) -> Mapping[str, Stream]:
    """Some different queries, never asked twice; as people ask; and few of them all the time."""
    return {
        "all new": Stream(texts, FEW),
        "as people ask": Stream(as_people_ask(texts, ASKED), LIVED),
        "again and again": Stream(texts[:few], few),  # each once: what comes again shall come again
    }


@dataclass(frozen=True, slots=True)
class Load:
    """Requests that were counted, and how many a second were answered."""

    first: int
    last: int
    rate: float


def requests(installs: Sequence[Install], texts: Sequence[str], few: int, port: int, clock: str) -> Table:
    """Searches over HTTP by the second, each install and each stream, beside an endpoint that does nothing."""
    usual, bare = (_empty(worker, port, clock) for worker in ("gthread", "webapp.worker.SearchingWorker"))
    rows = [
        ["an empty endpoint, gunicorn's threads", f"{usual:.0f} a second", "", ""],
        ["an empty endpoint, the worker that the site has", f"{bare:.0f} a second", "", ""],
    ]
    settings = {"KB_WORKERS": "1", "KB_THREADS": str(THREADS)}
    site = ["-m", "webapp", "--port", str(port + 1)]
    for install in installs:
        for what, stream in streams(texts, few).items():
            load = served(
                site, {**install.environment, **settings}, port + 1, stream.paths, stream.warm, clock
            )
            name = f"/api/search, {install.name}, {what}"
            rows.append([name, f"{load.rate:.0f} a second", "", ""])
            rows.append([f"{name} ÷ empty", *least(load.rate / usual, install.wanted)])
            if stream.warm == LIVED:
                share = repeated(stream.texts, load.first, load.last)
                rows.append([f"{name} ÷ empty in the site's worker", f"{load.rate / bare:.2f}", "", ""])
                rows.append([f"{name}: share asked before", f"{share:.2f}", "", ""])
    return Table(f"Requests over {CONNECTIONS} connections", GOAL_HEAD, rows, JUDGED)


def _empty(worker: str, port: int, clock: str) -> float:
    nothing = ["-m", "speed.empty", str(port), str(THREADS), worker]
    return served(nothing, {}, port, [empty.PATH], FEW, clock).rate


def served(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    port: int,
    paths: Sequence[str],
    warm: int,
    clock: str,
) -> Load:
    """What one server process answers, which is started and ended here; the paths in turn, then anew.

    By the ``cpu`` clock a second of the server's processor time, whatever else the machine does meanwhile.
    """
    server = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        cwd=FOLDER,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        turns = cycle(paths)  # goes on after the warming: what is new shall be new
        asyncio.run(_until_answered(port, next(turns)))
        warmed = 1
        while warmed <= warm:
            warmed += asyncio.run(_load(port, turns, WARM))
        began, spent = time.perf_counter(), _spent(server.pid)
        count = asyncio.run(_load(port, turns, SECONDS))
        taken = _spent(server.pid) - spent if clock == "cpu" else time.perf_counter() - began
        return Load(warmed, warmed + count, count / taken)
    finally:
        server.terminate()
        server.wait(timeout=30)


async def _until_answered(port: int, path: str) -> None:
    for _ in range(600):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await _request(reader, writer, path)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}.")


def _spent(process: int) -> float:
    """Seconds of the processor that a process and those it forked have taken."""
    of = Path(f"/proc/{process}")
    ticks = (of / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    children = (of / "task" / str(process) / "children").read_text(encoding="ascii").split()
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(_spent(int(child)) for child in children)


async def _load(port: int, paths: Iterator[str], seconds: float) -> int:
    began = time.perf_counter()
    counts = await asyncio.gather(*(_connection(port, paths, began + seconds) for _ in range(CONNECTIONS)))
    return sum(counts)


async def _connection(port: int, paths: Iterator[str], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < until:
        await _request(reader, writer, next(paths))
        done += 1
    writer.close()
    return done


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if " 200 " not in head.split("\r\n", 1)[0]:
        raise SystemExit(f"{path}: {head.splitlines()[0]}")
    [length] = [line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")]
    await reader.readexactly(int(length))
