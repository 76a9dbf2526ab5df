"""Writes one language of a generation: fitted anew, or as the fitted documents and the few that came later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.index import spellings
from kb.index.characters import CharacterTable, count_characters, join_tables
from kb.index.files import link_folder
from kb.index.neighbours import weigh_trigrams
from kb.index.partition import Partition, layers
from kb.index.shortlist import EMPTY, KINDS
from kb.index.statistics import Statistics
from kb.index.titles import Title, write_titles
from kb.index.tokens import Known, Tokenized, new_documents, places, tokenize, tokenize_later
from kb.index.vocabulary import Vocabulary
from kb.index.weights import count, weigh
from kb.model import Document, Kind
from kb.text.analyzer import Analyzer

MOST_LATER = 0.02
"""The share of the fitted documents that may have come, changed or gone since: more are fitted anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document to be indexed. ``slot`` is where it stands unchanged in the previous partition, or -1."""

    id: str
    kind: Kind
    topic: str
    title: str
    slot: int
    document: Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Built:
    """A partition that was written: the slot of each document by id, how many slots, how many terms."""

    slot_of: dict[str, int]
    slots: int
    terms: int
    entries: Sequence[Entry | None]
    """What stands in each slot; None in one that is empty."""
    fitted: int
    """How many of the slots are those of the base."""
    base_kept: bool
    """Whether the base is that of the generation before."""


def build_partition(
    folder: Path, entries: Sequence[Entry], analyzer: Analyzer, previous: Partition | None
) -> Built:
    """Write a partition of ``entries``, at least one, sorted by id."""
    folder.mkdir(parents=True)
    if previous:
        fitted = previous.tables[0].documents
        kept = [entry for entry in entries if 0 <= entry.slot < fitted]
        later = [entry for entry in entries if not 0 <= entry.slot < fitted]
        if len(later) + fitted - len(kept) <= MOST_LATER * fitted:
            return _add_later(folder, kept, later, analyzer, previous)
    return _fit(folder, entries, analyzer, previous)


def _fit(folder: Path, entries: Sequence[Entry], analyzer: Analyzer, previous: Partition | None) -> Built:
    from kb.index.fitting import fit_statistics  # scikit-learn takes a second to import

    base, _ = layers(folder)
    base.mkdir()
    known = previous.known if previous else Known((), Vocabulary.of(()))
    documents = [entry.slot if entry.slot >= 0 else entry.document() for entry in entries]
    tokenized = tokenize(documents, analyzer, known)
    characters = _characters(documents, previous)
    found = count(tokenized.table, len(tokenized.vocabulary))
    statistics = fit_statistics(found, characters.whole)
    tokenized.table.save(base)
    tokenized.vocabulary.save(base / "terms.marisa")
    spellings.write_base(base, {*tokenized.words, *(previous.spellings.every() if previous else ())})
    statistics.save(base)
    weigh(found, statistics).save(base)
    write_titles(base, _titles(entries), analyzer)
    weigh_trigrams(tokenized.vocabulary).save(base)
    _save_characters(base, characters, statistics)
    return _finish(folder, list(entries), tokenized, len(entries), base_kept=False)


def _add_later(
    folder: Path, kept: Sequence[Entry], later: Sequence[Entry], analyzer: Analyzer, previous: Partition
) -> Built:
    base, delta = folder / "base", folder / "delta"
    link_folder(previous.folder / "base", base)
    fitted = Vocabulary.load(base / "terms.marisa")
    slots: list[Entry | None] = [None] * previous.tables[0].documents
    for entry in kept:
        slots[entry.slot] = entry
    if not later:
        return _finish(folder, slots, Tokenized(previous.tables[0], fitted), len(slots), base_kept=True)
    documents = [entry.document() for entry in later]
    tokenized = tokenize_later(documents, analyzer, fitted)
    delta.mkdir()
    tokenized.table.save(delta)
    write_titles(delta, _titles(later), analyzer)
    spellings.write_delta(delta, tokenized.words)
    (delta / "later.txt").write_text("\n".join(tokenized.vocabulary.later), encoding="utf-8")
    statistics = Statistics.load(base).extended(len(tokenized.vocabulary))
    weigh(count(tokenized.table, len(tokenized.vocabulary)), statistics).save(delta)
    _save_characters(delta, _characters(documents, None), statistics)
    return _finish(folder, [*slots, *later], tokenized, len(slots), base_kept=True)


def _titles(entries: Sequence[Entry]) -> list[Title]:
    return [Title(entry.title, entry.kind) for entry in entries]


def _characters(documents: Sequence[Document | int], previous: Partition | None) -> CharacterTable:
    """The n-grams of documents; one that is unchanged is given as its slot in the previous partition."""
    tables = previous.characters if previous else []
    new = count_characters(new_documents(documents))
    known = sum(len(table.first_names) - 1 for table in tables)
    return join_tables([*tables, new]).take(places(documents, known)) if tables else new


def _save_characters(folder: Path, characters: CharacterTable, statistics: Statistics) -> None:
    characters.save(folder)
    for name, counted in (("grams", characters.whole), ("names", characters.names)):
        np.save(folder / f"{name}.norms.npy", counted.norms(statistics.gram_idf))


def _finish(
    folder: Path, slots: Sequence[Entry | None], tokenized: Tokenized, fitted: int, *, base_kept: bool
) -> Built:
    topics = sorted({entry.topic for entry in slots if entry})
    numbers = {topic: number for number, topic in enumerate(topics)}
    kinds = [KINDS.index(entry.kind) if entry else EMPTY for entry in slots]
    np.save(folder / "kinds.npy", np.array(kinds, np.uint8))
    np.save(folder / "topics.npy", np.array([numbers[e.topic] if e else -1 for e in slots], np.int32))
    (folder / "topics.txt").write_text("\n".join(topics), encoding="utf-8")
    slot_of = {entry.id: slot for slot, entry in enumerate(slots) if entry}
    return Built(slot_of, len(slots), len(tokenized.vocabulary), slots, fitted, base_kept)
