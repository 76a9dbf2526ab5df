"""How long pages take in the server, and how many it serves in a second, at 10,000 articles.

Articles are made as in index_speed.py. Requests for articles follow Zipf's law, as readers do: the n-th most popular
article is asked for 1/n as often as the first. The peer in the same run is /healthz, which does nothing: what a page
costs beyond it is ours.
"""

from __future__ import annotations

import math
import os
import platform
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import click
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.index_speed import SAMPLE, TOPICS, write_articles
from kb import Settings, open_knowledge_base
from webapp import create_app

EMPTY = "/healthz"
POPULAR = 50  # articles that the server is asked for at full speed
CLIENTS = 2
CONNECTIONS = 4  # of each client process
BROWSER = {"Accept-Encoding": "br, gzip", "User-Agent": "Mozilla/5.0"}


@click.command()
@click.option("--articles", default=10_000, show_default=True, help="How many articles there are.")
@click.option(
    "--requests", default=3_000, show_default=True, help="How many requests of each kind are timed."
)
@click.option("--seconds", default=10, show_default=True, help="How long the server is asked at full speed.")
@click.option("--workers", default=2, show_default=True, help="The server's processes.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the index here, and use it again.")
def main(articles: int, requests: int, seconds: int, workers: int, folder: Path | None) -> None:
    """Measure pages."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as made:
        settings = indexed(folder or Path(made), articles, workers)
        click.echo(f"{articles} articles; {os.cpu_count()} processors, {platform.machine()}, ", nl=False)
        click.echo(f"Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} before the run.\n")
        report_latency(create_app(settings), articles, requests)
        report_throughput(settings, articles, seconds)


def indexed(folder: Path, articles: int, workers: int) -> Settings:
    """The settings of a centre with that many articles; indexed when it is not there yet."""
    settings = Settings(
        data=folder / "data", articles=(folder / "articles",), secret_key="for a benchmark", workers=workers
    )
    if not (folder / "data" / "index" / "CURRENT").exists():
        write_articles(folder / "articles" / "en", articles)
        kb = open_knowledge_base(settings)
        kb.reindex()
        kb.close()
    return settings


# --- latency -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of processor time, sorted."""

    times: Sequence[float]

    def percentile(self, share: float) -> float:
        """The time that this share of the requests needs at most."""
        return self.times[min(len(self.times) - 1, math.ceil(share * len(self.times)) - 1)]


def report_latency(app: Flask, articles: int, requests: int) -> None:
    """Print what each kind of page takes inside the application."""
    chance = random.Random(3)
    popular = zipf(articles, chance)
    queries = searches(requests, chance)
    once = chance.sample(range(articles), min(300, articles))
    kinds: list[tuple[str, list[str]]] = [
        ("nothing (/healthz)", [EMPTY] * requests),
        ("article, never asked for before", [article(number) for number in once]),
        ("article, asked for before", [article(number) for number in once]),
        ("article, as popular as they are", [article(popular()) for _ in range(requests)]),
        ("page of results", queries),
        (
            "options while typing",
            [f"/complete?q={query[10:][:n]}" for query in queries[:300] for n in (2, 4, 7)],
        ),
        ("home", ["/"] * 300),
    ]
    for url in (EMPTY, queries[0], article(once[0])):  # what is loaded once
        timed(app, url)
    click.echo("| page | p50, ms | p95, ms | p95 ÷ nothing |\n|---|---:|---:|---:|")
    empty = 0.0
    for name, urls in kinds:
        latency = Latency(sorted(timed(app, url) for url in urls))
        empty = empty or latency.percentile(0.95)
        p50, p95 = latency.percentile(0.5), latency.percentile(0.95)
        click.echo(f"| {name} | {p50:.2f} | {p95:.2f} | {p95 / empty:.1f} |")


