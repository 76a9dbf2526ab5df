"""What readers ask, set against what there is: findability, gaps, and the community's answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from kb.index.engine import Progress
from kb.model import Card, IndexReport, Kind, Query, SearchResult, Suggestion, Suggestions, TicketDraft
from kb.settings import Settings
from kb.storage.database import Database
from kb.storage.threads import ThreadStore
from kb.writing.asked import everything_asked
from kb.writing.community import CommunityReport, compare_community
from kb.writing.findability import Findability, ask_all
from kb.writing.gaps import Gap, find_gaps
from kb.writing.library import Library
from kb.writing.log import SearchLog, SentMessages
from kb.writing.questions import questions_of

LOG_WINDOW = timedelta(days=180)
"""How far back people's searches say what an article is expected to answer."""


class Answers(Protocol):
    """A knowledge base as readers meet it."""

    def reindex(self, folders: Sequence[Path] | None = None, progress: Progress | None = None) -> IndexReport:
        """Index some folders, and the community's threads."""

    def search(self, query: Query) -> SearchResult:
        """One page of hits."""

    def suggest(self, draft: TicketDraft, limit: int = 3, kind: Kind | None = None) -> Suggestions:
        """What probably answers a message."""

    def cards(self, document_ids: Sequence[str]) -> tuple[Card, ...]:
        """Documents as they stand in lists."""

    def close(self) -> None:
        """Let go of what is open."""


class Demand:
    """``answers`` is the site's own index; ``try_out`` opens another one, over settings of its own."""

    def __init__(
        self,
        settings: Settings,
        database: Callable[[], Database],
        answers: Answers,
        try_out: Callable[[Settings], Answers],
        today: Callable[[], date] | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._answers = answers
        self._try_out = try_out
        self._today = today or (lambda: datetime.now(UTC).date())
        self._log = SearchLog(database)

    def already_there(self, title: str, lang: str) -> tuple[Suggestion, ...]:
        """The articles that probably answer what a new one is to be about.

        :raises IndexMissing: nothing was indexed yet.
        """
        return self._answers.suggest(TicketDraft(title, "", lang=lang), 3, Kind.ARTICLE).suggestions

    def findability(self, library: Library, progress: Progress | None = None) -> Findability:
        """Every question that the articles answer, asked of the search the site runs, over these very articles.

        They are indexed beside the site's own index, with the community's threads; only what changed is read again.
        """
        questions = list(questions_of(library, self._log.confirmed(self._today() - LOG_WINDOW)))
        aside = replace(
            self._settings,
            data=self._settings.data / "findability",
            articles=library.folders,
            database_url=self._settings.database,
        )
        trial = self._try_out(aside)
        try:
            trial.reindex(library.folders, progress)
            step = (lambda done, total: progress("questions", done, total)) if progress else None
            return ask_all(library, questions, trial, step)
        finally:
            trial.close()

    def gaps(self, since: timedelta, limit: int) -> list[Gap]:
        """Subjects that people asked about and nothing answered, those of most people first.

        :raises IndexMissing: nothing was indexed yet.
        """
        sources = (self._log, SentMessages(self._database))
        asked = everything_asked(sources, self._today() - since)
        return find_gaps(asked, self._answers, self._answers.cards, limit)

    def community(self, library: Library) -> CommunityReport:
        """Accepted answers that no article gives, and those that an article has overtaken.

        :raises IndexMissing: nothing was indexed yet.
        """
        return compare_community(ThreadStore(self._database()).all(), library, self._answers)
