"""Which stretches of a document have a vector, and how the vectors of a generation are written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index.files import link_folder
from kb.index.partition_builder import Built, Entry
from kb.index.vectors import MODEL, Meanings, PassageEncoder, Rows, VectorIndex, VectorTable, quantise
from kb.model import Document

_LONGEST = 360
"""Characters of a section that share a vector: more say too many things at once to be close to one question."""
_SHORTEST = 12
"""Characters of a line that has a vector of its own: a paragraph, a step, one of many ways to ask."""
_MOST = 32
"""Vectors of a section, about: lines of a long table or log share theirs."""
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？]) ")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A text that is given a vector of its own; ``section`` is its place in the document's sections, or -1."""

    text: str
    section: int = -1


def stretches(document: Document) -> Iterator[Stretch]:
    """The stretches of a document. Its title stands before each part of its text: "Click Save" alone says nothing."""
    names = [name for name in (document.title, *document.questions) if name.strip()]
    yield from map(Stretch, names)
    if document.summary:
        yield Stretch(_joined(document.title, document.summary))
    for place, section in enumerate(document.sections):
        for part in _parts(section.text):
            yield Stretch(_joined(document.title, section.title, part), place)


def _joined(*parts: str) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())


def _parts(text: str) -> Iterator[str]:
    """Lines, of which short ones join the next, and long ones are divided."""
    shortest = max(_SHORTEST, len(text) // _MOST)
    held = ""
    for line in text.split("\n"):
        held = " ".join([held, *line.split()]).strip()
        if len(held) >= shortest:
            yield from _divided(held)
            held = ""
    if held:
        yield held


def _divided(line: str) -> Iterator[str]:
    """The line in parts of whole sentences and at most ``_LONGEST`` characters; a longer sentence is cut."""
    part = ""
    for sentence in _SENTENCE_END.split(line):
        if part and len(part) + len(sentence) >= _LONGEST:
            yield part
            part = ""
        part = f"{part} {sentence}".strip()
        while len(part) > _LONGEST:
            cut = part.rfind(" ", _LONGEST // 2, _LONGEST + 1)
            end = cut if cut > 0 else _LONGEST
            yield part[:end]
            part = part[end:].strip()
    if part:
        yield part


class MeaningsBuilder:
    """Writes the vectors of a generation, language by language."""

    def __init__(self, folder: Path, encoder: PassageEncoder, previous: Meanings | None) -> None:
        self._folder = folder
        self._encoder = encoder
        usable = previous is not None and previous.fingerprint == encoder.fingerprint
        self._previous = previous.languages if previous and usable else {}

    def add(self, lang: str, built: Built, counted: Callable[[int, int], None]) -> None:
        """Write a language's vectors, if the model knows it: those of unchanged documents are taken over."""
        if not self._encoder.knows(lang):
            return
        folder, previous = self._folder / lang, self._previous.get(lang)
        if built.base_kept and previous:
            link_folder(previous.folder / "base", folder / "base")
        else:
            self._table(built.base(), previous, counted).save(folder / "base")
        if built.delta:
            self._table(built.delta, previous, counted).save(folder / "delta")

    def keep(self, lang: str) -> bool:
        """Take over the vectors of an unchanged language; False where there are none yet, and they must be made."""
        if not self._encoder.knows(lang):
            return True
        previous = self._previous.get(lang)
        if previous:
            link_folder(previous.folder, self._folder / lang)
        return previous is not None

    def finish(self) -> None:
        """Say which model made them."""
        self._folder.mkdir(exist_ok=True)
        said = {"fingerprint": self._encoder.fingerprint, "dimensions": self._encoder.dimensions}
        (self._folder / MODEL).write_text(json.dumps(said), encoding="utf-8")

    def _table(
        self,
        entries: Sequence[Entry | None],
        previous: VectorIndex | None,
        counted: Callable[[int, int], None],
    ) -> VectorTable:
        known: dict[int, Rows] = {}
        new: dict[int, list[Stretch]] = {}
        for place, entry in enumerate(entries):
            if entry is None:
                new[place] = []
            elif previous and entry.slot >= 0:
                known[place] = previous.rows_of(entry.slot)
            else:
                new[place] = list(stretches(entry.document()))
        vectors = self._encoder.encode([each.text for own in new.values() for each in own], counted)
        first = 0
        for place, own in new.items():
            known[place] = self._rows(own, vectors[first : first + len(own)])
            first += len(own)
        return VectorTable.of([known[place] for place in range(len(entries))])

    def _rows(self, own: Sequence[Stretch], vectors: NDArray[np.float16]) -> Rows:
        """The rows of a document; of one without text, or of an empty slot, a row that is close to nothing."""
        if not own:
            return quantise(np.zeros((1, self._encoder.dimensions), np.float32), [-1])
        return quantise(vectors, [each.section for each in own])
