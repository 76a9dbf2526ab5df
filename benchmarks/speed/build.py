"""How long it takes to make what is searched."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import kb.index.fitting  # noqa: F401 - scikit-learn is loaded before anything is timed
from kb.index import fulltext, partition_builder
from kb.index.embedded import EmbeddedEngine
from kb.index.partition_builder import Change, Entry, build_partition
from kb.model import Document
from kb.text.analyzer import analyzer
from speed.corpus import LANG

_T = TypeVar("_T")
WHOLE, TOKENS, CHARACTERS, SHOWN = "whole", "tokens", "characters", "shown"
READ_TEXT = {"tokenize": TOKENS, "_characters": CHARACTERS, "write_rows": SHOWN}
"""The steps of a build that read text, and what they make; all others begin with tokens, as the peers do."""


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


def build_arrays(folder: Path, documents: Sequence[Document]) -> Mapping[str, Timed]:
    """The arrays of a partition from the text, written to disk: all of it, and the steps that read text."""
    entries = [
        Entry(
            document.id, document.kind, document.topic, document.title, -1, lambda document=document: document
        )
        for document in documents
    ]
    change = Change(entries, (), lambda _: [])
    with _steps() as steps:
        _, whole = timed(lambda: build_partition(folder, change, analyzer(LANG), None, lambda *_: None))
    return {WHOLE: whole, **steps}


@contextmanager
def _steps() -> Iterator[dict[str, Timed]]:
    """How long the steps of a build take that read text, by what they make."""
    steps: dict[str, Timed] = {}
    originals = {name: getattr(partition_builder, name) for name in READ_TEXT}
    for name, step in originals.items():

        def clocked(*given: object, name: str = name, step: Callable[..., object] = step) -> object:
            made, steps[READ_TEXT[name]] = timed(lambda: step(*given))
            return made

        setattr(partition_builder, name, clocked)
    try:
        yield steps
    finally:
        for name, step in originals.items():
            setattr(partition_builder, name, step)


def build_full_text(folder: Path, arrays: Path) -> Timed:
    """Whoosh's index of the same tokens."""
    return timed(lambda: fulltext.build(folder, arrays / "base"))[1]


def build_all(folder: Path, documents: Sequence[Document]) -> Timed:
    """A whole generation: arrays and full text side by side, stored pages."""
    return timed(lambda: EmbeddedEngine(folder).rebuild(documents))[1]


def edit_one(folder: Path, documents: Sequence[Document]) -> Timed:
    """One document changed, until a search finds what is new in it."""
    changed = replace(documents[0], title="Edited just now: quokkaism", content_hash="edited")
    engine = EmbeddedEngine(folder)
    engine.reader()

    def edit() -> int:
        engine.update([changed])
        return engine.reader().frequency(LANG, analyzer(LANG).terms("quokkaism")[0])

    found, taken = timed(edit)
    if not found:
        raise SystemExit("The edited document is not found.")
    engine.update([documents[0]])  # as it was
    return taken
