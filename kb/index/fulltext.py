"""The full-text index: Whoosh says where in a document a term stands (phrases, titles). It ranks nothing.

This is the only file that knows Whoosh. Each layer of a language has an index of its own, in which a document's
number is its place in the layer. The layer's tokens, already analysed and in order, go straight to Whoosh's codec:
Whoosh's writer would split and sort the text once more, in five times the time and with twice the disk.
"""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from io import BytesIO
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from whoosh import index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Positions
from whoosh.index import TOC, FileIndex
from whoosh.matching import Matcher
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from kb.index.documents import FIELD_CODES
from kb.index.partition import layers
from kb.index.similarity import load_vocabulary
from kb.index.tokens import TokenTable

_WORTH_A_PROCESS = 500_000
"""Tokens; fewer are indexed in less time than another Python needs to start."""
_BLOCK = 1 << 16
"""Postings that are turned into Python's numbers at a time: these take ten times the memory."""
_REMEMBERED = 1 << 17
"""Encoded positions that are remembered: most words occur once in a document, at one of a few hundred places."""


def _schema() -> Schema:
    words = SpaceSeparatedTokenizer()
    return Schema(text=TEXT(analyzer=words, phrase=True), title=TEXT(analyzer=words, phrase=True))


class FullTextWriter:
    """Writes the indexes of a generation; a large one in a process of its own, while the caller goes on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._building: list[Future[None]] = []

    def add(self, lang: str, base: Path, delta: Path | None = None) -> None:
        """Index a layer of a language, whose tokens are on disk: the delta if given, otherwise the base."""
        layer = delta or base
        folder = self._folder / lang / layer.name
        if len(TokenTable.load(layer).terms) < _WORTH_A_PROCESS:
            build(folder, base, delta)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._building.append(self._pool.submit(build, folder, base, delta))

    def finish(self) -> None:
        """Wait for what is still being written."""
        for each in self._building:
            each.result()

    def __enter__(self) -> FullTextWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


def build(folder: Path, base: Path, delta: Path | None = None) -> None:
    """Write the index of a layer, of at least one document, into a new folder."""
    table = TokenTable.load(delta or base)
    vocabulary = load_vocabulary(base, delta)
    numbers = np.flatnonzero(np.bincount(table.terms.whole()))
    terms = sorted((vocabulary.term(number), number) for number in numbers.tolist())
    rank = np.zeros(len(vocabulary), np.int64)
    rank[[number for _, number in terms]] = np.arange(len(terms))
    tokens = _Tokens(table, rank)
    names = [term.encode() for term, _ in terms]

    folder.mkdir(parents=True)
    schema = _schema()
    opened = index.create_in(folder, schema)
    codec = W3Codec(compression=0)  # half the time, a third more disk
    segment = codec.new_segment(opened.storage, opened.indexname)
    lengths = _Lengths({name: tokens.lengths(name) for name in schema.names()})
    documents = codec.per_document_writer(opened.storage, segment)
    for number in range(table.documents):
        documents.start_doc(number)
        for name in schema.names():
            documents.add_field(name, schema[name], None, lengths.doc_field_length(number, name))
        documents.finish_doc()
    documents.close()
    postings = codec.field_writer(opened.storage, segment)
    found = (posting for name in sorted(schema.names()) for posting in tokens.postings(name, names))
    postings.add_postings(schema, lengths, found)
    postings.close()
    segment.set_doc_count(table.documents)
    TOC(schema, [segment], generation=1).write(opened.storage, opened.indexname)
    opened.close()
    shutil.rmtree(folder / f"{opened.indexname}.tmp", ignore_errors=True)
    (folder / f"_{opened.indexname}_0.toc").unlink()  # of the index while it was empty


class _Lengths:
    """How many tokens each document has in a field: Whoosh asks for them posting by posting."""

    def __init__(self, by_field: dict[str, list[int]]) -> None:
        self._by_field = by_field

    def doc_field_length(self, document: int, field: str) -> int:
        return self._by_field[field][document]


class _Tokens:
    """The tokens of a layer as Whoosh's postings. ``rank`` numbers terms by their order."""

    def __init__(self, table: TokenTable, rank: NDArray[np.int64]) -> None:
        self._documents = table.documents
        self._document = table.doc_of_token()
        self._term = rank[table.terms.whole()]
        passage = table.passage_of_token()
        self._titles = table.fields[passage] == FIELD_CODES["title"]
        first_passage = table.passage_of_doc[:-1]
        first_token = table.token_of_passage[first_passage]
        # one place is left free between passages, so that no phrase leaps from one to the next
        place = np.arange(len(passage)) - first_token[self._document]
        self._place = place + passage - first_passage[self._document]

    def _of(self, field: str) -> NDArray[np.intp]:
        return np.flatnonzero(self._titles) if field == "title" else np.arange(len(self._titles))

    def lengths(self, field: str) -> list[int]:
        """How many of each document."""
        counted = np.bincount(self._document[self._of(field)], minlength=self._documents)
        return [int(length) for length in counted]

    def postings(self, field: str, names: Sequence[bytes]) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Field, term, document, weight, encoded places: by term, then document."""
        chosen = self._of(field)
        cells = self._term[chosen] * self._documents + self._document[chosen]
        order = np.argsort(cells, kind="stable")
        cells, places = cells[order], self._place[chosen[order]]
        starts = np.flatnonzero(np.diff(cells, prepend=-1))
        ends = np.append(starts, len(cells))[1:]
        terms, documents = np.divmod(cells[starts], self._documents)
        for first in range(0, len(starts), _BLOCK):
            block = slice(first, first + _BLOCK)
            begin = starts[first]
            own = places[begin : ends[block][-1]].tolist()
            columns = (terms[block], documents[block], starts[block] - begin, ends[block] - begin)
            for term, document, start, end in zip(*(c.tolist() for c in columns), strict=True):
                yield field, names[term], document, float(end - start), _encoded(tuple(own[start:end]))


@lru_cache(_REMEMBERED)
def _encoded(places: tuple[int, ...]) -> bytes:
    encoded: bytes = Positions().encode(places)
    return encoded


class _ReadInPlace(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """Maps files, so that processes share them. Whoosh maps a segment as well, but then copies all of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False, readonly=True)

    def open_file(self, name: str, **options: object) -> StructFile:
        path = Path(self._fpath(name))
        if not path.stat().st_size:  # the postings of documents without a word; nothing cannot be mapped
            return StructFile(BytesIO(), name=name, **options)
        with path.open("rb") as file:
            return StructFile(mmap(file.fileno(), 0, access=ACCESS_READ), name=name, **options)


