"""Synonyms as they are now: read when their files change, so that an edit works without a rebuild."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.content.synonyms import SynonymPath, SynonymRule, read_synonyms, synonym_files
from kb.model import Problem
from kb.text.analyzer import analyzer

_LOOK_EVERY = 1.0
"""Seconds between looks at the files."""
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Substitution:
    """A stretch of a query, in characters, and what may stand there instead."""

    start: int
    end: int
    meant: tuple[str, ...]


class Thesaurus:
    """The rules of one language, found by the terms of what was typed."""

    def __init__(self, lang: str, rules: Sequence[SynonymRule]) -> None:
        self._lang = lang
        self._meant: dict[tuple[str, ...], list[str]] = {}
        for rule in rules:
            known = self._meant.setdefault(tuple(analyzer(lang).terms(rule.typed)), [])
            known.extend(meant for meant in rule.meant if meant not in known)
        self._meant.pop((), None)  # words that say nothing
        self.rules = len(self._meant)
        self._longest = max(map(len, self._meant), default=0)
        self._terms = frozenset(term for typed in self._meant for term in typed)

    def knows(self, term: str) -> bool:
        """Whether a term is part of what has synonyms: such a word is no spelling mistake."""
        return term in self._terms

    def substitutions(self, text: str) -> list[Substitution]:
        """The stretches of a text that have synonyms, from left to right; of two that overlap, the longer."""
        if not self._meant:
            return []
        found = analyzer(self._lang).analyzed(text)
        substitutions = []
        place = 0
        while place < len(found.terms):
            for length in range(min(self._longest, len(found.terms) - place), 0, -1):
                meant = self._meant.get(tuple(found.terms[place : place + length]))
                if meant:
                    last = place + length
                    start, end = min(found.starts[place:last]), max(found.ends[place:last])
                    substitutions.append(Substitution(start, end, tuple(meant)))
                    place = last - 1
                    break
            place += 1
        return uncovered(substitutions)


def uncovered(substitutions: Sequence[Substitution]) -> list[Substitution]:
    """Those that lie in no wider one, as "mail" lies in "e-mail"; from left to right."""
    kept: list[Substitution] = []
    widest = (0, 0)  # of those before, the one that ends last
    for each in sorted(substitutions, key=lambda each: (each.start, -each.end)):
        if each.end > widest[1]:
            widest = (each.start, each.end)
        if widest == (each.start, each.end):
            kept.append(each)
    return kept


_NO_SYNONYMS = Thesaurus("", ())


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamps: tuple[tuple[str, int, int], ...]
    by_lang: Mapping[str, Thesaurus]
    problems: tuple[Problem, ...]


class Synonyms:
    """The synonym files of the folders of articles. ``folders`` is asked anew at each look.

    ``language`` is that of a file in a folder that is not named after a language.
    """

    def __init__(self, folders: Callable[[], Sequence[Path]], language: str) -> None:
        self._folders = folders
        self._language = language
        self._loaded = _Loaded((), {}, ())
        self._looked = -_LOOK_EVERY
        self._loading = threading.Lock()

    def thesaurus(self, lang: str) -> Thesaurus:
        """The synonyms of a language, at most a second old."""
        return self._fresh().by_lang.get(lang, _NO_SYNONYMS)

    def edition(self) -> Hashable:
        """Another value when the files have changed."""
        return self._fresh().stamps

    def _fresh(self) -> _Loaded:
        """What the files said at most a second ago."""
        if time.monotonic() - self._looked >= _LOOK_EVERY and self._loading.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._loading.release()
        return self._loaded

    def problems(self) -> tuple[Problem, ...]:
        """What a writer should mend, as the files are now."""
        with self._loading:
            self._look()
        return self._loaded.problems

    def counts(self) -> dict[str, int]:
        """How many words and phrases of each language have synonyms."""
        self.problems()
        return {lang: thesaurus.rules for lang, thesaurus in sorted(self._loaded.by_lang.items())}

    def _look(self) -> None:
        files = synonym_files(self._folders(), self._language)
        stamps = tuple(stamp for file in files if (stamp := _stamp(file)))
        if stamps != self._loaded.stamps:
            self._loaded = _load(files, stamps)
            for problem in self._loaded.problems:
                _logger.warning("%s", problem)
        self._looked = time.monotonic()


def _load(files: Sequence[SynonymPath], stamps: tuple[tuple[str, int, int], ...]) -> _Loaded:
    rules: dict[str, list[SynonymRule]] = {}
    problems: list[Problem] = []
    for file in files:
        read = read_synonyms(file)
        problems += read.problems
        rules.setdefault(file.lang, []).extend(read.rules)
    return _Loaded(stamps, {lang: Thesaurus(lang, own) for lang, own in rules.items()}, tuple(problems))


def _stamp(file: SynonymPath) -> tuple[str, int, int] | None:
    try:
        stat = file.path.stat()
    except OSError:  # it went meanwhile
        return None
    return str(file.path), stat.st_size, stat.st_mtime_ns
