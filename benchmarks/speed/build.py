"""How long it takes to make what is searched."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kb.index import fulltext
from kb.index.embedded import EmbeddedEngine
from kb.index.partition_builder import Entry, build_partition
from kb.model import Document
from kb.text.analyzer import analyzer
from speed.corpus import LANG

_T = TypeVar("_T")
SAMPLE = 20_000  # documents that Whoosh's part is measured on


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds on the wall clock and of the processor, in this process."""

    wall: float
    cpu: float


def timed(work: Callable[[], _T]) -> tuple[_T, Timed]:
    """What the work gives, and how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    return made, Timed(time.perf_counter() - wall, time.process_time() - cpu)


def build_arrays(folder: Path, documents: Sequence[Document]) -> Timed:
    """The arrays of a partition from the text: analysis, weights, n-grams, titles, written to disk."""
    entries = [
        Entry(
            document.id, document.kind, document.topic, document.title, -1, lambda document=document: document
        )
        for document in documents
    ]
    return timed(lambda: build_partition(folder, entries, analyzer(LANG), None))[1]


def build_full_text(folder: Path, documents: Sequence[Document]) -> Timed:
    """Whoosh's index."""
    return timed(lambda: fulltext.build(folder, documents, (), None))[1]


def build_all(folder: Path, documents: Sequence[Document]) -> Timed:
    """A whole generation: arrays and full text side by side, stored pages."""
    return timed(lambda: EmbeddedEngine(folder).rebuild(documents))[1]


def edit_one(folder: Path, documents: Sequence[Document]) -> Timed:
    """One document changed, until a search finds what is new in it."""
    changed = replace(documents[0], title="Edited just now: quokkaism", content_hash="edited")
    engine = EmbeddedEngine(folder)
    engine.reader()
    kept = [document.id for document in documents[1:]]
    _, taken = timed(lambda: engine.rebuild([changed], kept=kept))
    if not engine.reader().frequency(LANG, analyzer(LANG).terms("quokkaism")[0]):
        raise SystemExit("The edited document is not found.")
    engine.rebuild([documents[0]], kept=kept)  # as it was
    return taken
