"""One build of a generation: what changed is analysed, everything else is taken from the previous one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from kb.errors import NotFound
from kb.index import catalogue, fulltext, generations
from kb.index.catalogue import Stored
from kb.index.engine import BuildReport, Progress
from kb.index.generation import Generation
from kb.index.generations import FORMAT, Manifest
from kb.index.meanings import MeaningsBuilder
from kb.index.partition_builder import Entry, build_partition
from kb.index.vectors import PassageEncoder
from kb.model import Document, Kind, Topic
from kb.text.analyzer import analyzer, fingerprint

_WORTH_A_PROCESS = 500
"""Changed documents: fewer are indexed before another Python has started."""


class Build:
    """Writes a generation into an empty folder."""

    def __init__(
        self,
        folder: Path,
        previous: Generation | None,
        progress: Progress,
        encoder: PassageEncoder | None = None,
    ) -> None:
        self._folder = folder
        self._previous = previous
        self._progress = progress
        before = previous.meanings if previous else None
        self._meanings = MeaningsBuilder(folder / "meaning", encoder, before) if encoder else None
        self._stored: dict[str, Stored] = previous.catalogue.stored() if previous else {}

    def run(
        self,
        documents: Sequence[Document],
        kept: Sequence[str],
        topics: Sequence[Topic] | None,
        folders: Sequence[str],
        publish: Callable[[Path, Manifest], Path],
    ) -> BuildReport:
        """Build, publish, and say what was done.

        :raises NotFound: a kept document is not in the previous generation.
        """
        entries = {
            **self._kept_entries(kept),
            **{document.id: self._entry(document) for document in documents},
        }
        langs = {i: self._stored[i].lang for i in kept} | {
            document.id: document.lang for document in documents
        }
        changed = [document for document in documents if self._is_changed(document)]
        gone = [document_id for document_id in self._stored if document_id not in entries]
        old = self._previous.path if self._previous else None
        with self._full_text(changed, gone, old):
            counts, ordinal_of, terms = self._partitions(entries, langs)
            self._progress("full text", 0, 1)
        if self._meanings:
            self._meanings.finish()
        catalogue.write(
            self._folder / "catalogue.sqlite",
            self._moved(ordinal_of, changed),
            changed,
            gone,
            topics,
            old and old / "catalogue.sqlite",
        )
        np.save(self._folder / "ordinals.npy", fulltext.ordinals(self._folder / "fulltext", ordinal_of))
        articles = sum(entry.kind is Kind.ARTICLE for entry in entries.values())
        manifest = Manifest(
            format=FORMAT,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            analyzers={lang: fingerprint(lang) for lang in counts},
            languages=counts,
            articles=articles,
            threads=len(entries) - articles,
            terms=terms,
            folders=tuple(folders),
            files=generations.describe(
                self._folder, old, self._previous.manifest.files if self._previous else {}
            ),
        )
        published = publish(self._folder, manifest)
        added = sum(document.id not in self._stored for document in changed)
        return BuildReport(
            published.name, added, len(changed) - added, len(entries) - len(changed), len(gone)
        )

    @contextmanager
    def _full_text(
        self, changed: Sequence[Document], gone: Sequence[str], old: Path | None
    ) -> Iterator[None]:
        """Build the full-text index while the block runs: in a process of its own where that saves time."""
        folder, previous = self._folder / "fulltext", old and old / "fulltext"
        if len(changed) < _WORTH_A_PROCESS:
            fulltext.build(folder, changed, gone, previous)
            yield
            return
        bare = [replace(document, page=None) for document in changed]  # Whoosh stores no pages
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            built = pool.submit(fulltext.build, folder, bare, gone, previous)
            yield
            built.result()

    def _partitions(
        self, entries: dict[str, Entry], langs: dict[str, str]
    ) -> tuple[dict[str, int], dict[str, int], int]:
        """Write every language; documents per language, ordinals by id, and how many terms there are."""
        by_lang: dict[str, list[Entry]] = {}
        for document_id in sorted(entries):
            by_lang.setdefault(langs[document_id], []).append(entries[document_id])
        ordinal_of: dict[str, int] = {}
        first = terms = 0
        for done, (lang, own) in enumerate(sorted(by_lang.items())):
            self._progress("weights", done, len(by_lang))
            previous = self._previous.partitions.get(lang) if self._previous else None
            built = build_partition(self._folder / "similarity" / lang, own, analyzer(lang), previous)
            if self._meanings:
                self._meanings.add(lang, built, partial(self._progress, f"meaning ({lang})"))
            ordinal_of |= {document_id: first + slot for document_id, slot in built.slot_of.items()}
            first += built.slots
            terms += built.terms
        return {lang: len(own) for lang, own in sorted(by_lang.items())}, ordinal_of, terms

    def _entry(self, document: Document) -> Entry:
        unchanged = not self._is_changed(document)
        slot = self._slot(self._stored[document.id]) if unchanged else -1
        return Entry(document.id, document.kind, document.topic, document.title, slot, lambda: document)

    def _kept_entries(self, kept: Sequence[str]) -> dict[str, Entry]:
        if self._previous is None and kept:
            raise NotFound(f"{kept[0]!r} cannot be kept: there is no index.")
        entries = {}
        for document_id in kept:
            stored = self._stored.get(document_id)
            if stored is None or self._previous is None:
                raise NotFound(f"{document_id!r} cannot be kept: it is not in the index.")
            load = partial(self._previous.catalogue.document, document_id)
            slot = self._slot(stored)
            entries[document_id] = Entry(document_id, stored.kind, stored.topic, stored.title, slot, load)
        return entries

    def _moved(self, ordinal_of: dict[str, int], changed: Sequence[Document]) -> dict[str, int]:
        """The ordinals that the previous catalogue does not have already."""
        written = {document.id for document in changed}
        return {
            i: ordinal
            for i, ordinal in ordinal_of.items()
            if i in written or self._stored[i].ordinal != ordinal
        }

    def _slot(self, stored: Stored) -> int:
        return stored.ordinal - self._previous.partitions[stored.lang].first if self._previous else -1

    def _is_changed(self, document: Document) -> bool:
        was = self._stored.get(document.id)
        return was is None or was.content_hash != document.content_hash or was.lang != document.lang
