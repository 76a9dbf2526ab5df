"""Writes one language of a generation: fitted anew, or the previous fit with a delta of what changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.index import spellings
from kb.index.characters import CharacterTable, count_characters, join_tables, number_grams
from kb.index.files import link_folder
from kb.index.grams import Numbers, numbered
from kb.index.neighbours import weigh_trigrams
from kb.index.partition import Partition, layers
from kb.index.rows import row_of, write_rows
from kb.index.shortlist import EMPTY, KINDS, Attributes
from kb.index.statistics import Statistics
from kb.index.titles import Title, write_titles
from kb.index.tokens import TokenTables, new_documents, places, tokenize, tokenize_later
from kb.index.vocabulary import Vocabulary
from kb.index.weights import count_terms, weigh
from kb.model import Document, Kind
from kb.text.analyzer import Analyzer

MOST_LATER = 0.02
"""The share of the fitted documents that may have come, changed or gone since: more are fitted anew."""

_NOTHING = Attributes(np.zeros(0, np.uint8), np.zeros(0, np.int32))


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
class Change:
    """What a build changes in one language."""

    coming: Sequence[Entry]
    """Documents that are new or changed."""
    leaving: Sequence[int]
    """The slots of those that go, or come back changed."""
    staying: Callable[[int], list[Entry]]
    """Called with a slot: the other documents, from that slot on."""


@dataclass(frozen=True, slots=True)
class Built:
    """A partition that was written."""

    placed: Mapping[str, int]
    """The slot of each document that was not there before."""
    slots: int
    terms: int
    base: Callable[[], Sequence[Entry | None]]
    """What stands in each slot of the base; None in one that is empty."""
    base_kept: bool
    """Whether the base is that of the generation before."""
    delta: Sequence[Entry]


Analysed = Callable[[Path, Path | None], None]
"""Called with the base, and the delta if that is the new layer, as soon as the new layer's tokens are written."""


def build_partition(
    folder: Path, change: Change, analyzer: Analyzer, previous: Partition | None, analysed: Analysed
) -> Built:
    """Write a partition of at least one document."""
    folder.mkdir(parents=True)
    if previous:
        there = previous.attributes.kinds[: previous.fitted] != EMPTY
        there[[slot for slot in change.leaving if slot < previous.fitted]] = False
        later = _sorted([*change.staying(previous.fitted), *change.coming])
        if len(later) + np.count_nonzero(~there) <= MOST_LATER * previous.fitted:
            return _add_later(folder, there, later, change, analyzer, previous, analysed)
    return _fit(folder, _sorted([*change.staying(0), *change.coming]), analyzer, previous, analysed)


def _sorted(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)


def _fit(
    folder: Path,
    entries: Sequence[Entry],
    analyzer: Analyzer,
    previous: Partition | None,
    analysed: Analysed,
) -> Built:
    from kb.index.fitting import fit_statistics  # scikit-learn takes a second to import

    base, _ = layers(folder)
    base.mkdir()
    known = previous.tokens if previous else TokenTables((), Vocabulary.of(()))
    documents = [entry.slot if entry.slot >= 0 else entry.document() for entry in entries]
    tokenized = tokenize(documents, analyzer, known)
    tokenized.table.save(base)
    tokenized.vocabulary.save(base / "terms.marisa")
    analysed(base, None)
    spellings.write_base(base, {*tokenized.words, *(previous.spellings.every() if previous else ())})
    numbers = (
        previous.similarity.statistics.gram_numbers if previous else number_grams(new_documents(documents))
    )
    characters = _characters(documents, previous.characters if previous else (), numbers)
    if previous:
        anew = numbered(characters.whole.frequency())
        characters, numbers = characters.renumbered(anew), anew.take(numbers)
    found = count_terms(tokenized.table, len(tokenized.vocabulary))
    statistics = fit_statistics(found, characters.whole, numbers)
    statistics.save(base)
    weigh(found, statistics).save(base)
    write_titles(base, _titles(entries), analyzer)
    write_rows(base, _rows(entries, previous))
    weigh_trigrams(tokenized.vocabulary).save(base)
    _save_characters(base, characters, statistics)
    _save_attributes(folder, _NOTHING, (), entries)
    placed = {entry.id: slot for slot, entry in enumerate(entries) if entry.slot != slot}
    terms = len(tokenized.vocabulary)
    return Built(placed, len(entries), terms, lambda: entries, base_kept=False, delta=())


