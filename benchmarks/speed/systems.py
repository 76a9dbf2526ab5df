"""The systems that are asked: this one by numpy and by compiled loops, and its peers, each given the same terms."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from kb.index.arithmetic import Arithmetic, NumpyArithmetic
from kb.index.engine import Retrieval
from kb.index.fast import has_kernels
from kb.index.partition import Partition
from kb.index.retrieval import retrieve
from kb.model import Document
from kb.text.analyzer import analyzer
from speed.corpus import LANG, text_of
from speed.queries import Asked

TOP = 10
KINDS = ("short", "message", "prefix")
DEFAULT, FAST = "kb", "kb, fast"
TANTIVY = "tantivy"


class System(Protocol):
    """Finds the first ten. ``share`` of the queries are asked of it: slow ones are asked fewer."""

    name: str
    share: Mapping[str, float]

    def ask(self, kind: str, asked: Asked) -> object: ...


@dataclass(frozen=True, slots=True)
class Analysed:
    """A document as terms, and its title as folded words."""

    terms: list[str]
    title: list[str]


def analyse(documents: Sequence[Document]) -> list[Analysed]:
    """The same terms for every system."""
    own = analyzer(LANG)
    return [Analysed(own.terms(text_of(document)), own.words(document.title)) for document in documents]


class Ours:
    """All scorers, counts by kind, coverage, what ranking weighs: what the site asks, without what hits show."""

    share = dict.fromkeys(KINDS, 1.0)

    def __init__(self, name: str, folder: Path, arithmetic: Arithmetic) -> None:
        self.name = name
        self._part = Partition(folder, 0, arithmetic)

    def ask(self, kind: str, asked: Asked) -> object:
        if kind == "prefix":
            return self._part.titles(asked.words[:-1], asked.words[-1], TOP)
        wanted = Retrieval(LANG, asked.terms, asked.text, limit=TOP)
        return retrieve(self._part, wanted)


def open_ours(folder: Path) -> list[System]:
    """This system, as installed by default and with the extra ``fast`` where it is there."""
    systems: list[System] = [Ours(DEFAULT, folder, NumpyArithmetic())]
    if has_kernels():
        from kb.index.compiled import CompiledArithmetic

        systems.append(Ours(FAST, folder, CompiledArithmetic()))
    return systems


class Tantivy:
    """BM25 over one field; a prefix is a regular expression over the words of titles."""

    name = TANTIVY
    share = dict.fromkeys(KINDS, 1.0)

    def __init__(self, documents: Sequence[Analysed]) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        for field in ("text", "title"):
            builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for document in documents:
            writer.add_document(
                tantivy.Document(text=" ".join(document.terms), title=" ".join(document.title))
            )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def ask(self, kind: str, asked: Asked) -> object:
        query = self._beginning(asked.words) if kind == "prefix" else self._any(asked.terms)
        return self._searcher.search(query, TOP, count=True)

    def _any(self, terms: Sequence[str]) -> Any:
        own, any_of = self._tantivy.Query, self._tantivy.Occur.Should
        wanted = []
        for term, amount in Counter(terms).items():
            query = own.term_query(self._schema, "text", term)
            wanted.append((any_of, own.boost_query(query, float(amount)) if amount > 1 else query))
        return own.boolean_query(wanted)

    def _beginning(self, words: Sequence[str]) -> Any:
        own, all_of = self._tantivy.Query, self._tantivy.Occur.Must
        whole = [(all_of, own.term_query(self._schema, "title", word)) for word in words[:-1]]
        escaped = "".join(c if c.isalnum() else f"\\{c}" for c in words[-1])
        return own.boolean_query([*whole, (all_of, own.regex_query(self._schema, "title", f"{escaped}.*"))])


class Bm25s:
    """BM25 as a sparse matrix; it has no prefixes."""

    name = "bm25s"
    share: ClassVar = {"short": 1.0, "message": 1.0, "prefix": 0.0}

    def __init__(self, documents: Sequence[Analysed]) -> None:
        import bm25s

        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index([document.terms for document in documents], show_progress=False)

    def ask(self, kind: str, asked: Asked) -> object:  # noqa: ARG002 - it is not asked for prefixes
        return self._index.retrieve([list(asked.terms)], k=TOP, show_progress=False)


class Fts5:
    """SQLite's full-text index."""

    name = "SQLite FTS5"
    share: ClassVar = {"short": 0.2, "message": 0.05, "prefix": 0.2}

    def __init__(self, documents: Sequence[Analysed]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(text, title, content='', prefix='2 3 4')"
        )
        rows = ((n, " ".join(d.terms), " ".join(d.title)) for n, d in enumerate(documents))
        self._database.executemany("INSERT INTO docs (rowid, text, title) VALUES (?, ?, ?)", rows)
        self._database.commit()

    def ask(self, kind: str, asked: Asked) -> object:
        if kind == "prefix":
            whole = "".join(f'title: "{word}" ' for word in asked.words[:-1])
            query = f'{whole}title: "{asked.words[-1]}"*'
        else:
            query = "text: (" + " OR ".join(f'"{term}"' for term in dict.fromkeys(asked.terms)) + ")"
        found = self._database.execute(
            f"SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT {TOP}", [query]
        )
        return found.fetchall()


class WhooshAlone:
    """The full-text index of a generation, asked to rank by its own BM25F."""

    name = "Whoosh"
    share: ClassVar = {"short": 0.1, "message": 0.02, "prefix": 0.05}

    def __init__(self, folder: Path) -> None:
        from whoosh import index, query

        self._query = query
        self._searcher = index.open_dir(folder, readonly=True).searcher()

    def ask(self, kind: str, asked: Asked) -> object:
        own = self._query
        if kind == "prefix":
            whole = [own.Term("title", term) for term in asked.terms[:-1]]
            return self._searcher.search(own.And([*whole, own.Prefix("title", asked.words[-1])]), limit=TOP)
        terms = dict.fromkeys(asked.terms)
        return self._searcher.search(own.Or([own.Term("text", term) for term in terms]), limit=TOP)