def timed(app: Flask, url: str) -> float:
    """Milliseconds of this process for one request. Processor time: what others do on the machine is not counted."""
    path, _, query = url.partition("?")
    environ = EnvironBuilder(path=path, query_string=query, headers=BROWSER).get_environ()
    began = time.process_time()
    body, status, _ = run_wsgi_app(app, environ)
    for _ in body:
        pass
    body.close() if hasattr(body, "close") else None
    if not status.startswith("200"):
        raise click.ClickException(f"{url} was answered with {status}")
    return (time.process_time() - began) * 1000


def article(number: int) -> str:
    """The address of an article."""
    return f"/articles/en/topic-{number % TOPICS}/article-{number}"


def zipf(articles: int, chance: random.Random) -> Callable[[], int]:
    """Draws articles, the popular ones often."""
    weights = [1 / rank for rank in range(1, articles + 1)]
    drawn = iter(chance.choices(range(articles), weights, k=200_000))
    return lambda: next(drawn)


def searches(count: int, chance: random.Random) -> list[str]:
    """Searches of two to six words of the sample articles."""
    words = [
        word
        for file in sorted(SAMPLE.rglob("*.md"))
        for word in file.read_text(encoding="utf-8").split()
        if word.isalpha() and word.isascii()
    ]
    return ["/search?q=" + "+".join(chance.sample(words, chance.randint(2, 6))) for _ in range(count)]


# --- throughput --------------------------------------------------------------------------------------


def report_throughput(settings: Settings, articles: int, seconds: int) -> None:
    """Print how many requests a second the server answers, all clients on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "KB_DATA": str(settings.data),
        "KB_ARTICLES": str(settings.articles[0]),
        "KB_WORKERS": str(settings.workers),
    }
    command = [str(Path(sys.executable).with_name("kb")), "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(port)
            chance = random.Random(5)
            urls = [article(number) for number in chance.sample(range(articles), min(POPULAR, articles))]
            attack(port, urls, 3 * seconds)  # each worker renders them once
            rows = [
                (name, load(server.pid, port, asked, seconds))
                for name, asked in (
                    ("nothing (/healthz)", [EMPTY]),
                    (f"{len(urls)} articles, rendered before", urls),
                )
            ]
        finally:
            server.terminate()
    click.echo(
        f"\n| {settings.workers} workers, {CLIENTS * CONNECTIONS} connections "
        "| requests/s | processor time of the server for one, ms | ÷ nothing |"
    )
    click.echo("|---|---:|---:|---:|")
    for name, found in rows:
        more = found.each / rows[0][1].each
        click.echo(f"| {name} | {found.rate:.0f} | {1000 * found.each:.2f} | {more:.2f} |")


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did at full speed."""

    rate: float
    """Requests a second, whatever else the machine did meanwhile."""
    each: float
    """Seconds of processor time that the server took for one."""


def load(server: int, port: int, urls: list[str], seconds: int) -> Load:
    """Ask the server as fast as it answers."""
    before = processor_time(server)
    rate = attack(port, urls, seconds)
    return Load(rate, (processor_time(server) - before) / (rate * seconds))


def processor_time(process: int) -> float:
    """Seconds that a process and its children have used (Linux tells)."""
    folder = Path("/proc") / str(process)
    fields = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = (folder / "task" / str(process) / "children").read_text(encoding="ascii").split()
    return used + sum(processor_time(int(child)) for child in children)


def attack(port: int, urls: list[str], seconds: int) -> float:
    """Requests a second."""
    with ProcessPoolExecutor(CLIENTS) as clients:
        running = [
            clients.submit(_ask, port, urls[number::CLIENTS] or urls, seconds) for number in range(CLIENTS)
        ]
        return sum(one.result() for one in running) / seconds


def _ask(port: int, urls: list[str], seconds: int) -> int:
    """Requests answered in that time over several connections that stay open, each asked before the first is read."""
    connections = [HTTPConnection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    answered, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        for place, connection in enumerate(connections):
            connection.request("GET", urls[(answered + place) % len(urls)], headers=BROWSER)
        for connection in connections:
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"answered with {response.status}")
            answered += 1
    return answered


def wait_for(port: int) -> None:
    """Return when the server answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{EMPTY}", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException("The server did not start.")


if __name__ == "__main__":
    main()
