"""The front door: what a site or a command line needs, put together in one place."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from kb.content import read_threads
from kb.errors import EngineError, KBError, NotFound
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Progress
from kb.index.fast import has_kernels
from kb.indexer import Indexer
from kb.mending import Mender
from kb.model import (
    Article,
    Card,
    Completion,
    Document,
    ForumThread,
    ImportReport,
    IndexReport,
    IndexStatus,
    Kind,
    MeaningStatus,
    Neighbours,
    Problem,
    Query,
    SearchResult,
    Suggestions,
    Ticket,
    TicketDraft,
    Topic,
)
from kb.readership import Readership
from kb.search.related import RelatedPages
from kb.search.searcher import Searcher
from kb.search.synonyms import Synonyms
from kb.semantic.model import SentenceModel, open_model
from kb.settings import Settings
from kb.storage.database import Database, open_database
from kb.storage.threads import ThreadStore
from kb.support.calibration import calibration_of
from kb.support.desk import Desk
from kb.support.suggester import Suggester
from kb.writing.demand import Demand
from kb.writing.desk import WritersDesk
from kb.writing.importing import import_threads


def open_knowledge_base(settings: Settings) -> KnowledgeBase:
    """Put a knowledge base together. Opens files when they are first needed, so it always succeeds."""
    model = open_model(settings)
    passages = model.passages if model else nullcontext
    return KnowledgeBase(
        settings, EmbeddedEngine(settings.index_folder, settings.lock_timeout, passages), model
    )


class KnowledgeBase:
    """Articles and threads, searchable; tickets, stored. Safe to share between threads, and over a fork."""

    def __init__(
        self, settings: Settings, engine: EmbeddedEngine, model: SentenceModel | None = None
    ) -> None:
        self.settings = settings
        self._engine = engine
        self._model = model
        self._mender = Mender(engine, self._rebuild, settings.index_folder / "mending")
        self._reader = self._mender.reader
        self.synonyms = Synonyms(self._article_folders, settings.language)
        questions = model.questions if model else None
        self.searcher = Searcher(self._reader, settings.language, questions, self.synonyms)
        self._related = RelatedPages(self._reader)
        self.readership = Readership(lambda: self._database, self._card)
        calibration = calibration_of(settings.confidence_file)
        self._suggester = Suggester(self.searcher, settings.suggestion_threshold, calibration)
        self.desk = Desk(settings, lambda: self._database, self.searcher, self._suggester, self.cards)

    @cached_property
    def _database(self) -> Database:
        database = open_database(self.settings.database)
        database.migrate()
        return database

    @cached_property
    def writers(self) -> WritersDesk:
        """What those who write need: checks, drafts, reviews, translations."""
        return WritersDesk(self.settings)

    @cached_property
    def demand(self) -> Demand:
        """What readers ask, set against what there is: findability, gaps, the community's answers."""
        return Demand(self.settings, lambda: self._database, self, open_knowledge_base)

    # --- find ----------------------------------------------------------------------------------------

    def search(self, query: Query) -> SearchResult:
        """One page of hits.

        :raises IndexMissing: nothing was indexed yet.
        """
        return self.searcher.search(query)

    def complete(self, prefix: str, lang: str, limit: int = 8) -> tuple[Completion, ...]:
        """Titles for a query that is still being typed."""
        return self.searcher.complete(prefix, lang, limit)

    def suggest(self, draft: TicketDraft, limit: int = 3, kind: Kind | None = None) -> Suggestions:
        """What probably answers a message, or nothing."""
        return self._suggester.suggest(draft, limit, kind=kind)

    def record_search(self, query: str, lang: str, total: int) -> None:
        """Log a search without personal data, within seconds. Never fails a search."""
        self.readership.count_search(query, lang, total)
        self.readership.flush_if_due()

    # --- read ----------------------------------------------------------------------------------------

    def article(self, article_id: str) -> Article:
        """:raises NotFound: there is none with that id."""
        page = self._document(article_id).page
        if not isinstance(page, Article):
            raise NotFound(f"There is no article {article_id!r}.")
        return page

    def thread(self, thread_id: str) -> ForumThread:
        """:raises NotFound: there is none with that id."""
        page = self._document(f"community/{thread_id}").page
        if not isinstance(page, ForumThread):
            raise NotFound(f"There is no thread {thread_id!r}.")
        return page

    def redirect(self, old_path: str) -> str | None:
        """Where an old path leads now."""
        return self._reader().catalogue.redirect(old_path)

    def topics(self, lang: str) -> tuple[Topic, ...]:
        """The topics of a language, with counts, in their order."""
        return self._reader().catalogue.topics(lang)

    def topic_cards(self, lang: str, topic: str) -> tuple[Card, ...]:
        """A topic's articles, then its threads."""
        return self._reader().catalogue.topic_cards(lang, topic)

    def tag_cards(self, lang: str, tag: str) -> tuple[Card, ...]:
        """What carries a tag."""
        return self._reader().catalogue.tag_cards(lang, tag)

    def recent(self, lang: str, kind: Kind, limit: int) -> tuple[Card, ...]:
        """Articles by date; threads, the solved and most voted first."""
        return self._reader().catalogue.recent(lang, kind, limit)

    def pages(self, lang: str) -> tuple[Card, ...]:
        """Every page in a language, by id."""
        return self._reader().catalogue.pages(lang)

    @property
    def generation(self) -> str:
        """The name of the index in use: while it stays the same, so does every page.

        :raises IndexMissing: nothing was indexed yet.
        """
        return self._reader().generation

    def cards(self, document_ids: Sequence[str]) -> tuple[Card, ...]:
        """The documents with these ids that there still are; none where the index cannot be used."""
        try:
            return self._reader().catalogue.cards(document_ids)
        except EngineError:
            return ()

    def translations(self, article: Article) -> tuple[Card, ...]:
        """The same article in other languages."""
        return self._reader().catalogue.translations(article)

    def neighbours(self, article: Article) -> Neighbours:
        """The articles before and after it in its topic."""
        return self._reader().catalogue.neighbours(article)

    def related(self, document_id: str, limit: int = 4, kind: Kind | None = None) -> tuple[Card, ...]:
        """The documents in the same language most like this one.

        :raises NotFound: there is none with that id.
        """
        return self._related.of(document_id, limit, kind)

    def official_article(self, document_id: str) -> Card | None:
        """The official article on a thread's question; none where nothing clearly is about it.

        :raises NotFound: there is no thread with that id.
        """
        newer = self.searcher.newer_article(document_id)
        return newer or self._related.same_question(document_id, Kind.ARTICLE)

    # --- ask for help --------------------------------------------------------------------------------

    def submit(self, draft: TicketDraft) -> Ticket:
        """Store a ticket; it is on disk when this returns. The same idempotency key is the same ticket.

        :raises InvalidDraft: a field has to be mended.
        :raises StorageError: it could not be stored.
        """
        return self.desk.submit(draft)

    # --- run -----------------------------------------------------------------------------------------

    def reindex(self, folders: Sequence[Path] | None = None, progress: Progress | None = None) -> IndexReport:
        """Index the articles of ``folders`` (default: those of the settings) and all imported threads.

        :raises IndexLocked: another process is indexing and did not end in time.
        :raises ContentError: a folder is not there.
        """
        chosen = tuple(folders or self.settings.articles)
        report = self._indexer().run(chosen, progress)
        return replace(report, problems=(*report.problems, *self.synonyms.problems()))

    def import_threads(
        self, source: Path | Iterable[ForumThread | Problem], *, dry_run: bool = False
    ) -> ImportReport:
        """Put forum threads, of a JSON Lines file or as read by an importer, into the database.

        ``reindex`` makes them searchable.

        :raises ContentError: the file cannot be read.
        """
        found = read_threads(source, language=self.settings.language) if isinstance(source, Path) else source
        return import_threads(found, ThreadStore(self._database), dry_run=dry_run)

    def status(self) -> IndexStatus:
        """The generation being served, as it is: looking starts no rebuild.

        :raises IndexMissing: nothing was indexed yet.
        :raises IndexDamaged: the index cannot be read.
        :raises IndexMending: that is so, and it is being made anew.
        """
        return self._mender.look().status()

    def meaning(self, *, wait: bool = True) -> MeaningStatus:
        """What the sentence encoder does, once loaded if ``wait``; :raises IndexMissing: nothing was indexed yet."""
        indexed = self._reader().status().model
        return self._model.status(indexed, wait=wait) if self._model else MeaningStatus()

    def arithmetic(self) -> str:
        """What sums scores: ``numba`` with the extra ``fast``, or ``numpy``. It is loaded, so no search waits."""
        return "numba" if has_kernels() else "numpy"

    def prepare(self, progress: Progress | None = None) -> None:
        """Do before a fork, once, what the first search of each process would have to wait for."""
        self._engine.prepare(progress)

    def warm_up(self) -> None:
        """Load in the background what the first visitor would have to wait for."""
        threading.Thread(target=self._open, name="opening", daemon=True).start()
        if self._model:
            self._model.questions.warm_up()

    def keep_nobody_waiting(self) -> None:
        """From now on an index that cannot be read is rebuilt in the background; until then reading raises."""
        self._mender.in_background = True

    def check(self) -> None:
        """Pass when searches and tickets can be served; :raises KBError: what cannot be, and the next step."""
        self._reader()
        ThreadStore(self._database).count()

    def close(self) -> None:
        """Write down what was counted, then close the database. The index needs no closing."""
        self.readership.flush()
        if "_database" in self.__dict__:
            self._database.close()

    # --- parts ---------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        self.reindex([Path(folder) for folder in self._engine.folders() if Path(folder).is_dir()])

    def _open(self) -> None:
        with suppress(KBError):  # whoever asks is told
            self._reader()

    def _article_folders(self) -> tuple[Path, ...]:
        """The folders that the index was made of; before there is one, those of the settings."""
        return tuple(map(Path, self._engine.folders())) or self.settings.articles

    def _card(self, document_id: str) -> Card:
        return self._reader().catalogue.card(document_id)

    def _indexer(self) -> Indexer:
        return Indexer(self.settings, self._engine, ThreadStore(self._database))

    def _document(self, document_id: str) -> Document:
        return self._reader().document(document_id)
