"""Brings the index up to date with the folders of articles and the imported threads, reading only what changed."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.content import load_articles, load_some
from kb.content.snapshot import Snapshot, Stamp, new_snapshot, take_stamps
from kb.errors import ContentError, EngineError, IndexDamaged, IndexMissing, IndexReplaced
from kb.index.documents import from_article, from_thread, thread_document_id
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import BuildReport, Progress
from kb.index.generation import Generation
from kb.model import Article, Document, IndexReport, Kind, LoadedContent, Problem, Status, Topic
from kb.settings import Settings
from kb.storage.media import store_media
from kb.storage.threads import ThreadStore

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Articles:
    """What to index: the articles that were read, how many there are in all, and what to remember of them."""

    read: tuple[Article, ...]
    total: int
    everything: bool
    """Whether what was not read is no longer there."""
    topics: tuple[Topic, ...] | None
    problems: tuple[Problem, ...]
    ids: dict[str, str]
    drafts: tuple[str, ...]


class Indexer:
    """Indexes the content that ``settings`` name, where ``drafts`` says so also what is not published."""

    def __init__(
        self, settings: Settings, engine: EmbeddedEngine, threads: ThreadStore, *, drafts: bool = False
    ) -> None:
        self._with_drafts = drafts
        self._settings = settings
        self._engine = engine
        self._threads = threads
        self._memory = settings.data / "sources.json"

    def run(self, folders: Sequence[Path], progress: Progress | None) -> IndexReport:
        """Index the articles of ``folders`` and all imported threads.

        :raises IndexLocked: another process is indexing and did not end in time.
        :raises ContentError: a folder is not there.
        :raises EngineError: the disk is full, or cannot be written.
        """
        try:
            return self._run(folders, progress)
        except (OSError, sqlite3.Error) as error:
            raise EngineError(
                f"Nothing was indexed: {error}. Is the disk full? May this user write to {self._settings.data}? "
                "What was indexed before is still in use."
            ) from error

    def _run(self, folders: Sequence[Path], progress: Progress | None) -> IndexReport:
        began = time.monotonic()
        for folder in folders:
            if not folder.is_dir():  # an index without its articles must not replace one that has them
                raise ContentError(str(folder), 1, "no such folder: check --articles and KB_ARTICLES")
        stamps = take_stamps(folders)
        generation = self._generation()
        articles = self._changed(folders, stamps, generation) or self._all(folders, generation, progress)
        try:
            return self._index(articles, folders, stamps, generation, progress, began)
        except IndexReplaced as error:
            _logger.info("%s Reading everything again.", error)
            everything = self._all(folders, None, progress)
            return self._index(everything, folders, stamps, None, progress, began)

    def _index(
        self,
        articles: _Articles,
        folders: Sequence[Path],
        stamps: dict[str, Stamp],
        generation: Generation | None,
        progress: Progress | None,
        began: float,
    ) -> IndexReport:
        threads = self._threads.content_hashes()
        built = self._build(articles, threads, list(map(str, folders)), generation, progress)
        new_snapshot(
            built.generation,
            folders,
            self._settings.language,
            stamps,
            articles.ids,
            articles.drafts,
            articles.problems,
        ).save(self._memory)
        return IndexReport(
            generation=built.generation,
            articles=articles.total,
            threads=len(threads),
            changed=built.added + built.updated,
            reused=built.unchanged,
            removed=built.removed,
            problems=articles.problems,
            seconds=time.monotonic() - began,
            drafts=len(articles.drafts),
        )

    def _build(
        self,
        articles: _Articles,
        threads: Mapping[str, str],
        folders: Sequence[str],
        generation: Generation | None,
        progress: Progress | None,
    ) -> BuildReport:
        """Build on a generation what changed, or everything where there is none; ``threads`` are hashes by id."""
        published = [article for article in articles.read if not self._is_hidden(article)]
        documents = list(map(from_article, published))
        if generation is None:
            documents += map(from_thread, self._threads.all())
            return self._engine.rebuild(documents, progress, topics=articles.topics, folders=folders)
        before = generation.catalogue.hashes(Kind.THREAD) if threads or generation.manifest.threads else {}
        return self._engine.update(
            [*documents, *self._changed_threads(threads, before)],
            [*self._gone(articles, generation), *(before.keys() - {*map(thread_document_id, threads)})],
            progress,
            since=generation.path.name,
            topics=articles.topics,
            folders=folders,
        )

    def _gone(self, articles: _Articles, generation: Generation) -> Iterable[str]:
        """The ids of articles that may be in the index and are not to be."""
        if not articles.everything:
            return articles.drafts
        present = {article.id for article in articles.read if not self._is_hidden(article)}
        return generation.catalogue.hashes(Kind.ARTICLE).keys() - present

    def _changed_threads(self, hashes: Mapping[str, str], before: Mapping[str, str]) -> Iterator[Document]:
        """The threads that are new or changed."""
        changed = {i for i, made in hashes.items() if before.get(thread_document_id(i)) != made}
        if changed:
            yield from (from_thread(thread) for thread in self._threads.all() if thread.id in changed)

    def _all(
        self, folders: Sequence[Path], generation: Generation | None, progress: Progress | None
    ) -> _Articles:
        """Every article, those with a known content hash without rendering them again."""
        reused: set[str] = set()

        def known(content_hash: str) -> Article | None:
            article = generation.catalogue.article_with_hash(content_hash) if generation else None
            if article:
                reused.add(article.id)
            return article

        loaded = load_articles(
            folders,
            language=self._settings.language,
            known=known,
            on_progress=(lambda done, total: progress("articles", done, total)) if progress else None,
        )
        store_media(loaded.media, self._settings.media_folder)
        drafts = tuple(article.id for article in loaded.articles if self._is_hidden(article))
        problems = self._with_old(loaded, reused)
        return _Articles(
            read=loaded.articles,
            total=len(loaded.articles) - len(drafts),
            everything=True,
            topics=loaded.topics,
            problems=problems,
            ids=dict(loaded.sources),
            drafts=drafts,
        )

    def _with_old(self, loaded: LoadedContent, reused: set[str]) -> tuple[Problem, ...]:
        """The problems found, and those known of articles that were not rendered again."""
        before = Snapshot.load(self._memory)
        paths = {source.partition("/")[2] for source, i in loaded.sources.items() if i in reused}
        old = [problem for problem in before.problems if problem.path in paths] if before else []
        return _sorted([*old, *loaded.problems])

    def _changed(
        self, folders: Sequence[Path], stamps: dict[str, Stamp], generation: Generation | None
    ) -> _Articles | None:
        """Only the articles whose files changed since the index was built; None where all must be read."""
        before = Snapshot.load(self._memory)
        if generation is None or before is None or before.generation != generation.path.name:
            return None
        changed = before.changed(folders, self._settings.language, stamps)
        if changed is None:
            return None
        loaded = load_some(folders, language=self._settings.language, sources=set(changed))
        if any(loaded.sources.get(source) != before.ids[source] for source in changed):
            return None  # an article moved, or broke: links to it lead elsewhere now
        store_media(loaded.media, self._settings.media_folder)
        drafts = {article.id for article in loaded.articles if self._is_hidden(article)}
        return _merged(before, loaded, changed, drafts)

    def _is_hidden(self, article: Article) -> bool:
        """Whether readers may not see it; its writer sees drafts too."""
        return article.status is not Status.PUBLISHED and not self._with_drafts

    def _generation(self) -> Generation | None:
        """The index that may be built on."""
        try:
            return self._engine.reader()
        except (IndexMissing, IndexDamaged):
            return None


def _merged(
    before: Snapshot, loaded: LoadedContent, changed: Sequence[str], hidden: Collection[str]
) -> _Articles:
    """What was known of the files that stayed, with what was read of those that changed."""
    read = {article.id for article in loaded.articles}
    drafts = {*before.drafts} - read | {*hidden}
    paths = {source.partition("/")[2] for source in changed}
    problems = [*(problem for problem in before.problems if problem.path not in paths), *loaded.problems]
    return _Articles(
        read=loaded.articles,
        total=len(before.ids) - len(drafts),
        everything=False,
        topics=None,
        problems=_sorted(problems),
        ids=dict(before.ids),
        drafts=tuple(sorted(drafts)),
    )


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda problem: (problem.path, problem.line, problem.message)))
