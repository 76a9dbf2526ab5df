"""The articles of one folder: read, recognised where nothing changed, rendered where something did."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from kb.content import front_matter
from kb.content.detection import detect_language
from kb.content.front_matter import FrontMatter, Split
from kb.content.links import LinkResolver, Resolved
from kb.content.page import Page
from kb.content.paths import GENERAL_TOPIC, slugify
from kb.content.rendering import RenderFailure, RenderJob, Work, render_all
from kb.content.safe_yaml import YamlError
from kb.content.tree import SourceFile, Tree
from kb.errors import ContentError
from kb.model import Article, MediaFile, Problem

RENDER_VERSION = 1
"""Raise it when the same file would give another article, so that stored ones are rendered again."""

Known = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article and the name its topic has in the folder."""

    article: Article
    topic_name: str


@dataclass(frozen=True, slots=True)
class _Place:
    lang: str
    topic_name: str
    slug: str

    @property
    def topic(self) -> str:
        return slugify(self.topic_name)

    @property
    def id(self) -> str:
        return f"{self.lang}/{self.topic}/{self.slug}"


@dataclass(frozen=True, slots=True)
class _Manuscript:
    """An article read and not yet rendered."""

    source: SourceFile
    place: _Place
    content_hash: str
    front: FrontMatter


class FolderReader:
    """Reads the articles of a tree, or ``only`` some, collecting images and problems; ``step`` is called for each."""

    def __init__(
        self,
        tree: Tree,
        *,
        language: str,
        known: Known,
        step: Callable[[], None],
        only: Container[str] | None = None,
    ) -> None:
        self.media: dict[str, MediaFile] = {}
        self.problems: list[Problem] = []
        self._tree = tree
        self._language = language
        self._known = known
        self._step = step
        self._only = only
        self._found: dict[str, FoundArticle] = {}
        self._places: dict[str, _Place] = {}
        self._links = LinkResolver(tree, self._url_of)

    def read(self, processes: int) -> Iterator[FoundArticle]:
        """The articles in the order of their paths."""
        for done in render_all(self._changed(), processes=processes):
            source = done.key.source
            page = done.results[0]
            try:
                article = _article(done.key, page)
                self._found[source.relative] = FoundArticle(article, done.key.place.topic_name)
            except ContentError as error:
                self._leave_out(error)
            self._step()
        for relative in self._tree.files:
            if relative in self._found:
                yield self._found[relative]

    def _changed(self) -> Iterator[Work[_Manuscript]]:
        """What has to be rendered; known articles are put aside on the way."""
        for source in self._tree.files.values():
            if self._only is not None and source.relative not in self._only:
                continue
            try:
                work = self._read_file(source)
            except ContentError as error:
                self._leave_out(error)
                work = None
            if work is None:
                self._step()
            else:
                yield work

    def _read_file(self, source: SourceFile) -> Work[_Manuscript] | None:
        content = source.read()
        text = source.decode(content)
        parts = _split(source, text)
        if not parts.body.strip():
            raise ContentError(
                source.relative, parts.body_line, "there is no text: write the article, or remove it"
            )
        resolved = self._links.resolve(source, parts.body, first_line=parts.body_line)
        content_hash = self._hash(source, content, resolved)
        article = self._known(content_hash)
        if article is not None:
            self._keep(resolved)
            topic_name = source.facts.topic_name or _front_topic(source, parts) or GENERAL_TOPIC
            self._found[source.relative] = FoundArticle(article, topic_name)
            return None
        front = _read_front_matter(source, parts)
        self.problems += [
            Problem(source.relative, complaint.line, complaint.message, complaint.fatal, "front-matter")
            for complaint in front.complaints
        ]
        if any(complaint.fatal for complaint in front.complaints):
            return None
        self._keep(resolved)
        place = self._place(source, parts, front)
        job = RenderJob(
            markdown=parts.body,
            lang=place.lang,
            title=front.title,
            targets=resolved.targets,
            sizes={image.url: image.size for image in resolved.images if image.size is not None},
        )
        return Work(_Manuscript(source, place, content_hash, front), (job,))

    def _hash(self, source: SourceFile, content: bytes, resolved: Resolved) -> str:
        # The id is not hashed: it follows from the path, the bytes and the default language, which are.
        digest = hashlib.sha256(
            f"{RENDER_VERSION}\0{self._language}\0{self._tree.name}\0{source.relative}\0".encode()
        )
        digest.update(content)
        for target, url in resolved.targets.items():
            digest.update(f"\0{target}\0{url}".encode())
        return digest.hexdigest()

    def _keep(self, resolved: Resolved) -> None:
        self.media |= {image.media.name: image.media for image in resolved.images}
        self.problems += resolved.problems

    def _leave_out(self, error: ContentError) -> None:
        self.problems.append(Problem(error.path, error.line, error.message))

    def _url_of(self, source: SourceFile) -> str:
        facts = source.facts
        if facts.lang and facts.topic_name:
            return f"/articles/{facts.lang}/{facts.topic}/{facts.slug}"
        place = self._places.get(source.relative)
        if place is None:
            try:
                parts = _split(source, source.decode(source.read()))
                place = self._place(source, parts, _read_front_matter(source, parts))
            except ContentError:  # it is reported when its own turn comes
                place = self._place(source, Split("", "", 1), FrontMatter())
        return f"/articles/{place.id}"

    def _place(self, source: SourceFile, parts: Split, front: FrontMatter) -> _Place:
        if source.relative not in self._places:
            facts = source.facts
            lang = facts.lang or front.lang or detect_language(parts.body, otherwise=self._language)
            topic_name = facts.topic_name or front.topic or GENERAL_TOPIC
            self._places[source.relative] = _Place(lang, topic_name, facts.slug)
        return self._places[source.relative]


def _split(source: SourceFile, text: str) -> Split:
    try:
        return front_matter.split(text)
    except YamlError as error:
        raise ContentError(source.relative, error.line, error.message) from error


def _read_front_matter(source: SourceFile, parts: Split) -> FrontMatter:
    try:
        return front_matter.read(parts.block)
    except YamlError as error:
        raise ContentError(source.relative, error.line, f"front matter: {error.message}") from error


def _front_topic(source: SourceFile, parts: Split) -> str:
    """The topic a front matter names; looked for only where it may stand, since reading YAML is slow."""
    return _read_front_matter(source, parts).topic if front_matter.PLACING_KEYS.search(parts.block) else ""


def _article(manuscript: _Manuscript, page: Page | RenderFailure) -> Article:
    source, place, front = manuscript.source, manuscript.place, manuscript.front
    if isinstance(page, RenderFailure):
        raise ContentError(source.relative, 1, page.message)
    title = front.title or page.heading
    if not title:
        raise ContentError(
            source.relative, 1, "no title: add `title:` to the front matter or start with a # heading"
        )
    if not page.html:
        raise ContentError(
            source.relative, 1, "there is no text under the title: write the article, or remove it"
        )
    return Article(
        id=place.id,
        lang=place.lang,
        topic=place.topic,
        slug=place.slug,
        title=title,
        html=page.html,
        sections=page.sections,
        content_hash=manuscript.content_hash,
        source=source.relative,
        summary=front.summary,
        tags=front.tags,
        questions=front.questions,
        updated=front.updated,
        review_by=front.review_by,
        owner=front.owner,
        status=front.status,
        boost=front.boost,
        redirect_from=front.redirect_from,
        evergreen=front.evergreen,
        extra=front.extra,
    )
