"""Links that lead nowhere: anchors without a heading, addresses of the site that have no page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from kb.content.links import references
from kb.content.paths import anchor as anchor_of
from kb.writing.findings import Finding, Mend, Severity
from kb.writing.library import Library
from kb.writing.manuscripts import Manuscript

_OF_THE_PAGE = re.compile(r"top$|fn(ref)?\d*:|:~:")
"""Fragments that are no headings: the top of a page, the ways to and from footnotes, words for a browser to find."""
_OF_THE_SITE = re.compile(r"/articles/[^/]+/[^/]+/[^/#?]+$")


def check(library: Library) -> Iterator[Finding]:
    """Anchors that no heading has, pages that are not there, and moved ones that are reached by a detour."""
    for one in library.manuscripts:
        for link in dict.fromkeys(one.links):
            yield from _check(one, link, library)


def mends(library: Library) -> Mapping[tuple[str, int], Mend]:
    """For dead links to a file of which there is only one by that name: the path it has now, by place."""
    names: dict[tuple[str, str], list[Manuscript]] = {}
    for one in library.manuscripts:
        names.setdefault((one.article.lang, one.file.name), []).append(one)
    found: dict[tuple[str, int], Mend] = {}
    for one in library.manuscripts:
        for reference in references(one.prose):
            path = unquote(reference.target.partition("#")[0])
            same_name = names.get((one.article.lang, path.rpartition("/")[2]), [])
            if len(same_name) != 1 or same_name[0] is one or (one.file.parent / path).exists():
                continue
            line = one.line_at(reference.offset)
            mended = reference.target.replace(reference.target.partition("#")[0], _path(one, same_name[0]), 1)
            found[one.path, line] = Mend(one.file, line, f"({reference.target}", f"({mended}")
    return found


def _check(one: Manuscript, link: str, library: Library) -> Iterator[Finding]:
    address, _, fragment = link.partition("#")
    if address and not _OF_THE_SITE.match(address):
        return
    target = library.by_url.get(address) if address else one
    if target is None:
        yield _moved(one, link, address, library)
    elif fragment and fragment not in target.anchors and not _OF_THE_PAGE.match(fragment):
        yield _anchor(one, target, fragment)


def _moved(one: Manuscript, link: str, address: str, library: Library) -> Finding:
    line = one.line_of(address)
    moved = library.redirects.get(address.lower())
    if moved is None:
        message = f"links to {link}, and there is no such page: mend the address"
        return Finding(one.path, line, "broken-link", Severity.ERROR, message)
    message = f"links to {address}, which has moved to {moved.article.url}: link there at once"
    mend = Mend(one.file, line, address, moved.article.url)
    return Finding(one.path, line, "moved-link", Severity.NOTICE, message, mend)


def _anchor(one: Manuscript, target: Manuscript, fragment: str) -> Finding:
    line = one.line_of(f"#{fragment}")
    where = "this article" if target is one else target.path
    same = [name for name in target.anchors if _alike(name) == _alike(fragment)]
    if len(same) == 1:
        message = f"links to #{fragment}; the heading's anchor in {where} is #{same[0]}"
        mend = Mend(one.file, line, f"#{fragment}", f"#{same[0]}")
        return Finding(one.path, line, "broken-anchor", Severity.ERROR, message, mend)
    there = ", ".join(f"#{section.anchor}" for section in target.article.sections[:6] if section.anchor)
    message = f"links to #{fragment}, and {where} has no such heading: " + (
        f"choose one of {there}" if there else "it has no headings, so link to the page"
    )
    return Finding(one.path, line, "broken-anchor", Severity.ERROR, message)


def _alike(fragment: str) -> str:
    """An anchor without what systems make differently: capitals, punctuation, hyphens in a row."""
    return re.sub(r"-{2,}", "-", anchor_of(fragment))


def _path(one: Manuscript, target: Manuscript) -> str:
    return posixpath.relpath(target.file.as_posix(), one.file.parent.as_posix())
