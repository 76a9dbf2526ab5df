"""The writers' desk: what the commands for writers call, over one set of folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kb.settings import Settings
from kb.writing.checking import CheckReport, check_library
from kb.writing.drafting import Drafted, NewArticle, draft_article, draft_translation
from kb.writing.duplicates import DuplicatePair, find_duplicates
from kb.writing.fixing import apply_mends
from kb.writing.library import Library, OnProgress, load_library
from kb.writing.reviewing import ReviewList, due_reviews
from kb.writing.translations import Missing, Translation, missing, record_original, translations


class WritersDesk:
    """Over the folders and the data folder that ``settings`` name. ``today`` tells the day."""

    def __init__(self, settings: Settings, today: Callable[[], date] | None = None) -> None:
        self._settings = settings
        self.today = today or (lambda: datetime.now(UTC).date())

    def library(
        self, folders: Sequence[Path] | None = None, on_progress: OnProgress | None = None
    ) -> Library:
        """The articles of ``folders`` (default: those of the settings), rendered where they changed.

        :raises ContentError: a folder is not there.
        """
        chosen = tuple(folders or self._settings.articles)
        return load_library(
            chosen, self._settings.language, self._settings.data / "check.sqlite", on_progress
        )

    def check(
        self,
        folders: Sequence[Path] | None = None,
        *,
        fix: bool = False,
        on_progress: OnProgress | None = None,
    ) -> CheckReport:
        """What a writer should mend; with ``fix``, what can be mended safely is, and is not reported."""
        library = self.library(folders, on_progress)
        report = check_library(library, self.today())
        mended = apply_mends(report.findings) if fix else []
        if not mended:
            return report
        again = check_library(self.library(folders), self.today())
        return CheckReport(again.findings, again.library, tuple(mended))

    def draft(self, wanted: NewArticle, folder: Path | None = None) -> Drafted:
        """A new article from the house template.

        :raises ContentError: it cannot be written so; the message says why.
        """
        return draft_article(wanted, folder or self._settings.articles[0], self.today())

    def translate(self, original: Path, lang: str, folders: Sequence[Path] | None = None) -> Drafted:
        """A new translation of an article.

        :raises ContentError: it cannot be written so; the message says why.
        """
        return draft_translation(self.library(folders), original, lang, self.today())

    def reviews(
        self, within: timedelta, owner: str = "", folders: Sequence[Path] | None = None
    ) -> ReviewList:
        """What is due for a review."""
        return due_reviews(self.library(folders), self.today(), within, owner)

    def translations(self, folders: Sequence[Path] | None = None) -> list[Translation]:
        """Every translation, with whether its original has changed."""
        return list(translations(self.library(folders)))

    def untranslated(self, languages: Sequence[str], folders: Sequence[Path] | None = None) -> list[Missing]:
        """Originals without a translation into one of these languages."""
        return list(missing(self.library(folders), languages))

    def mark_translated(self, files: Sequence[Path], folders: Sequence[Path] | None = None) -> list[Path]:
        """Note in these translations that they say what their originals say now.

        :raises ContentError: a file is no translation.
        """
        return record_original(self.library(folders), files)

    def duplicates(self, least: float, folders: Sequence[Path] | None = None) -> list[DuplicatePair]:
        """Pairs of published articles that say nearly the same, most alike first."""
        return find_duplicates([one.article for one in self.library(folders).published], least)
