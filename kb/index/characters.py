"""The character n-grams of documents, by which candidates are compared with a query whatever its spelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.index.documents import FIELDS, passages
from kb.index.gram_rows import GramRows, join_rows
from kb.index.grams import Numbers, chunks, count_grams, count_together, numbered
from kb.index.postings import load_mapped, save_array
from kb.index.ragged import Offsets, offsets, ranges
from kb.model import Document

SIZE = 4  # characters of an n-gram: 3, 5 and mixtures found no more
_SAMPLE = 5000
"""Documents whose n-grams decide the first numbering: numbered by all documents, rows would be 1 % smaller."""
NAMING = np.array([field.names_document for field in FIELDS])
_NAMING = {field.name for field in FIELDS if field.names_document}


@dataclass(frozen=True, slots=True)
class CharacterTable:
    """The character n-grams of documents: of all their text, in which names count twice, and of each name alone."""

    whole: GramRows
    """A document's title is the name of its row."""
    names: GramRows
    """The other names."""
    first_names: Offsets
    """Where each document's names begin in ``names``, and last how many there are."""

    def take(self, documents: Sequence[int]) -> CharacterTable:
        """Those of some documents, in the order asked for."""
        chosen = np.asarray(documents, np.int64)
        lengths = np.diff(self.first_names)[chosen]
        names = ranges(self.first_names[:-1][chosen], lengths)
        return CharacterTable(self.whole.take(chosen), self.names.take(names), offsets(lengths))

    def renumbered(self, numbers: Numbers) -> CharacterTable:
        """The same n-grams by other numbers: ``numbers[n]`` instead of ``n``."""
        return CharacterTable(
            self.whole.renumbered(numbers), self.names.renumbered(numbers), self.first_names
        )

    def save(self, folder: Path) -> None:
        self.whole.save(folder, "grams")
        self.names.save(folder, "names")
        save_array(folder / "first_names.npy", self.first_names)

    @classmethod
    def load(cls, folder: Path) -> CharacterTable:
        return cls(
            GramRows.load(folder, "grams"),
            GramRows.load(folder, "names"),
            load_mapped(folder / "first_names.npy"),
        )


@dataclass(frozen=True, slots=True)
class _Text:
    """What is counted of a document."""

    names: Sequence[str]
    """The title, then the others."""
    whole: str

    @classmethod
    def of(cls, document: Document) -> _Text:
        own = list(passages(document))
        names = [passage.text for passage in own if passage.field in _NAMING]
        return cls(names, " ".join([*names, *(passage.text for passage in own)]))


def number_grams(documents: Sequence[Document]) -> Numbers:
    """The number of each bucket, the most frequent in a sample of the documents first."""
    sample = documents[:: len(documents) // _SAMPLE + 1]
    return numbered(count_grams((_Text.of(document).whole for document in sample), SIZE).frequency())


def count_characters(documents: Sequence[Document], numbers: Numbers) -> CharacterTable:
    """Count the n-grams of documents. ``numbers`` are those of the buckets."""
    names: list[Sequence[str]] = []

    def texts() -> Iterator[str]:
        for document in documents:
            text = _Text.of(document)
            names.append(text.names)
            yield text.whole

    whole: list[GramRows] = []
    for chunk in chunks(texts()):
        titles = [own[0] for own in names[len(names) - len(chunk) :]]
        whole.append(GramRows.of(count_together(chunk, SIZE, titles), numbers))
    return CharacterTable(
        join_rows(whole),
        join_rows(
            [
                GramRows.of(count_together(chunk, SIZE), numbers)
                for chunk in chunks(name for own in names for name in own[1:])
            ]
        ),
        offsets([len(own) - 1 for own in names]),
    )


def join_tables(tables: Sequence[CharacterTable]) -> CharacterTable:
    """The documents of several tables, one after another."""
    return CharacterTable(
        join_rows([table.whole for table in tables]),
        join_rows([table.names for table in tables]),
        offsets(np.concatenate([np.zeros(0, np.int64), *(np.diff(t.first_names) for t in tables)])),
    )
