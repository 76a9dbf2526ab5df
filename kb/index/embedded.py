"""The default engine: Whoosh and scikit-learn, in generations, inside the process. No service to run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kb.errors import IndexDamaged, IndexMissing
from kb.index import catalogue, fulltext, generations, partition
from kb.index.catalogue import Stored
from kb.index.engine import BuildReport, Progress
from kb.index.generation import Generation
from kb.index.generations import FORMAT, Generations, Manifest
from kb.index.tokens import Tokenized, tokenize
from kb.model import Document, Kind, Topic
from kb.text.analyzer import analyzer, fingerprint

_LOOK_EVERY = 1.0
"""Seconds between looks for a newer generation."""


class EmbeddedEngine:
    """Implements :class:`kb.index.engine.SearchEngine`."""

    def __init__(self, folder: Path, lock_timeout: float = 60.0) -> None:
        self._generations = Generations(folder, lock_timeout)
        self._opened: Generation | None = None
        self._opened_by = 0
        self._looked = 0.0
        self._opening = threading.Lock()

    def reader(self) -> Generation:
        """The newest whole generation; looks for it at most once a second.

        :raises IndexMissing: nothing was indexed yet.
        :raises IndexDamaged: the index on disk is not what was written.
        """
        opened = self._opened
        if opened and self._opened_by == os.getpid() and time.monotonic() - self._looked < _LOOK_EVERY:
            return opened
        with self._opening:
            path = self._generations.current()
            if self._opened is None or self._opened.path != path:
                self._opened = Generation.open(path, check=True)
            elif (
                self._opened_by != os.getpid()
            ):  # a fork: files and mappings are shared, SQLite's handle is not
                self._opened = Generation.open(path, check=False)
            self._opened_by, self._looked = os.getpid(), time.monotonic()
            return self._opened

    def rebuild(
        self,
        documents: Iterable[Document],
        progress: Progress | None = None,
        *,
        topics: Sequence[Topic] = (),
        folders: Sequence[str] = (),
    ) -> BuildReport:
        """Index exactly these documents, re-analysing only those whose content hash is new.

        :raises IndexLocked: another process is building and did not end in time.
        """
        ordered = sorted(documents, key=lambda document: (document.lang, document.id))
        with self._generations.locked(), self._generations.new() as building:
            return self._build(building, ordered, self._reusable(), progress or _silent, topics, folders)

    def _reusable(self) -> Generation | None:
        """The generation that a rebuild may take unchanged documents from."""
        try:
            previous = Generation.open(self._generations.current(), check=True)
        except (IndexMissing, IndexDamaged):
            return None
        analyzers = previous.manifest.analyzers
        return previous if all(made == fingerprint(lang) for lang, made in analyzers.items()) else None

    def _build(
        self,
        building: Path,
        documents: list[Document],
        previous: Generation | None,
        progress: Progress,
        topics: Sequence[Topic],
        folders: Sequence[str],
    ) -> BuildReport:
        stored = previous.catalogue.stored() if previous else {}
        changed = [d for d in documents if d.id not in stored or stored[d.id].content_hash != d.content_hash]
        ordinal_of = {document.id: ordinal for ordinal, document in enumerate(documents)}
        gone = [document_id for document_id in stored if document_id not in ordinal_of]
        counts = _count(document.lang for document in documents)

        terms = 0
        for done, lang in enumerate(counts):
            progress("weights", done, len(counts))
            terms += _build_partition(building / "similarity" / lang, lang, documents, previous, stored)
        old = previous.path if previous else None
        catalogue.write(
            building / "catalogue.sqlite", ordinal_of, changed, gone, topics, old and old / "catalogue.sqlite"
        )
        fulltext.build(
            building / "fulltext",
            changed,
            gone,
            old and old / "fulltext",
            lambda done: progress("full text", done, len(changed)),
        )
        np.save(building / "ordinals.npy", fulltext.ordinals(building / "fulltext", ordinal_of))
        articles = sum(document.kind is Kind.ARTICLE for document in documents)
        manifest = Manifest(
            format=FORMAT,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            analyzers={lang: fingerprint(lang) for lang in counts},
            languages=counts,
            articles=articles,
            threads=len(documents) - articles,
            terms=terms,
            folders=tuple(folders),
            files=generations.describe(building),
        )
        published = self._generations.publish(building, manifest)
        self._looked = 0.0
        added = sum(document.id not in stored for document in changed)
        return BuildReport(
            published.name, added, len(changed) - added, len(documents) - len(changed), len(gone)
        )


def _build_partition(
    folder: Path,
    lang: str,
    documents: Sequence[Document],
    previous: Generation | None,
    stored: dict[str, Stored],
) -> int:
    """Write one language and return how many terms it has."""
    own = [document for document in documents if document.lang == lang]
    old = previous.partitions.get(lang) if previous else None
    reusable, known = [], None
    if old:
        known = Tokenized(old.tokens, old.similarity.vocabulary)
        reusable = [_place(document, stored, old.first) for document in own]
    tokenized = tokenize(own, analyzer(lang), known, reusable)
    partition.write(folder, own, tokenized)
    return len(tokenized.vocabulary)


def _place(document: Document, stored: dict[str, Stored], first: int) -> int:
    """Where an unchanged document stands in the previous generation's partition, or -1."""
    was = stored.get(document.id)
    same = was and was.content_hash == document.content_hash and was.lang == document.lang
    return was.ordinal - first if was and same else -1


def _count(langs: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for lang in langs:
        counts[lang] = counts.get(lang, 0) + 1
    return counts


def _silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
