"""Links and images of an article: found in its Markdown, resolved to what the site serves."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from kb.content.media import SUFFIXES, Image, ImageError, read_image
from kb.content.tree import SourceFile, Tree
from kb.model import Problem

# One pattern for each way to write a reference, each with a fixed beginning: a scan of ten thousand articles is
# then a matter of a second, where a pattern with all the ways in it takes several.
_INLINE = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|((?:[^()\s\\]|\\.|\((?:[^()\s\\]|\\.)*\))+))")
_DEFINITION = re.compile(r"\]:[ \t]*<?([^\s>]+)")
_ATTRIBUTE = re.compile(
    r"""\b(?:href|src)[ \t]*=[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'>]+))""", re.IGNORECASE
)
_OTHER_SITE = re.compile(r"!\[[^\]\n]*\]\(\s*<?(?:https?:)?//", re.IGNORECASE)
_OTHER_SITE_TAG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
_FENCES = re.compile(r"^[ >]*(`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ >]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)[^\n]{1,1000}?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|\?|$", re.IGNORECASE)
_VISIBLE = re.compile(r"[^\n]")
_IMAGE_SUFFIXES = frozenset(("svg", *SUFFIXES))


@dataclass(frozen=True, slots=True)
class Reference:
    """A place an article points to inside its own folder, as written, and where in the text it is written."""

    target: str
    offset: int


@dataclass(slots=True)
class Resolved:
    """What the references of one article lead to. An empty target is a dead end: the link or image is dropped."""

    targets: dict[str, str] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def references(text: str) -> Iterator[Reference]:
    """Relative references in Markdown, each target once; those that stand in code or a comment are among them."""
    patterns = [_INLINE] if "](" in text else []
    if "]:" in text:
        patterns.append(_DEFINITION)
    if "<" in text and _ATTRIBUTE.search(text):
        patterns.append(_ATTRIBUTE)
    seen = set()
    for pattern in patterns:
        for match in pattern.finditer(text):
            target = match[match.lastindex or 0]
            if "\\" in target or "&" in target:
                target = unescape(_ESCAPED.sub(r"\1", target))
            if target in seen or _ELSEWHERE.match(target):
                continue
            if pattern is not _DEFINITION or _defines_link(text, match.start()):
                seen.add(target)
                yield Reference(target, match.start())


def rewrite_references(text: str, new: Callable[[str], str]) -> str:
    """The text with every reference that :func:`references` finds, but for those in code, put through ``new``."""
    prose = without_code(text)
    places: dict[int, tuple[int, str]] = {}
    for pattern in (_INLINE, _DEFINITION, _ATTRIBUTE):
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            target = unescape(_ESCAPED.sub(r"\1", match[group]))
            is_code = prose[match.start() : match.end()] != match[0]
            if is_code or (pattern is _DEFINITION and not _defines_link(text, match.start())):
                continue
            if (written := new(target)) != target:
                places.setdefault(match.start(group), (match.end(group), written))
    parts, position = [], 0
    for start, (end, written) in sorted(places.items()):
        if start >= position:
            parts += [text[position:start], written]
            position = end
    return "".join([*parts, text[position:]])


def inside_path(relative: str, path: str) -> str | None:
    """A path referenced by the file at ``relative``, relative to the folder; None where it leads out of it."""
    base = "" if path.startswith("/") else posixpath.dirname(relative)
    joined = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    return None if joined.startswith("..") or "\0" in joined else joined


def article_at(files: Mapping[str, SourceFile], inside: str) -> SourceFile | None:
    """The article that a path in the folder means, with or without its ending."""
    for candidate in (inside, f"{inside}.md", f"{inside}.markdown", f"{inside}/index.md"):
        if candidate in files:
            return files[candidate]
    return None


def _defines_link(text: str, end: int) -> bool:
    """Whether the bracket that closes at ``end`` holds a link's label; ``[^1]:`` begins a footnote."""
    start = text.rfind("\n", 0, end) + 1
    label = text[start:end].lstrip(" >")
    return label.startswith("[") and not label.startswith("[^")


class LinkResolver:
    """Resolves the references of a folder's articles. ``url_of`` gives the URL of an article of the folder."""

    def __init__(self, tree: Tree, url_of: Callable[[SourceFile], str]) -> None:
        self._tree = tree
        self._url_of = url_of
        self._images: dict[Path, Image | ImageError] = {}

    def resolve(self, source: SourceFile, text: str, *, first_line: int = 1) -> Resolved:
        """Where everything ``text``, which begins on ``first_line`` of ``source``, points to."""
        resolved = Resolved()
        prose = ""

        def complain(offset: int, message: str, rule: str = "image") -> None:
            nonlocal prose
            prose = prose or without_code(text)
            if prose[offset].isspace():
                return
            line = text.count("\n", 0, offset) + first_line
            resolved.problems.append(Problem(source.relative, line, message, left_out=False, rule=rule))

        for reference in references(text):
            path, _, anchor = reference.target.partition("#")
            path = unquote(path.partition("?")[0])
            inside = inside_path(source.relative, path)
            suffix = path.rpartition("/")[2].rpartition(".")[2].lower()
            if suffix in _IMAGE_SUFFIXES:
                self._image(reference, inside, resolved, complain)
                continue
            found = None if inside is None else article_at(self._tree.files, inside)
            if found is not None:
                resolved.targets[reference.target] = self._url_of(found) + (f"#{anchor}" if anchor else "")
            elif path.startswith("/") and suffix not in {"md", "markdown"}:
                continue  # a page of the site itself
            else:
                resolved.targets[reference.target] = ""
                complain(
                    reference.offset,
                    f"links to {reference.target}, which is not an article here: mend the path",
                    "broken-link",
                )
        outside = _OTHER_SITE.search(text) or ("<" in text and _OTHER_SITE_TAG.search(text)) or None
        if outside is not None:
            complain(
                outside.start(),
                "an image of another site is not shown, as that site would learn who reads this: save it here",
            )
        return resolved

    def _image(
        self,
        reference: Reference,
        inside: str | None,
        resolved: Resolved,
        complain: Callable[[int, str], None],
    ) -> None:
        resolved.targets[reference.target] = ""
        path = None if inside is None else self._tree.folder / inside
        if path is None or not self._tree.holds(path):
            complain(reference.offset, f"shows {reference.target} from outside the folder: copy it in")
            return
        image = self._images.get(path)
        if image is None:
            try:
                image = (
                    read_image(path) if path.is_file() else ImageError("there is no such file: mend the path")
                )
            except ImageError as error:
                image = error
            self._images[path] = image
        if isinstance(image, ImageError):
            complain(reference.offset, f"{reference.target}: {image}")
            return
        resolved.targets[reference.target] = image.url
        resolved.images.append(image)


def without_code(text: str) -> str:
    """The text with code and comments blanked out, so that offsets stay true."""
    if "```" in text or "~~~" in text:
        text = _FENCES.sub(_blank, text)
    if "`" in text:
        text = _CODE.sub(_blank, text)
    return _COMMENT.sub(_blank, text) if "<!--" in text else text


def _blank(match: re.Match[str]) -> str:
    return _VISIBLE.sub(" ", match[0])
