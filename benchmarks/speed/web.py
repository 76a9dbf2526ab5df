"""How many requests a second a server answers over 16 connections that stay open."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

CONNECTIONS = 16
THREADS = 8
WARM = 1.0
FEW = 200
SECONDS = 6.0
DIFFERENT = 12_000
"""Queries that are all new: more than are answered in the time."""
FOLDER = Path(__file__).resolve().parent.parent


def served(
    arguments: Sequence[str], environment: Mapping[str, str], port: int, paths: Sequence[str], clock: str
) -> float:
    """Requests a second of one server process, which is started and ended here; the paths in turn, then anew.

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
        warmed = 0
        while warmed < min(len(paths), FEW):  # each of few paths once: what comes again shall come again
            warmed += asyncio.run(_load(port, turns, WARM))
        began, spent = time.perf_counter(), _spent(server.pid)
        count = asyncio.run(_load(port, turns, SECONDS))
        return count / (_spent(server.pid) - spent if clock == "cpu" else time.perf_counter() - began)
    finally:
        server.terminate()
        server.wait(timeout=30)


def search_paths(texts: Sequence[str]) -> list[str]:
    """The addresses of searches."""
    return [f"/api/search?q={quote(text)}" for text in texts]


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
