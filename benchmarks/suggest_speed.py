"""How long live suggestions take, a whole round trip inside the server: 200 words, 10,000 articles.

Articles and messages are made of the sections of a collection of documentation. The peer is the endpoint that only
says the process lives, in the same run: what a request costs before it does anything.
"""

from __future__ import annotations

import gzip
import json
import platform
import random
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click
from limits import parse

from benchmarks.check_speed import write_articles
from kb import Settings, open_knowledge_base
from webapp import create_app

WORDS = 200
_HIDDEN = re.compile(r'name="(csrf_token|key)" value="([^"]*)"')


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--articles", default=10_000, show_default=True, help="How many articles to index.")
@click.option("--requests", default=300, show_default=True, help="How many messages to send.")
def main(corpus: Path, articles: int, requests: int) -> None:
    """Measure suggestions. CORPUS is a corpus.jsonl.gz of documents with title and text."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as scratch:
        folder = Path(scratch) / "articles"
        write_articles(corpus, folder, articles)
        settings = Settings(data=Path(scratch) / "data", articles=(folder,), secret_key="k")
        kb = open_knowledge_base(settings)
        kb.reindex()
        often = parse("1000000 per minute")
        kb.desk.rules = replace(kb.desk.rules, limits=replace(kb.desk.rules.limits, suggestions=often))
        client = create_app(settings, kb).test_client()
        hidden = dict(_HIDDEN.findall(client.get("/contact").get_data(as_text=True)))
        messages = _messages(corpus, requests + 20)

        def suggest(body: str) -> None:
            sent = client.post(
                "/contact/suggest", data={**hidden, "subject": "It does not work", "body": body}
            )
            assert sent.status_code == 200

        for body in messages[:20]:
            suggest(body)
        click.echo(f"{articles} articles, {WORDS} words a message, Python {platform.python_version()}")
        peer = _report("alive, the peer", lambda _: client.get("/healthz"), messages[20:], 0.0)
        _report("suggestions", suggest, messages[20:], peer)
        kb.close()


def _messages(corpus: Path, count: int) -> list[str]:
    """Stretches of the text of other sections than those that were indexed first."""
    chance = random.Random(7)
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        words = " ".join(json.loads(line)["text"] for line in islice(lines, 40_000, 44_000)).split()
    starts = [chance.randrange(len(words) - WORDS) for _ in range(count)]
    return [" ".join(words[start : start + WORDS]) for start in starts]


def _report(name: str, work: Callable[[str], object], messages: list[str], peer: float) -> float:
    took = [_timed(work, message) for message in messages]
    processor, wall = (sorted(times) for times in zip(*took, strict=True))
    ratio = _median(processor) / peer if peer else 1.0
    click.echo(
        f"{name:<20} processor: median {_median(processor):7.2f} ms   p95 {_p95(processor):7.2f} ms   "
        f"ratio {ratio:6.1f}   wall: median {_median(wall):7.2f} ms   p95 {_p95(wall):7.2f} ms"
    )
    return _median(processor)


def _median(times: list[float]) -> float:
    return times[len(times) // 2]


def _p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def _timed(work: Callable[[str], object], message: str) -> tuple[float, float]:
    """Milliseconds of processor time, in which what the machine does besides does not count, and on the wall."""
    processor, wall = time.process_time(), time.perf_counter()
    work(message)
    return 1000 * (time.process_time() - processor), 1000 * (time.perf_counter() - wall)


if __name__ == "__main__":
    main()
