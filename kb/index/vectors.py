"""What passages mean, as vectors: how close a question comes to every document of one language.

The vectors are those of :func:`kb.index.meanings.stretches`, of length 1, each scaled to whole numbers between -127
and 127: a quarter of the room of float32, and a cosine off by less than 0.01. Every vector is compared; nothing is
approximate beyond that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexDamaged
from kb.index.engine import Retrieval
from kb.index.postings import Floats, Ints, load_mapped

Bytes = NDArray[np.int8]
_FULL = 127
_HALFWAY = 0.5  # between the average document and the nearest
_BEYOND_TITLE = 1.05
"""A hit opens at a section only if that stands out from the average so many times as much as the page's title."""
MODEL = "model.json"
"""Beside the vectors of all languages: which model made them."""


class PassageEncoder(Protocol):
    """What turns passages into vectors while an index is built."""

    fingerprint: str
    """Names the model: equal fingerprints give a text the same vector."""
    dimensions: int

    def knows(self, lang: str) -> bool:
        """Whether it knows a language."""

    def encode(self, texts: Sequence[str], counted: Callable[[int, int], None]) -> NDArray[np.float16]:
        """One row a text, each of length 1; ``counted`` is told how many are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Vectors as whole numbers, the scale that each is multiplied by, and the section it is about, or -1."""

    vectors: Bytes
    scales: Floats
    sections: Ints


@dataclass(frozen=True, slots=True)
class VectorTable:
    """The vectors of a run of documents, in their order."""

    vectors: Bytes
    scales: Floats
    sections: Ints
    first_rows: Ints
    """The first row of each document, and the number of rows; each document has at least one."""

    @classmethod
    def load(cls, folder: Path) -> VectorTable:
        """A saved table, mapped into memory: all processes share it."""
        return cls(*(load_mapped(folder / f"{name}.npy") for name in cls.__slots__))

    def save(self, folder: Path) -> None:
        """Write the table into a new folder."""
        folder.mkdir(parents=True)
        for name in self.__slots__:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def of(cls, documents: Sequence[Rows]) -> VectorTable:
        """The table of documents, each with at least one row."""
        return cls(
            np.concatenate([rows.vectors for rows in documents]),
            np.concatenate([rows.scales for rows in documents]),
            np.concatenate([rows.sections for rows in documents]),
            np.cumsum([0, *(len(rows.scales) for rows in documents)], dtype=np.int32),
        )

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.first_rows) - 1

    def rows_of(self, place: int) -> Rows:
        """The vectors of one document."""
        span = slice(int(self.first_rows[place]), int(self.first_rows[place + 1]))
        return Rows(self.vectors[span], self.scales[span], self.sections[span])


