"""One build of a generation: what changed is analysed, everything else is taken from the previous one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from kb.index import catalogue_writer, generations
from kb.index.catalogue import Stored
from kb.index.catalogue_writer import write_catalogue
from kb.index.engine import BuildReport, Progress
from kb.index.files import link_folder
from kb.index.fulltext import FullTextWriter
from kb.index.generation import Generation
from kb.index.generations import FORMAT, Manifest
from kb.index.meanings import MeaningsBuilder
from kb.index.partition_builder import Change, Entry, build_partition
from kb.index.vectors import PassageEncoder
from kb.model import Document, Kind, Topic
from kb.text.analyzer import analyzer, fingerprint


class Build:
    """Writes a generation into an empty folder, at the cost of what changed, not of everything there is."""

    def __init__(
        self,
        folder: Path,
        previous: Generation | None,
        progress: Progress,
        encoder: PassageEncoder | None = None,
    ) -> None:
        self.previous = previous
        self._folder = folder
        self._progress = progress
        before = previous.meanings if previous else None
        self._meanings = MeaningsBuilder(folder / "meaning", encoder, before) if encoder else None
        self._full_text = FullTextWriter(folder / "fulltext")
        self._placed: dict[str, int] = {}
        self._terms = 0

    def every_id(self) -> set[str]:
        """The ids of the previous generation."""
        return set(self.previous.catalogue.every_id()) if self.previous else set()

    def run(
        self,
        documents: Sequence[Document],
        gone: Iterable[str],
        topics: Sequence[Topic] | None,
        folders: Sequence[str],
        publish: Callable[[Path, Manifest], Path],
    ) -> BuildReport:
        """Build a generation and publish it.

        :param documents: those that may be new or changed; others with a known hash cost nothing.
        :param gone: ids of those to take away.
        :param topics: None where they stay as they are.
        """
        given = {document.id: document for document in documents}
        going = set(gone) - given.keys()
        stored = self.previous.catalogue.stored([*given, *going]) if self.previous else {}
        coming = {i: each for i, each in given.items() if _is_changed(each, stored.get(i))}
        leaving = {i: was for i, was in stored.items() if i in going or i in coming}
        removed = [i for i in leaving if i not in coming]
        path = self.previous.path if self.previous else None
        with self._full_text:
            languages = self._write_languages(coming, leaving)
            if self._meanings:
                self._meanings.finish()
            change = catalogue_writer.Change(list(coming.values()), removed, self._placed, topics)
            write_catalogue(self._folder, change, path)
            self._progress("full text", 0, 1)
            self._full_text.finish()
        counts = self._count(coming, leaving)
        manifest = Manifest(
            format=FORMAT,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            analyzers={lang: fingerprint(lang) for lang in languages},
            languages=languages,
            articles=counts[Kind.ARTICLE],
            threads=counts[Kind.THREAD],
            terms=self._terms,
            folders=tuple(folders),
            files=generations.describe(
                self._folder, path, self.previous.manifest.files if self.previous else {}
            ),
        )
        published = publish(self._folder, manifest)
        updated = len(leaving) - len(removed)
        unchanged = sum(counts.values()) - len(coming)
        return BuildReport(published.name, len(coming) - updated, updated, unchanged, len(removed))

    def _count(self, coming: Mapping[str, Document], leaving: Mapping[str, Stored]) -> Counter[Kind]:
        """The documents of each kind."""
        counts = Counter(document.kind for document in coming.values())
        counts.subtract(was.kind for was in leaving.values())
        if self.previous:
            manifest = self.previous.manifest
            counts.update({Kind.ARTICLE: manifest.articles, Kind.THREAD: manifest.threads})
        return counts

    def _write_languages(
        self, coming: Mapping[str, Document], leaving: Mapping[str, Stored]
    ) -> dict[str, int]:
        """Write every language that has documents, and say how many."""
        before = self.previous.manifest.languages if self.previous else {}
        langs = sorted({*before, *(document.lang for document in coming.values())})
        counts = {}
        for done, lang in enumerate(langs):
            self._progress("weights", done, len(langs))
            own = [document for document in coming.values() if document.lang == lang]
            left = [was.slot for was in leaving.values() if was.lang == lang]
            count = before.get(lang, 0) + len(own) - len(left)
            if count:
                counts[lang] = count
                if own or left or not self._keep(lang):
                    self._write_language(lang, own, left, leaving)
        return counts

    def _keep(self, lang: str) -> bool:
        """Take over a language in which nothing changed, unless it lacks something."""
        if not self.previous or (self._meanings and not self._meanings.keep(lang)):
            return False
        for part in ("similarity", "fulltext"):
            link_folder(self.previous.path / part / lang, self._folder / part / lang)
        self._terms += len(self.previous.partitions[lang].similarity.vocabulary)
        return True

    def _write_language(
        self, lang: str, own: Sequence[Document], left: Sequence[int], leaving: Container[str]
    ) -> None:
        folder, previous = self._folder / "similarity" / lang, None
        if self.previous:
            previous = self.previous.partitions.get(lang)
        change = Change([_entry(document) for document in own], left, partial(self._staying, lang, leaving))
        built = build_partition(folder, change, analyzer(lang), previous, partial(self._full_text.add, lang))
        if built.base_kept and self.previous:
            text = Path("fulltext") / lang / "base"
            link_folder(self.previous.path / text, self._folder / text)
        if self._meanings:
            self._meanings.add(lang, built, partial(self._progress, f"meaning ({lang})"))
        self._placed |= built.placed
        self._terms += built.terms

    def _staying(self, lang: str, leaving: Container[str], first: int) -> list[Entry]:
        """The documents of a language that stay as they are, from a slot on."""
        if not self.previous:
            return []
        catalogue = self.previous.catalogue
        return [
            Entry(i, each.kind, each.topic, each.title, each.slot, partial(catalogue.document, i))
            for i, each in catalogue.standing(lang, first).items()
            if i not in leaving
        ]


def _entry(document: Document) -> Entry:
    return Entry(document.id, document.kind, document.topic, document.title, -1, lambda: document)


def _is_changed(document: Document, was: Stored | None) -> bool:
    return was is None or (was.content_hash, was.lang) != (document.content_hash, document.lang)
