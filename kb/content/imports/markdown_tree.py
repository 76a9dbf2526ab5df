"""Articles from any folder of Markdown: put where they belong by language and topic, their links following them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from kb.content import front_matter
from kb.content.detection import detect_language
from kb.content.front_matter import FrontMatter, Split
from kb.content.imports.attachments import FOLDER as IMAGES
from kb.content.imports.destination import Destination
from kb.content.imports.dialects import in_our_markdown
from kb.content.imports.old_links import OldLinks, Place, addresses
from kb.content.imports.sources import OnProgress, unwatched
from kb.content.links import article_at, inside_path, rewrite_references
from kb.content.media import SUFFIXES
from kb.content.paths import GENERAL_TOPIC, slugify
from kb.content.safe_yaml import YamlError
from kb.content.topics import TOPIC_FILE, title_of
from kb.content.tree import SourceFile, Tree
from kb.errors import ContentError

_NUMBER_KEYS = ("id", "zendesk_id", "article_id")


@dataclass(frozen=True, slots=True)
class _Read:
    """A file of the tree and where it will stand."""

    source: SourceFile
    parts: Split
    front: FrontMatter
    lang: str
    place: str

    @property
    def number(self) -> int | None:
        """The number that another system gave the article."""
        found = next((self.front.extra[key] for key in _NUMBER_KEYS if key in self.front.extra), None)
        return int(str(found)) if str(found).isdecimal() else None


def import_markdown(
    folder: Path,
    destination: Destination,
    *,
    language: str,
    lang: str = "",
    on_progress: OnProgress = unwatched,
) -> None:
    """Bring the articles of a folder to the destination; a file that cannot be read as an article as it is.

    :param language: of articles whose path, front matter and text do not tell.
    :param lang: of all articles, where it is known.
    :raises ContentError: the folder holds no Markdown, or the destination lies in it.
    """
    if destination.folder.resolve().is_relative_to(folder.resolve()):
        raise ContentError(
            str(destination.folder), 1, "is inside the folder to import: choose another with --to"
        )
    tree = Tree(folder)
    if not tree.files:
        raise ContentError(str(folder), 1, "holds no Markdown files: name another folder")
    for problem in tree.problems:
        destination.complain(problem.path, problem.line, problem.message, left_out=True)
    topics = _Topics(tree)
    read = list(_read_all(tree, destination, topics, language, lang))
    links = _old_links(read)
    for done, one in enumerate(read, start=1):
        _add(one, {other.source.relative: other for other in read}, tree, links, topics, destination)
        on_progress(done, len(read))
    topics.add_to(destination, read)


def _read_all(
    tree: Tree, destination: Destination, topics: _Topics, language: str, lang: str
) -> Iterator[_Read]:
    for source in tree.files.values():
        try:
            text = source.decode(source.read())
        except ContentError as error:
            destination.complain(source.relative, error.line, error.message, left_out=True)
            continue
        try:
            parts = front_matter.split(text)
            front = front_matter.read(parts.block)
        except YamlError as error:
            destination.complain(source.relative, error.line, f"comes along as it is: {error.message}")
            parts, front = Split("", text, 1), FrontMatter()
        found = lang or source.facts.lang or front.lang or detect_language(parts.body, otherwise=language)
        topic = topics.slug(source) or (slugify(front.topic) if front.topic else GENERAL_TOPIC)
        place = destination.free_path(f"{found}/{topic}", source.facts.slug)
        destination.files[place] = b""  # taken
        yield _Read(source, parts, front, found, place)


def _old_links(read: list[_Read]) -> OldLinks:
    """Where the articles with a number stood, as far as the links to them tell."""
    seen: dict[int, dict[str, None]] = {}
    for one in read:
        for address in addresses(one.parts.body):
            seen.setdefault(address.number, {})[address.path.partition("?")[0]] = None
    links = OldLinks()
    for one in read:
        if one.number is not None:
            title = one.front.title or one.source.facts.slug
            links.add(one.number, one.lang, Place(one.place, title, tuple(seen.get(one.number, ()))))
    return links


def _add(
    one: _Read,
    there: dict[str, _Read],
    tree: Tree,
    links: OldLinks,
    topics: _Topics,
    destination: Destination,
) -> None:
    def moved(target: str) -> str:
        path, mark, rest = target.partition("#")
        if not path or ":" in path or path.startswith("//"):
            return target
        inside = inside_path(one.source.relative, unquote(path.partition("?")[0]))
        if inside is None:
            return target
        if inside.rpartition(".")[2].lower() in SUFFIXES:
            return _image(inside, one, tree, destination) or target
        found = article_at(tree.files, inside)
        if found is None or found.relative not in there:
            return target
        return quote(_relative(there[found.relative].place, one.place)) + mark + rest

    body = links.rewrite(one.parts.body, one.place, one.lang)
    body = topics.rewrite(body, one.lang)
    body = rewrite_references(in_our_markdown(body), moved)
    destination.add_text(one.place, _front(one, links) + body)


def _front(one: _Read, links: OldLinks) -> str:
    """The front matter as it was written, with the old addresses added."""
    if not one.parts.block and one.number is None:
        return ""
    old = [] if one.number is None else list(links.place(one.number, one.lang).old_addresses)
    old = [address for address in old if address not in one.front.redirect_from]
    added = ""
    if old and not one.front.redirect_from:
        added = "redirect_from:\n" + "".join(f"  - {address}\n" for address in old)
    block = one.parts.block
    return f"---\n{block}{'' if not block or block.endswith(chr(10)) else chr(10)}{added}---\n"


def _image(inside: str, one: _Read, tree: Tree, destination: Destination) -> str:
    file = tree.folder / inside
    if not file.is_file() or not tree.holds(file):
        destination.complain(
            one.place, 1, f"the image {inside} is not in the folder: save it there, and import again"
        )
        return ""
    place = f"{IMAGES}/{posixpath.join(*(slugify(part) for part in Path(inside).parts[:-1]), file.name)}"
    destination.files.setdefault(place, file.read_bytes())
    return quote(_relative(place, one.place))


def _relative(target: str, place: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(place))


class _Topics:
    """The folders of the tree as topics; one that is called like another gets its parent's name before its own."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._slugs: dict[str, str] = {}
        taken: dict[tuple[str, str], str] = {}
        for source in tree.files.values():
            folder = posixpath.dirname(source.relative)
            facts = source.facts
            if folder in self._slugs or not facts.topic:
                continue
            slug, name = facts.topic, folder
            if taken.setdefault((facts.lang, slug), _topic_path(folder, facts.lang)) != _topic_path(
                folder, facts.lang
            ):
                parent = posixpath.basename(posixpath.dirname(name))
                slug = f"{slugify(parent)}-{slug}" if parent else slug
            self._slugs[folder] = slug

    def slug(self, source: SourceFile) -> str:
        """The topic of a file; empty where no folder says it."""
        return self._slugs.get(posixpath.dirname(source.relative), "")

    def rewrite(self, text: str, lang: str) -> str:
        """The text with links to another system's sections leading to the topics of their names."""
        known = set(self._slugs.values())

        def topic(target: str) -> str:
            name = target.partition("/sections/")[2].partition("-")[2].partition("?")[0].partition("#")[0]
            slug = slugify(unquote(name)) if "/hc/" in target and name else ""
            return f"/topics/{lang}/{slug}" if slug in known else target

        return rewrite_references(text, topic) if "/sections/" in text else text

    def add_to(self, destination: Destination, read: list[_Read]) -> None:
        """Name the topics whose folders say more than their slugs do."""
        for one in read:
            folder = posixpath.dirname(one.source.relative)
            own = self._tree.folder / folder / TOPIC_FILE
            place = f"{posixpath.dirname(one.place)}/{TOPIC_FILE}"
            if folder not in self._slugs or place in destination.files:
                continue
            if own.is_file():
                destination.files[place] = own.read_bytes()
            elif (title := title_of(one.source.facts.topic_name)) != title_of(self._slugs[folder]):
                destination.add_topic(place, title)


def _topic_path(folder: str, lang: str) -> str:
    """The folder without the part that names the language: translations share their topics."""
    return "/".join(part for part in folder.split("/") if part.lower() != lang)