class FullText:
    """The indexes of one language. Threads take turns: Whoosh's readers share the place they read at."""

    def __init__(self, folder: Path) -> None:
        opened = [FileIndex(_ReadInPlace(layer)).searcher() for layer in layers(folder) if layer]
        firsts = accumulate((layer.doc_count_all() for layer in opened), initial=0)
        self._layers: list[tuple[int, Searcher]] = list(zip(firsts, opened, strict=False))
        self._one_at_a_time = threading.Lock()
        for layer in opened:
            weakref.finalize(self, layer.close)

    def with_title(self, term: str) -> list[int]:
        """The slots of documents with a term in the title, slots that are empty by now included."""
        with self._one_at_a_time:
            return [first + slot for first, layer in self._layers for slot in _holding(layer, "title", term)]

    def with_phrase(self, field: str, terms: Sequence[str], among: Sequence[int]) -> list[int]:
        """Of some slots, ascending, those of documents that have these terms one after another."""
        found: list[int] = []
        with self._one_at_a_time:
            for first, layer in self._layers:
                own = [slot - first for slot in among if 0 <= slot - first < layer.doc_count_all()]
                found += [first + slot for slot in _with_phrase(layer.reader(), field or "text", terms, own)]
        return found


def _holding(layer: Searcher, field: str, term: str) -> Iterator[int]:
    reader = layer.reader()
    if (field, term) in reader:
        yield from reader.postings(field, term).all_ids()


def _with_phrase(
    reader: IndexReader, field: str, terms: Sequence[str], among: Sequence[int]
) -> Iterator[int]:
    """The documents with a phrase. Whoosh's own query reads all that hold its terms: seconds for frequent ones."""
    if not all((field, term) in reader for term in terms):
        return
    postings = {term: reader.postings(field, term) for term in terms}
    for document in among:
        begins: set[int] | None = None
        for offset, term in enumerate(terms):
            begins_here = {place - offset for place in _places(postings[term], document)}
            begins = begins_here if begins is None else begins & begins_here
            if not begins:
                break
        else:
            yield document


def _places(postings: Matcher, document: int) -> list[int]:
    """Where a term stands in a document; documents are asked for in ascending order."""
    if postings.is_active() and postings.id() < document:
        postings.skip_to(document)
    places: list[int] = []
    if postings.is_active() and postings.id() == document:
        places = postings.value_as("positions")
    return places