def _add_later(
    folder: Path,
    there: np.ndarray[tuple[int], np.dtype[np.bool_]],
    later: Sequence[Entry],
    change: Change,
    analyzer: Analyzer,
    previous: Partition,
    analysed: Analysed,
) -> Built:
    base, fitted = folder / "base", previous.fitted
    link_folder(previous.folder / "base", base)
    if later:
        terms = _write_delta(base, folder / "delta", later, analyzer, previous, analysed)
    else:
        terms = len(Vocabulary.load(base / "terms.marisa"))
    old = previous.attributes
    kept = Attributes(
        np.where(there, old.kinds[:fitted], np.uint8(EMPTY)),
        np.where(there, old.topics[:fitted], np.int32(-1)),
    )
    _save_attributes(folder, kept, previous.topic_names, later)
    placed = {entry.id: slot for slot, entry in enumerate(later, start=fitted) if entry.slot != slot}

    def fitted_entries() -> list[Entry | None]:
        standing = {entry.slot: entry for entry in change.staying(0)}
        return [standing.get(slot) for slot in range(fitted)]

    return Built(placed, fitted + len(later), terms, fitted_entries, base_kept=True, delta=later)


def _write_delta(
    base: Path,
    delta: Path,
    later: Sequence[Entry],
    analyzer: Analyzer,
    previous: Partition,
    analysed: Analysed,
) -> int:
    """Write the layer of the documents that came after the fit; gives how many terms both layers have."""
    documents = [entry.slot - previous.fitted if entry.slot >= 0 else entry.document() for entry in later]
    known = TokenTables(previous.tables[1:], previous.similarity.vocabulary)
    tokenized = tokenize_later(documents, analyzer, Vocabulary.load(base / "terms.marisa"), known)
    delta.mkdir()
    tokenized.table.save(delta)
    vocabulary = tokenized.vocabulary
    (delta / "later.txt").write_text("\n".join(vocabulary.later), encoding="utf-8")
    analysed(base, delta)
    spellings.write_delta(delta, {*tokenized.words, *previous.spellings.later})
    write_titles(delta, _titles(later), analyzer)
    write_rows(delta, _rows(later, previous))
    statistics = Statistics.load(base).extended(len(vocabulary))
    weigh(count_terms(tokenized.table, len(vocabulary)), statistics).save(delta)
    characters = _characters(documents, previous.characters[1:], statistics.gram_numbers)
    _save_characters(delta, characters, statistics)
    return len(vocabulary)


def _titles(entries: Sequence[Entry]) -> list[Title]:
    return [Title(entry.title, entry.kind) for entry in entries]


def _rows(entries: Iterable[Entry], previous: Partition | None) -> Iterator[bytes]:
    """The rows of documents; that of an unchanged one is copied."""
    for entry in entries:
        yield previous.row(entry.slot) if previous and entry.slot >= 0 else row_of(entry.document())


def _characters(
    documents: Sequence[Document | int], tables: Sequence[CharacterTable], numbers: Numbers
) -> CharacterTable:
    """The n-grams of documents; one that is unchanged is given as its place in the tables."""
    new = count_characters(new_documents(documents), numbers)
    known = sum(len(table.first_names) - 1 for table in tables)
    return join_tables([*tables, new]).take(places(documents, known)) if tables else new


def _save_characters(folder: Path, characters: CharacterTable, statistics: Statistics) -> None:
    characters.save(folder)
    whole, names = (rows.norms(statistics.gram_idf) for rows in (characters.whole, characters.names))
    for name, norms in (("grams", whole.whole), ("titles", whole.name), ("names", names.whole)):
        np.save(folder / f"{name}.norms.npy", norms)


def _save_attributes(folder: Path, kept: Attributes, topics: Sequence[str], entries: Sequence[Entry]) -> None:
    """Write the kind and topic of what is kept, whose topics are numbered, and of the entries after it."""
    numbers = {topic: number for number, topic in enumerate(topics)}
    for topic in sorted({entry.topic for entry in entries}):
        numbers.setdefault(topic, len(numbers))
    kinds = [KINDS.index(entry.kind) for entry in entries]
    own = [numbers[entry.topic] for entry in entries]
    np.save(folder / "kinds.npy", np.concatenate([kept.kinds, np.array(kinds, np.uint8)]))
    np.save(folder / "topics.npy", np.concatenate([kept.topics, np.array(own, np.int32)]))
    (folder / "topics.txt").write_text("\n".join(numbers), encoding="utf-8")
