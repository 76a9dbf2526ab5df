"""The help centre as its writers see it while they write: the newest text of each article, drafts included."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from watchfiles import watch

from kb.errors import KBError, NotFound
from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Progress
from kb.indexer import Indexer
from kb.knowledge_base import KnowledgeBase
from kb.model import Article, Card, Kind, Status
from kb.settings import Settings
from kb.storage.media import store_media
from kb.storage.threads import ThreadStore
from kb.writing.checking import check_library
from kb.writing.findings import Finding
from kb.writing.library import Library
from kb.writing.live import LiveLibrary

_logger = logging.getLogger(__name__)

_DEBOUNCE = 100
"""Milliseconds: an editor writes a file in several steps."""


def open_preview(settings: Settings, folders: Sequence[Path]) -> Preview:
    """The preview of some folders. It keeps its index and its log apart from the site's, in ``<data>/preview``.

    :raises ContentError: a folder is not there.
    """
    aside = replace(settings, data=settings.data / "preview", articles=tuple(folders), database_url="")
    return Preview(aside)


class Preview(KnowledgeBase):
    """A knowledge base whose articles are read from their files. :meth:`follow` keeps up with them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, EmbeddedEngine(settings.index_folder, settings.lock_timeout))
        self.live = LiveLibrary(settings.articles, settings.language, settings.data / "check.sqlite")
        self._changed = threading.Condition()
        self._version = 1
        self._findings: tuple[Finding, ...] = ()

    # --- what is shown -------------------------------------------------------------------------------

    @property
    def generation(self) -> str:
        """Changes with the index and with every file that is saved."""
        return f"{super().generation}-{self._version}"

    @property
    def library(self) -> Library:
        """The articles as they are now."""
        return self.live.library

    def article(self, article_id: str) -> Article:
        """:raises NotFound: no file is that article now."""
        one = self.library.by_id.get(article_id)
        if one is None:
            raise NotFound(f"There is no article {article_id!r}.")
        return one.article

    def translations(self, article: Article) -> tuple[Card, ...]:
        """The same article in other languages, drafts included."""
        works = self.library.works.get((article.topic, article.slug), {})
        return tuple(
            from_article(one.article).card for lang, one in sorted(works.items()) if lang != article.lang
        )

    def related(self, document_id: str, limit: int = 4, kind: Kind | None = None) -> tuple[Card, ...]:
        """What is close to an article; nothing for one that was not indexed yet."""
        try:
            return super().related(document_id, limit, kind)
        except KBError:
            return ()

    @property
    def drafts(self) -> tuple[Article, ...]:
        """The articles that readers do not see yet."""
        return tuple(
            one.article for one in self.library.manuscripts if one.article.status is not Status.PUBLISHED
        )

    def findings(self, article_id: str) -> tuple[Finding, ...]:
        """What kb check says of one article, as of the last time everything was checked."""
        one = self.library.by_id.get(article_id)
        return tuple(finding for finding in self._findings if one and finding.path == one.path)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What kb check says of all of them."""
        return self._findings

    # --- what changes --------------------------------------------------------------------------------

    def token(self, article_id: str) -> str:
        """Changes when what is shown of an article changes; with no id, when anything does."""
        if not article_id:
            return str(self._version)
        one = self.library.by_id.get(article_id)
        if one is None:
            return f"{self._version}"
        return f"{one.article.content_hash}-{hash(self.findings(article_id)):x}"

    def wait(self, article_id: str, token: str, timeout: float) -> str:
        """The token as soon as it is another one, or as it is after ``timeout`` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.token(article_id) != token, timeout)
            return self.token(article_id)

    def prepare(self, progress: Progress | None = None) -> None:
        """Index and check everything once."""
        self.reindex(progress=progress)
        self._findings = check_library(self.library, self.writers.today()).findings

    def follow(self, stop: threading.Event | None = None) -> None:
        """Keep up with the files until told to stop: articles at once, then lists, search and checks."""
        for changes in watch(*self.settings.articles, stop_event=stop, debounce=_DEBOUNCE, step=20):
            self.refresh({Path(path) for _, path in changes})

    def refresh(self, changed: Iterable[Path]) -> None:
        """Take in what changed. What cannot be read is shown as an error, and ends nothing."""
        try:
            self.live.refresh(changed)
            store_media(self.library.content.media, self.settings.media_folder)
            self._tell()
            self.reindex()
            self._findings = check_library(self.library, self.writers.today()).findings
        except (KBError, OSError) as error:
            _logger.warning("The preview could not take in a change. %s", error)
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def _indexer(self) -> Indexer:
        return Indexer(self.settings, self._engine, ThreadStore(self._database), drafts=True)
