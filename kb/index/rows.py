"""A row for each document of a layer, with what ranking and hits need of it, so that its page need not be read.

Rows are read from their file one by one, not mapped: the hits of a search lie in ten places of a file as large as all
texts, and a mapping would soon hold it all in memory.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from msgspec.json import Decoder, encode

from kb.index.engine import Facts
from kb.index.postings import load_mapped, save_array
from kb.index.ragged import Offsets, offsets
from kb.index.shown import Shown, shown
from kb.model import Document

_FILE, _OFFSETS = "rows.json", "rows.offsets.npy"
_HEAD = 256
"""Bytes that are read for the facts; longer ones, with a long id, need a second read."""
_facts_of = Decoder(Facts).decode
_shown_of = Decoder(Shown).decode


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
        """The facts of a document, which priors weigh."""
        head, whole, _ = os.pread(self._file, _HEAD, int(self._offsets[document])).partition(b"\n")
        return _facts_of(head if whole else self.read(document).partition(b"\n")[0])

    def shown(self, document: int) -> Shown:
        """What a hit shows of a document."""
        return _shown_of(self.read(document).partition(b"\n")[2])


def row_of(document: Document) -> bytes:
    """The row of a document."""
    facts = Facts(document.id, document.boost, document.votes, document.accepted)
    return b"%b\n%b\n" % (encode(facts), encode(shown(document)))


def write_rows(folder: Path, rows: Iterable[bytes]) -> None:
    """Write the rows of a layer's documents."""
    lengths = []
    with (folder / _FILE).open("wb") as file:
        for row in rows:
            lengths.append(file.write(row))
    save_array(folder / _OFFSETS, offsets(np.array(lengths, np.int64)))
