"""How many requests a second a server answers over 16 connections that stay open."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import numpy as np

from kb.index.postings import Floats
from speed import empty
from speed.queries import as_people_ask, repeated
from speed.report import GOAL_HEAD, Table, least

CONNECTIONS = 16
THREADS = 8
WARM = 1.0
FEW = 200
LIVED = 2_000
"""Requests that a worker answered before it is measured as people ask; one that just started remembers nothing."""
SECONDS, ROUNDS = 1.0, 6
"""How long each server is asked in its turn, and how many turns it has."""
DIFFERENT = 12_000
"""Queries that are all new: more than are answered in the time."""
ASKED = 60_000
"""Requests as people ask: more than are answered in the time."""
FOLDER = Path(__file__).resolve().parent.parent
JUDGED = """\
The goal is judged on what is asked as people ask: popular queries often, most others once. A site's day is neither
all new, which is the price of a search, and that is judged above; nor the same few searches again and again, which is
the price of a request. The empty endpoint is one of Flask behind gunicorn's threads, as Flask sites usually are.
The worker that the site has hands nothing over to another thread: what does nothing gains most by that.
All have a second each in turn, six times; a ratio is the median of those of each round."""


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


class Server:
    """A server process, and what is asked of it: the paths in turn, then anew."""

    def __init__(self, process: int, port: int, paths: Sequence[str]) -> None:
        self._process = process
        self._port = port
        self._turns = cycle(paths)  # goes on after the warming: what is new shall be new
        self.answered = 0

    def warm(self, least: int) -> None:
        """Wait until it answers, and ask until it answered so many."""
        asyncio.run(_until_answered(self._port, next(self._turns)))
        self.answered = 1
        while self.answered <= least:
            self.answered += asyncio.run(_load(self._port, self._turns, WARM))

    def rate(self, clock: str) -> float:
        """Requests that it answers in a second.

        By the ``cpu`` clock a second of the server's processor time, whatever else the machine does meanwhile.
        """
        began, spent = time.perf_counter(), _spent(self._process)
        count = asyncio.run(_load(self._port, self._turns, SECONDS))
        self.answered += count
        return count / (_spent(self._process) - spent if clock == "cpu" else time.perf_counter() - began)


@contextmanager
def _serving(
    arguments: Sequence[str], environment: Mapping[str, str], port: int, paths: Sequence[str], warm: int
) -> Iterator[Server]:
    """A server that was started and warmed; it is ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, *arguments, str(port)],
        env={**os.environ, **environment},
        cwd=FOLDER,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(process.pid, port, paths)
        server.warm(warm)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def requests(installs: Sequence[Install], texts: Sequence[str], few: int, port: int, clock: str) -> Table:
    """Searches over HTTP by the second, each install and each stream, beside an endpoint that does nothing."""
    rows: list[list[str]] = []
    with ExitStack() as kept:
        empties = [
            kept.enter_context(
                _serving(["-m", "speed.empty", worker, str(THREADS)], {}, port + n, [empty.PATH], FEW)
            )
            for n, worker in enumerate(("gthread", "webapp.worker.SearchingWorker"))
        ]
        nothing: list[Floats] = []
        for what, stream in streams(texts, few).items():
            with ExitStack() as running:
                sites = [
                    running.enter_context(_site(install, port + 2 + n, stream))
                    for n, install in enumerate(installs)
                ]
                warmed = [site.answered for site in sites]
                usual, bare, *rates = _by_turns([*empties, *sites], clock)
            nothing += [usual, bare]
            for install, site, first, rate in zip(installs, sites, warmed, rates, strict=True):
                name = f"/api/search, {install.name}, {what}"
                rows.append([name, f"{np.median(rate):.0f} a second", "", ""])
                rows.append([f"{name} ÷ empty", *least(float(np.median(rate / usual)), install.wanted)])
                if stream.warm == LIVED:
                    share = repeated(stream.texts, first, site.answered)
                    rows.append(
                        [f"{name} ÷ empty in the site's worker", f"{np.median(rate / bare):.2f}", "", ""]
                    )
                    rows.append([f"{name}: share asked before", f"{share:.2f}", "", ""])
    names = ("an empty endpoint, gunicorn's threads", "an empty endpoint, the worker that the site has")
    head = [
        [name, f"{np.median(np.concatenate(nothing[n::2])):.0f} a second", "", ""]
        for n, name in enumerate(names)
    ]
    return Table(f"Requests over {CONNECTIONS} connections", GOAL_HEAD, [*head, *rows], JUDGED)


def _site(install: Install, port: int, stream: Stream) -> AbstractContextManager[Server]:
    environment = {**install.environment, "KB_WORKERS": "1", "KB_THREADS": str(THREADS)}
    return _serving(["-m", "webapp", "--port"], environment, port, stream.paths, stream.warm)


def _by_turns(servers: Sequence[Server], clock: str) -> list[Floats]:
    """The rates of servers, each by round: the machine is not as fast all the time, but about so for one round."""
    rounds = [[server.rate(clock) for server in servers] for _ in range(ROUNDS)]
    return list(np.array(rounds).T)


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
