"""Official articles from folders of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from pathlib import Path

from kb.content.folder import FolderReader, Known
from kb.content.topics import TopicFolder, collect_topics
from kb.content.tree import Tree
from kb.model import Article, LoadedContent, MediaFile, Problem


def nothing_known(_content_hash: str) -> Article | None:
    """Every article is new."""
    return None


def load_articles(
    folders: Sequence[Path],
    *,
    language: str,
    known: Known = nothing_known,
    on_progress: Callable[[int, int], None] | None = None,
    processes: int = 0,
) -> LoadedContent:
    """Every article in the folders, rendered, and what is wrong with the files that could not be read.

    Warnings about a front matter appear when its article is rendered, not when it was known already.

    :param language: of articles whose path, front matter and text do not tell.
    :param known: gives the article with a content hash, if there is one already; it is not rendered again.
    :param on_progress: called with files done and files in all.
    :param processes: to render in; 0 means one for each processor.
    """
    trees = [Tree(folder) for folder in folders]
    return _load(trees, language, known, on_progress, processes, None)


def load_some(folders: Sequence[Path], *, language: str, sources: Container[str]) -> LoadedContent:
    """Only the articles that come from ``sources`` (see :class:`LoadedContent`), rendered; topics are left out."""
    trees = [Tree(folder) for folder in folders]
    loaded = _load(trees, language, nothing_known, None, 1, sources)
    return replace(loaded, topics=())


def _load(
    trees: Sequence[Tree],
    language: str,
    known: Known,
    on_progress: Callable[[int, int], None] | None,
    processes: int,
    only: Container[str] | None,
) -> LoadedContent:
    total = sum(len(tree.files) for tree in trees)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, total)

    articles: dict[str, Article] = {}
    topic_folders: list[TopicFolder] = []
    media: dict[str, MediaFile] = {}
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    for place, tree in enumerate(trees):
        chosen = None if only is None else {path for path in tree.files if f"{place}/{path}" in only}
        reader = FolderReader(tree, language=language, known=known, step=step, only=chosen)
        for found in reader.read(processes):
            article = found.article
            first = articles.setdefault(article.id, article)
            if first is not article:
                message = f"has the id of {first.source} ({article.id}): rename one of the two files"
                problems.append(Problem(article.source, 1, message))
                continue
            sources[f"{place}/{article.source}"] = article.id
            folder = (tree.folder / article.source).parent
            topic_folders.append(TopicFolder(folder, article.lang, article.topic, found.topic_name))
        media |= reader.media
        problems += [*tree.problems, *reader.problems]
    topics = collect_topics(topic_folders)
    return LoadedContent(
        articles=tuple(articles.values()),
        topics=topics.topics,
        media=tuple(media.values()),
        problems=tuple(sorted((*problems, *topics.problems), key=lambda one: (one.path, one.line))),
        sources=sources,
    )