def quantise(vectors: NDArray[np.floating], sections: Sequence[int]) -> Rows:
    """Rows of floats as whole numbers."""
    floats = vectors.astype(np.float32)
    scales = np.asarray(np.max(np.abs(floats), axis=1, initial=0) / _FULL, np.float32)
    values = np.rint(floats / np.maximum(scales, 1e-12)[:, None]).astype(np.int8)
    return Rows(values, scales, np.array(sections, np.int32))


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close a question comes to the documents of a language, by slot."""

    cosines: Floats
    """Of the passage of each document that comes closest, in [-1, 1]."""
    nearness: Floats
    """0 for the average document or one that has gone, 1 for the closest: cosines differ from model to model."""
    compared: int
    """How many documents there are."""
    average: float
    """Their average cosine."""
    _rows: Floats
    _sections: Ints
    _first_rows: Ints

    def near(self, least_lead: float) -> NDArray[np.bool_]:
        """Which documents are found though they may share no word: nearer than halfway, and clearly so."""
        return (self.nearness >= _HALFWAY) & (self.cosines >= self.average + least_lead)

    def runner_up(self, slot: int) -> float:
        """The cosine of the passage that comes closest but one; 0 where a document has but one."""
        rows = self._rows[slice(*self._first_rows[slot : slot + 2])]
        return float(np.partition(rows, -2)[-2]) if len(rows) > 1 else 0.0

    def section(self, slot: int) -> int:
        """The section that comes closest, or -1 where the title, a question or the summary comes about as close.

        Titles stand before the text of each section, so a short section is close for the title's sake alone.
        """
        first, end = self._first_rows[slot : slot + 2]
        lead = self._rows[first:end] - np.float32(self.average)
        sections = self._sections[first:end]
        best = int(np.argmax(lead))
        of_page = np.max(lead[sections < 0], initial=0)
        return int(sections[best]) if lead[best] > _BEYOND_TITLE * of_page else -1


class VectorIndex:
    """The vectors of one language: those of the fitted documents and, after them, those that came later."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._last: tuple[Floats, Closeness] | None = None
        layers = [folder / "base", folder / "delta"]
        self._tables = [VectorTable.load(layer) for layer in layers if layer.is_dir()]
        ends = np.cumsum([0, *(len(table.vectors) for table in self._tables)])
        self._sections = np.concatenate([table.sections for table in self._tables])
        firsts = [table.first_rows[:-1] + end for table, end in zip(self._tables, ends, strict=False)]
        self._first_rows = np.concatenate([*firsts, ends[-1:]])

    def __len__(self) -> int:
        """How many vectors."""
        return len(self._sections)

    def closeness(self, question: Floats, present: NDArray[np.bool_]) -> Closeness:
        """Compare a question's vector, of length 1, with every passage of the documents that are ``present``."""
        last = self._last
        if last and last[0] is question:  # the same question in other words
            return last[1]
        asked = quantise(question[None], [-1])
        rows = np.concatenate([_dots(asked.vectors, table.vectors) * table.scales for table in self._tables])
        rows *= asked.scales[0]
        cosines = np.maximum.reduceat(rows, self._first_rows[:-1])
        there = cosines[present]
        average = float(there.mean())
        lead = float(there.max()) - average
        nearness = np.where(present, _nearness(cosines, average, lead), np.float32(0))
        found = Closeness(cosines, nearness, len(there), average, rows, self._sections, self._first_rows)
        self._last = (question, found)
        return found

    def rows_of(self, slot: int) -> Rows:
        """The vectors of one document, as they are stored."""
        for table in self._tables:
            if slot < table.documents:
                return table.rows_of(slot)
            slot -= table.documents
        raise IndexError(slot)


@dataclass(frozen=True, slots=True)
class Meanings:
    """The vectors of a generation, by language, and the model that made them."""

    fingerprint: str
    """Empty where it holds none."""
    languages: dict[str, VectorIndex]

    @classmethod
    def open(cls, folder: Path, langs: Sequence[str]) -> Meanings:
        """:raises IndexDamaged: the folder is not what was written."""
        if not folder.is_dir():
            return cls("", {})
        try:
            fingerprint = str(json.loads((folder / MODEL).read_text(encoding="utf-8"))["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{folder / MODEL} cannot be read: {error}. Run: kb index") from error
        return cls(
            fingerprint, {lang: VectorIndex(folder / lang) for lang in langs if (folder / lang).is_dir()}
        )

    def of(self, retrieval: Retrieval) -> VectorIndex | None:
        """The vectors that a query's meaning compares with: of its language, made by the same model."""
        if retrieval.meaning is None or retrieval.meaning.fingerprint != self.fingerprint:
            return None
        return self.languages.get(retrieval.lang)


def _nearness(cosines: Floats, average: float, lead: float) -> Floats:
    if lead < 1e-6:  # all alike, or there is only one
        return np.ones(len(cosines), np.float32)
    scaled: Floats = (cosines - np.float32(average)) / np.float32(lead)
    return np.asarray(np.clip(scaled, 0, 1), np.float32)


def _dots(asked: Bytes, vectors: Bytes) -> Floats:
    """The dot products of one row with many."""
    from simsimd import cdist  # comes with the extra, like whatever made the question's vector

    return np.array(cdist(asked, vectors, metric="dot", out_dtype="float32"), np.float32).ravel()
