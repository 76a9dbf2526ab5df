"""Runs ``kb index`` in children that are killed at random moments, and asks the index after each kill.

Run as ``python -m tests.index.killed_indexers ARTICLES KILLS`` with KB_DATA set. The children are forked: starting
Python for each would take most of the time. Prints how many builds were finished in spite of it all.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import sklearn.feature_extraction.text  # noqa: F401 - loaded once, not by each child

from kb.cli import main
from kb.index.embedded import EmbeddedEngine
from kb.model import Query
from kb.search.searcher import Searcher
from kb.settings import Settings


def index_edited(articles: Path) -> None:
    (articles / "en" / "zoo" / "diary.md").write_text(f"---\ntitle: Diary\n---\n{time.time_ns()}\n")
    main(["index", "--articles", str(articles), "--json"], standalone_mode=False)


def start(articles: Path, *, builds: int) -> int:
    """A child that edits an article and indexes, again and again: a kill meets every step of a build."""
    parent, child = os.getpid(), os.fork()
    if child == 0:
        os.setpgid(0, 0)  # whatever it starts is killed with it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        while builds and os.getppid() == parent:  # nothing goes on for ever after a test that was ended
            index_edited(articles)
            builds -= 1
        os._exit(0)
    os.setpgid(child, child)  # whoever comes first: the child may not have run yet when it is killed
    return child


def measure(articles: Path) -> float:
    """Seconds of one build in a child: how fast the machine is at the moment."""
    began = time.monotonic()
    os.waitpid(start(articles, builds=1), 0)
    return time.monotonic() - began


def kill_one(articles: Path, build: float) -> None:
    child = start(articles, builds=1_000_000)
    time.sleep(random.uniform(0.1, 2.0) * build)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)


def ask(index: Path) -> str:
    """The generation that answers, once it has answered."""
    reader = EmbeddedEngine(index).reader()
    hits = Searcher(lambda: reader, "en").search(Query("what does a giraffe eat")).hits
    assert hits[0].id == "en/zoo/giraffe"
    return reader.status().generation


if __name__ == "__main__":
    generations = set()
    one_build = measure(Path(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        kill_one(Path(sys.argv[1]), one_build)
        generations.add(ask(Settings.from_env().index_folder))
    print(len(generations))
