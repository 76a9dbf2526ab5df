"""What ranking weighs of a layer's documents, and what hits show of them: a row each, read without their pages.

The rows are read from their file, one by one. Mapped, they would soon be all in memory: the hits of a search stand in
ten places of a file as large as all texts.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.engine import Facts
from kb.index.postings import load_mapped, save_array
from kb.index.ragged import Offsets, offsets
from kb.index.shown import Shown, shown
from kb.model import Document, Kind

_FILE, _OFFSETS = "rows.json", "rows.offsets.npy"
_HEAD = 256
"""Bytes that hold the facts of most rows: an id is shorter than that."""
_KINDS = {kind.value: kind for kind in Kind}
_first_of = json.JSONDecoder().raw_decode
"""The first value of a text, and where it ends."""


class DocumentRows:
    """Rows of two lines of JSON: the facts of a document, and what is shown of it."""

    def __init__(self, folder: Path) -> None:
        self._offsets: Offsets = load_mapped(folder / _OFFSETS)
        self._file = os.open(folder / _FILE, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def read(self, document: int) -> bytes:
        """A whole row, as it stands in the file."""
        begin, end = self._offsets[document : document + 2].tolist()
        return os.pread(self._file, end - begin, begin)

    def facts(self, document: int) -> Facts:
        """What is known of a document before anything is asked."""
        head = os.pread(self._file, _HEAD, int(self._offsets[document]))
        if b"\n" not in head:
            head = self.read(document)
        return Facts._make(_first_of(head.decode(errors="ignore"))[0])

    def shown(self, document: int) -> Shown:
        """What a hit shows of a document."""
        told: list[Any] = json.loads(self.read(document).decode().partition("\n")[2])
        told[1], told[7] = _KINDS[told[1]], told[7] and date.fromisoformat(told[7])
        return Shown._make(told)


def row_of(document: Document) -> bytes:
    """The row of a document."""
    facts = [document.id, document.boost, document.votes, document.accepted]
    lines = [
        json.dumps(told, ensure_ascii=False, default=date.isoformat) for told in (facts, shown(document))
    ]
    return "\n".join([*lines, ""]).encode()


def write_rows(folder: Path, rows: Iterable[bytes]) -> None:
    """Write the rows of a layer's documents."""
    lengths = []
    with (folder / _FILE).open("wb") as file:
        for row in rows:
            lengths.append(file.write(row))
    save_array(folder / _OFFSETS, offsets(np.array(lengths, np.int64)))
