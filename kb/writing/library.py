"""The articles as their writers see them: drafts included, each with its file, and who links to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kb.content import load_articles
from kb.content.media import SUFFIXES
from kb.content.paths import language_code
from kb.content.tree import SourceFile, Tree
from kb.errors import ContentError
from kb.model import Article, LoadedContent, Problem, Status
from kb.writing.cache import RenderedArticles
from kb.writing.manuscripts import Manuscript

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Library:
    """Everything in some folders of articles; ``language`` is the one that originals are written in."""

    folders: tuple[Path, ...]
    language: str
    manuscripts: tuple[Manuscript, ...]
    problems: tuple[Problem, ...]
    """What loading complained about, with paths as they are shown."""
    content: LoadedContent

    @cached_property
    def by_id(self) -> Mapping[str, Manuscript]:
        return {one.article.id: one for one in self.manuscripts}

    @cached_property
    def by_url(self) -> Mapping[str, Manuscript]:
        return {one.article.url: one for one in self.manuscripts}

    @cached_property
    def published(self) -> tuple[Manuscript, ...]:
        return tuple(one for one in self.manuscripts if one.article.status is Status.PUBLISHED)

    @cached_property
    def redirects(self) -> Mapping[str, Manuscript]:
        """The article that each old address leads to now; the first that claims it has it."""
        found: dict[str, Manuscript] = {}
        for one in self.manuscripts:
            for url in one.article.old_urls:
                found.setdefault(url, one)
        return found

    @cached_property
    def links_to(self) -> Mapping[str, frozenset[str]]:
        """By article id, the ids of the other articles that link to it."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.manuscripts:
            for link in one.links:
                target = self.by_url.get(link.partition("#")[0])
                if target and target is not one:
                    found[target.article.id].add(one.article.id)
        return {target: frozenset(sources) for target, sources in found.items()}

    @cached_property
    def works(self) -> Mapping[tuple[str, str], Mapping[str, Manuscript]]:
        """The languages of each article, by topic and slug."""
        found: dict[tuple[str, str], dict[str, Manuscript]] = defaultdict(dict)
        for one in self.manuscripts:
            found[one.article.topic, one.article.slug][one.article.lang] = one
        return found

    def original_of(self, one: Manuscript) -> Manuscript | None:
        """What an article is a translation of: that in ``translation_of:``, or in the site's language."""
        wanted = language_code(str(one.article.extra.get("translation_of", ""))) or self.language
        if wanted == one.article.lang:
            return None
        return self.works[one.article.topic, one.article.slug].get(wanted)

    def images(self) -> Iterator[Path]:
        """Every file in the folders that may be shown as an image."""
        for folder in self.folders:
            for suffix in sorted(SUFFIXES):
                yield from sorted(folder.rglob(f"*.{suffix}"))


def load_library(
    folders: Sequence[Path], language: str, cache: Path | None, on_progress: OnProgress | None = None
) -> Library:
    """Read all articles; those that were rendered before are taken from ``cache``.

    :raises ContentError: a folder is not there.
    """
    for folder in folders:
        if not folder.is_dir():
            raise ContentError(str(folder), 1, "no such folder: check --articles and KB_ARTICLES")
    rendered = RenderedArticles(cache)
    content = load_articles(folders, language=language, known=rendered.find, on_progress=on_progress)
    rendered.keep(content.articles)
    manuscripts = []
    by_id = {article.id: article for article in content.articles}
    for place, folder in enumerate(folders):
        for relative, source in Tree(folder).files.items():
            article = by_id.get(content.sources.get(f"{place}/{relative}", ""))
            if article is not None:
                manuscripts.append(_manuscript(article, folder, source))
    problems = (placed(problem, folders) for problem in content.problems)
    return Library(tuple(folders), language, tuple(manuscripts), tuple(problems), content)


def shown(path: Path) -> str:
    """A path as it is shown: relative to where one stands, if it is below."""
    absolute = path.resolve()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else path).as_posix()


def _manuscript(article: Article, folder: Path, source: SourceFile) -> Manuscript:
    file = folder / source.relative
    return Manuscript(article, file, shown(file), source.decode(source.read()))


def placed(problem: Problem, folders: Sequence[Path]) -> Problem:
    """A problem whose path is the one that a person standing here would open."""
    found = next((folder / problem.path for folder in folders if (folder / problem.path).exists()), None)
    path = shown(found) if found else problem.path
    return Problem(path, problem.line, problem.message, problem.left_out, problem.rule)
