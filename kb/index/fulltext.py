"""The full-text index: Whoosh matches the query language (phrases, fields, NOT, prefixes). It ranks nothing.

This is the only file that knows Whoosh. Terms come analysed, so its own analysis only splits at spaces.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
from whoosh import index, query
from whoosh.analysis import Token, Tokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, KEYWORD, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import EmptyIndexError, FileIndex, Index

from kb.errors import EngineError
from kb.index.documents import passages
from kb.index.engine import Clause
from kb.index.files import link_folder
from kb.index.postings import Ints
from kb.model import Document
from kb.text.analyzer import Analyzer, analyzer

_MEMORY_MB = 256
_REOPENINGS = 5
_LOCK = "MAIN_WRITELOCK"


class _SplitAtSpaces(Tokenizer):  # type: ignore[misc] # Whoosh has no types
    """Whoosh's analysis of what is analysed already; its own tokenizers cost more than all else they feed."""

    def __call__(self, value: str, positions: bool = False, **modes: object) -> Iterator[Token]:
        token = Token(positions, **modes)
        for position, text in enumerate(value.split(" ")):
            token.text, token.pos, token.boost, token.stopped = text, position, 1.0, False
            yield token


def _schema() -> Schema:
    words = _SplitAtSpaces()
    return Schema(
        id=ID(unique=True, stored=True),
        tag=KEYWORD,
        title=TEXT(analyzer=words, phrase=True),
        text=TEXT(analyzer=words, phrase=True),
    )


def build(
    folder: Path,
    changed: Sequence[Document],
    gone: Iterable[str],
    previous: Path | None,
) -> None:
    """Write the index of a generation: that of ``previous``, less ``gone``, with ``changed`` added or replaced.

    Whoosh's segments never change once written, so those of the previous generation are linked, not copied.
    """
    gone = list(gone)
    if previous:
        link_folder(previous, folder, without={_LOCK})
        opened = index.open_dir(folder)
    else:
        folder.mkdir(parents=True)
        opened = index.create_in(folder, _schema())
    if changed or gone:
        writer = opened.writer(
            limitmb=_MEMORY_MB, codec=W3Codec(compression=0)
        )  # half the time, a third more disk
        if previous:
            for document_id in {*gone, *(document.id for document in changed)}:
                writer.delete_by_term("id", document_id)
        for document in changed:
            writer.add_document(**_fields(document, analyzer(document.lang)))
        writer.commit(merge=bool(previous))
    opened.close()
    (folder / _LOCK).unlink(missing_ok=True)


def _fields(document: Document, words: Analyzer) -> dict[str, str]:
    """What Whoosh is given of a document."""
    analysed = [words.terms(passage.text) for passage in passages(document)]
    return {
        "id": document.id,
        "tag": " ".join(tag.lower() for tag in document.tags),
        "title": " ".join(analysed[0]),  # the title is the first passage
        # a word between passages keeps a phrase from matching across them
        "text": " \x1f ".join(" ".join(terms) for terms in analysed),
    }


class FullText:
    """Matches clauses to documents. Threads take turns: Whoosh's readers share the place they read at."""

    def __init__(self, folder: Path, ordinals: Ints) -> None:
        self._index = _opened(folder)
        self._reader = self._index.searcher()
        self._ordinals = ordinals
        self._one_at_a_time = threading.Lock()

    def match(self, ordinals: range, clauses: Sequence[Clause]) -> Ints:
        """Which of these ordinals meet every clause, ascending."""
        with self._one_at_a_time:
            wanted = [self._meeting(clause) for clause in clauses if not clause.negated]
            refused = [self._meeting(clause) for clause in clauses if clause.negated]
        found = set.intersection(*wanted) if wanted else set(range(len(self._ordinals)))
        numbers = np.fromiter(found.difference(*refused), np.int64)
        places = self._ordinals[numbers]
        return np.sort(places[(places >= ordinals.start) & (places < ordinals.stop)])

    def _meeting(self, clause: Clause) -> set[int]:
        """Whoosh's numbers of the documents that meet a clause, be it negated or not."""
        field = {"title": "title", "tag": "tag", "": "text"}[clause.field]
        reader = self._reader.reader()
        if len(clause.terms) > 1:
            return set(self._reader.docs_for_query(query.Phrase(field, list(clause.terms))))
        [term] = clause.terms
        # Whoosh's own prefix query becomes a tree of unions that takes seconds for a frequent beginning
        terms = reader.expand_prefix(field, term) if clause.prefix else [term]
        known = (each for each in terms if (field, each) in reader)
        return {number for each in known for number in reader.postings(field, each).all_ids()}

    def close(self) -> None:
        self._reader.close()
        self._index.close()


def ordinals(folder: Path, ordinal_of: dict[str, int]) -> Ints:
    """The ordinal of each of Whoosh's document numbers; -1 for deleted ones."""
    opened = _opened(folder)
    with opened.searcher() as searcher:
        mapping = np.full(searcher.doc_count_all(), -1, dtype=np.int32)
        for number in searcher.reader().all_doc_ids():
            mapping[number] = ordinal_of.get(searcher.stored_fields(number).get("id", ""), -1)
    opened.close()
    return mapping


class _ReadInPlace(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """Files as mappings, so that processes share them. Whoosh maps a segment too, but then copies all of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False, readonly=True)

    def open_file(self, name: str, **options: object) -> StructFile:
        with Path(self._fpath(name)).open("rb") as file:
            return StructFile(mmap(file.fileno(), 0, access=ACCESS_READ), name=name, **options)


def _opened(folder: Path) -> Index:
    """Opening races with a commit of another process; the next try sees the new files."""
    for _ in range(_REOPENINGS):
        try:
            return FileIndex(_ReadInPlace(folder))
        except (FileNotFoundError, EmptyIndexError):
            time.sleep(0.02)
    raise EngineError(f"The full-text index in {folder} cannot be opened. Run: kb index")
