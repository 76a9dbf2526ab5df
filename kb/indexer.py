"""Brings the index up to date with the folders of articles and the imported threads, reading only what changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.content import load_articles, load_some
from kb.content.snapshot import Snapshot, Stamp, new_snapshot, take_stamps
from kb.errors import ContentError, IndexDamaged, IndexMissing, NotFound
from kb.index.documents import from_article, from_thread
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Progress
from kb.index.generation import Generation
from kb.model import Article, Document, IndexReport, LoadedContent, Problem, Status, Topic
from kb.settings import Settings
from kb.storage.media import store_media
from kb.storage.threads import ThreadStore

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Articles:
    """What to index: articles that are new or changed, ids of those that stay, and what to remember of all."""

    changed: tuple[Article, ...]
    kept: tuple[str, ...]
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
        """
        began = time.monotonic()
        for folder in folders:
            if not folder.is_dir():  # an index without its articles must not replace one that has them
                raise ContentError(str(folder), 1, "no such folder: check --articles and KB_ARTICLES")
        stamps = take_stamps(folders)
        generation = self._generation()
        articles = self._changed(folders, stamps, generation) or self._all(folders, generation, progress)
        try:
            return self._index(articles, folders, stamps, generation, progress, began)
        except NotFound as error:  # another process has indexed meanwhile: what was to be kept may be gone
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
        threads, kept_threads = self._split_threads(generation)
        published = [article for article in articles.changed if not self._is_hidden(article)]
        built = self._engine.rebuild(
            [*map(from_article, published), *threads],
            progress,
            kept=[*articles.kept, *kept_threads],
            topics=articles.topics,
            folders=[str(folder) for folder in folders],
        )
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
            articles=len(published) + len(articles.kept),
            threads=len(threads) + len(kept_threads),
            changed=built.added + built.updated,
            reused=built.unchanged,
            removed=built.removed,
            problems=articles.problems,
            seconds=time.monotonic() - began,
            drafts=len(articles.drafts),
        )

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
        return _Articles(loaded.articles, (), loaded.topics, problems, dict(loaded.sources), drafts)

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

    def _split_threads(self, generation: Generation | None) -> tuple[list[Document], list[str]]:
        """The threads that are new or changed, and the ids of those that stay."""
        hashes = self._threads.content_hashes()
        stored = generation.catalogue.stored() if generation and hashes else {}
        kept = [
            f"community/{thread_id}"
            for thread_id, content_hash in hashes.items()
            if (was := stored.get(f"community/{thread_id}")) and was.content_hash == content_hash
        ]
        if len(kept) == len(hashes):
            return [], kept
        same = set(kept)
        changed = (t for t in self._threads.all() if f"community/{t.id}" not in same)
        return [from_thread(thread) for thread in changed], kept

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
        changed=loaded.articles,
        kept=tuple(i for i in before.ids.values() if i not in read and i not in drafts),
        topics=None,
        problems=_sorted(problems),
        ids=dict(before.ids),
        drafts=tuple(sorted(drafts)),
    )


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda problem: (problem.path, problem.line, problem.message)))
