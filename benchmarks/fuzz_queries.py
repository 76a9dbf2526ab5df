"""Throws made-up queries at the parser, search, completion and suggestions, and reports whatever is no answer.

    python benchmarks/fuzz_queries.py --minutes 10

The index is that of the sample help centre. A query is at fault when anything is raised, or when answering it takes
longer than ``--limit`` seconds of processor time, again and again: a busy machine stretches that, too. Each fault is
printed with the seed that makes it; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.model import Kind, Query, TicketDraft
from kb.settings import Settings

ROOT = Path(__file__).parent.parent
OPERATORS = [
    '"',
    "-",
    "title:",
    "tag:",
    "lang:",
    "*",
    "lang:it",
    "lang:zz",
    " OR ",
    " AND NOT ",
    "(",
    ")",
    "~2",
    "^5",
    "[a TO z]",
    "\\",
    "=>",
    "#",
    "%",
    "'",
    "’",
]
ODD = [
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ud800",
    "\udfff",
    "\U0001f469\u200d\U0001f467",
    "🔑",
    "\ufe0f",
    "e\u0301" * 3,
    "ﷺ",
    "ß",
    "İ",
    "ǅ",
    "𝒜",
    "กำ",
    "東京",
    "كلمة",
    "שלום",
    "\n",
    "\t",
    "\u3000",
]
ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz",
    "àèéìòùäöüßéèç",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "0123456789._-",
    "".join(map(chr, range(0x20, 0x2FF))),
]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument(
        "--limit", type=float, default=0.2, help="seconds of processor time an answer may take"
    )
    arguments.add_argument("--seed", type=int, default=1, help="the first seed; each query has its own")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kb = open_knowledge_base(Settings(data=Path(folder), articles=(ROOT / "articles",)))
        kb.import_threads(ROOT / "articles" / "community" / "threads.jsonl")
        kb.reindex()
        return run(kb, chosen.minutes, chosen.limit, chosen.seed)


def run(kb: KnowledgeBase, minutes: float, limit: float, seed: int) -> int:
    """Ask until the time is up; 1 where there was a fault."""
    words = sorted(
        {
            word
            for lang in ("en", "it", "ru")
            for card in kb.recent(lang, Kind.ARTICLE, 100)
            for word in card.title.split()
        }
    )
    ways: dict[str, Callable[[str], object]] = {
        "search": lambda text: kb.search(
            Query(text, lang=random.choice(["en", "it", "ru", "", "zz"]), explain=True)
        ),
        "complete": lambda text: kb.complete(text, "en"),
        "suggest": lambda text: kb.suggest(TicketDraft("", text, lang="en")),
    }
    kb.search(Query("password"))  # what is loaded once is not the first query's fault
    asked, faults, slowest = 0, 0, dict.fromkeys(ways, 0.0)
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        text = query(random.Random(seed), words)
        for name, way in ways.items():
            try:
                seconds = min(_times(way, text, limit))
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                faults += 1
                print(f"seed {seed} {name}: {type(error).__name__}: {error}\n  {text[:200]!r}")
                continue
            slowest[name] = max(slowest[name], seconds)
            if seconds > limit:
                faults += 1
                print(f"seed {seed} {name}: {seconds:.2f} s\n  {len(text)} characters: {text[:200]!r}")
        asked += 1
        seed += 1
    print(
        f"{asked} queries, {faults} faults; slowest: "
        + ", ".join(f"{n} {1000 * s:.0f} ms" for n, s in slowest.items())
    )
    return int(faults > 0)


def _times(way: Callable[[str], object], text: str, limit: float) -> Iterator[float]:
    """The seconds that an answer takes: asked once, or three times where that was too slow."""
    for _ in range(3):
        began = time.process_time()
        way(text)
        seconds = time.process_time() - began
        yield seconds
        if seconds <= limit:
            return


def query(rng: random.Random, words: list[str]) -> str:
    """One query: words of the index, letters of several scripts, operators and odd characters, in any mixture."""
    shape = rng.random()
    if shape < 0.05:  # pasted without end
        return rng.choice([*words, *OPERATORS, *ODD]) * rng.randrange(1, 20_000)
    if shape < 0.1:  # hundreds of the same operator
        operator = rng.choice(OPERATORS)
        return " ".join(
            f"{operator}{rng.choice(words)}{rng.choice(['', '*'])}" for _ in range(rng.randrange(1000))
        )
    parts = []
    for _ in range(rng.choice([1, 2, 3, 5, 8, 13, 40, 400])):
        kind = rng.random()
        if kind < 0.4:
            parts.append(rng.choice(words))
        elif kind < 0.6:
            alphabet = rng.choice(ALPHABETS)
            parts.append("".join(rng.choices(alphabet, k=rng.choice([1, 3, 7, 12, 60]))))
        elif kind < 0.85:
            parts.append(rng.choice(OPERATORS))
        else:
            parts.append(rng.choice(ODD))
        parts.append(rng.choice([" ", " ", "", "\n" if rng.random() < 0.1 else " "]))
    return "".join(parts)


if __name__ == "__main__":
    sys.exit(main())
