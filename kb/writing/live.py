"""A library that follows its files: after a change only what changed is read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kb.content import load_some
from kb.content.paths import GENERAL_TOPIC, read_path
from kb.content.tree import Tree
from kb.model import Article, Problem
from kb.writing.library import Library, load_library, placed, shown
from kb.writing.manuscripts import Manuscript


class LiveLibrary:
    """The newest text of every article. Not safe to refresh from two threads at once; reading is."""

    def __init__(self, folders: tuple[Path, ...], language: str, cache: Path) -> None:
        self._folders = folders
        self._language = language
        self._cache = cache
        self.library = load_library(folders, language, cache)

    def refresh(self, changed: Iterable[Path]) -> None:
        """Read what changed; everything where a file came, went or moved, as links may lead elsewhere now."""
        paths = {path.resolve() for path in changed}
        if not self._refresh_some(paths):
            self.library = load_library(self._folders, self._language, self._cache)

    def _refresh_some(self, paths: set[Path]) -> bool:
        by_file = {one.file.resolve(): one for one in self.library.manuscripts}
        known = {path: by_file[path] for path in paths if path in by_file}
        if len(known) != len(paths) or not all(path.is_file() for path in paths):
            return False
        ids = {one.article.id for one in known.values()}
        sources = {source for source, i in self.library.content.sources.items() if i in ids}
        loaded = load_some(self._folders, language=self._language, sources=sources)
        articles = {article.id: article for article in loaded.articles}
        if articles.keys() != ids:
            return False  # one broke, or moved
        try:
            fresh = {i: _again(self.library.by_id[i], articles[i]) for i in articles}
        except (OSError, UnicodeDecodeError):
            return False
        touched = {one.path for one in fresh.values()}
        problems = [problem for problem in self.library.problems if problem.path not in touched]
        problems += [placed(problem, self._folders) for problem in loaded.problems]
        self.library = Library(
            self._folders,
            self._language,
            tuple(fresh.get(one.article.id, one) for one in self.library.manuscripts),
            tuple(problems),
            replace(self.library.content, media=(*self.library.content.media, *loaded.media)),
        )
        return True

    @property
    def broken(self) -> tuple[Problem, ...]:
        """The files that cannot be read as articles, and why."""
        return tuple(problem for problem in self.library.problems if problem.left_out)

    def broken_at(self, article_id: str) -> tuple[Problem, ...]:
        """Those of them that would be the article with this id, as far as their paths tell."""
        return tuple(problem for problem in self.broken if self._ids.get(problem.path) == article_id)

    def excerpt(self, problem: Problem, around: int = 3) -> list[tuple[int, str]]:
        """The lines around a problem, with their numbers."""
        try:
            lines = Path(problem.path).read_bytes().decode("utf-8", "replace").splitlines()
        except OSError:
            return []
        first = max(0, problem.line - 1 - around)
        return list(enumerate(lines[first : problem.line + around], start=first + 1))

    @property
    def _ids(self) -> Mapping[str, str]:
        found = {}
        for folder in self._folders:
            tree = Tree(folder)
            for relative in tree.files:
                facts = read_path(relative.split("/"), root=tree.name)
                lang = facts.lang or self._language
                found[shown(folder / relative)] = f"{lang}/{facts.topic or GENERAL_TOPIC}/{facts.slug}"
        return found


def _again(one: Manuscript, article: Article) -> Manuscript:
    text = one.file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return Manuscript(article, one.file, one.path, text)
