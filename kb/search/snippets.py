"""The sentence or two of a document that show why it was found, and the section to open it at."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from kb.index.engine import Token
from kb.index.shown import Shown
from kb.model import SectionLink, Snippet, Span

WIDTH = 220
"""Characters of a snippet, about two lines on a screen and four on a phone."""
_TELLING = 0.5  # of what all matches of a document say, that a stretch must hold to be shown for them
_LEAD = 90  # characters before the first match that may be shown to begin at a sentence
_RUNNING = frozenset({"body", "summary"})
_SIGN = re.compile(r"\S")
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s+|[。！？][」』）]*\s*|\n+")
BREAK = " · "
"""Stands for the end of a line that no sign ends: cells of a table, a list of names, a heading."""
_ENDING = r".!?…:;,。！？：；、，\-–—·|"
_CLOSING = r"'\"’”»)\]」』）"
_OTHER = rf"[^{_ENDING}{_CLOSING}\s]"
_UNENDED = re.compile(
    rf"\n(?:(?<={_OTHER}\n)|(?<={_OTHER}[{_CLOSING}]\n)|(?<={_OTHER}[{_CLOSING}]{{2}}\n))\s*(?![{_ENDING}\s])"
)
"""The end of such a line. It begins with the line end, so that this is found first, and what stands before is looked
at only then."""
_NOWHERE = SectionLink("", "")


class Excerpt(NamedTuple):
    """A snippet and where in the document it stands."""

    snippet: Snippet
    section: SectionLink


def excerpt(document: Shown, tokens: Sequence[Token], section: int = -1) -> Excerpt:
    """The stretch with the most telling matches; the beginning of the document where nothing matches.

    ``section`` is the place of the one that comes closest in meaning, if any does: the stretch is then from there.
    """
    if section >= 0:
        passage = document.body_of(section)
        own = [token for token in tokens if token.passage == passage]
        best = _best(own)
        return _cut(document, section, own, best[0].start if best else 0)
    best = _best([token for token in tokens if token.field in _RUNNING])
    if best and document.summary.strip() and _value(best) < _TELLING * sum(_weights(tokens).values()):
        best = ()  # found by its title or its questions: the summary answers, a stray word in the text does not
    if not best:
        return _opening(document, tokens)
    passage = best[0].passage
    own = [token for token in tokens if token.passage == passage]
    return _cut(document, document.section_of(passage), own, best[0].start)


def _best(running: Sequence[Token]) -> Sequence[Token]:
    """The stretch of matches that says most; a stretch begins at a match and is as long as a snippet shows.

    A stretch that lies within another one is passed over.
    """
    if not running or _reaches(running[0], running[-1]):
        return running
    best: Sequence[Token] = ()
    most, every = 0.0, sum(_weights(running).values())
    end = 0
    for i, first in enumerate(running):
        if most >= every + 0.02 * (len(running) - i):
            break  # nothing can say more
        before, end = end, max(end, i)
        while end < len(running) and _reaches(first, running[end]):
            end += 1
        if end > before or end == i:
            stretch = running[i : max(end, i + 1)]
            if (value := _value(stretch)) > most:
                best, most = stretch, value
    return best


def _reaches(first: Token, other: Token) -> bool:
    """Whether a snippet that begins a little before a match still shows another one after it."""
    return other.passage == first.passage and other.end <= first.start + WIDTH - 30


def _value(stretch: Sequence[Token]) -> float:
    """How much a stretch says: different words count in full, repeats hardly. A section is preferred to the summary
    that points to it."""
    value = sum(_weights(stretch).values()) + 0.02 * len(stretch)
    return value if stretch[0].field == "body" else 0.9 * value


def _weights(tokens: Sequence[Token]) -> dict[str, float]:
    """How much each different term says."""
    weights: dict[str, float] = {}
    for term, weight, _, _, _, _ in tokens:
        if weight > weights.get(term, 0.0):
            weights[term] = weight
    return weights


def _opening(document: Shown, tokens: Sequence[Token]) -> Excerpt:
    """The summary, or else the first text, with what matches in it."""
    if document.summary.strip():
        own = [token for token in tokens if token.field == "summary"]
        return Excerpt(_snippet(document.summary, own, 0), _NOWHERE)
    place = next((place for place, row in enumerate(document.sections) if row[-1]), None)
    if place is None:
        return Excerpt(Snippet(""), _NOWHERE)
    passage = document.body_of(place)
    own = [token for token in tokens if token.passage == passage]
    return Excerpt(_snippet(document.sections[place][-1], own, 0), _NOWHERE)


def _cut(document: Shown, place: int, tokens: Sequence[Token], first: int) -> Excerpt:
    """The stretch around character ``first`` of a section, or of the summary where there is none."""
    if place < 0:
        return Excerpt(_snippet(document.summary, tokens, first), _NOWHERE)
    title, anchor, _, text = document.sections[place]
    return Excerpt(_snippet(text, tokens, first), SectionLink(title, anchor))


def _snippet(whole: str, tokens: Sequence[Token], first: int) -> Snippet:
    """The stretch of a text around character ``first``, with a mark where it begins or ends inside a sentence."""
    start, stop = _stretch(whole, first)
    before = start  # looked at in place: a text may be long, and there are ten to a page
    while before and whole[before - 1] == " ":
        before -= 1
    lead = "… " if before and not _ends_sentence(whole[max(0, before - 3) : before]) else ""
    is_cut = stop < len(whole) and _SIGN.search(whole, stop)
    trail = (
        " …" if is_cut and not _ends_sentence(whole[max(start, stop - 3) : stop].replace("\n", " ")) else ""
    )
    spans = _spans(tokens, start, stop)
    return _on_one_line(lead, whole[start:stop], trail, spans)


def _on_one_line(lead: str, text: str, trail: str, spans: Sequence[tuple[int, int]]) -> Snippet:
    """The text without line ends, and its spans moved as their letters are."""
    ends = [found.span() for found in _UNENDED.finditer(text)] if "\n" in text else []
    line = (_UNENDED.sub(BREAK, text) if ends else text).replace("\n", " ")
    begins = [0, *(end for _, end in ends)]
    moves = [*accumulate((len(BREAK) - (end - begin) for begin, end in ends), initial=len(lead))]
    moved = []
    for begin, end in spans:
        by = moves[bisect_right(begins, begin) - 1] if ends else moves[0]
        moved.append(Span(begin + by, end + by))
    return Snippet(f"{lead}{line}{trail}", tuple(moved))


def _ends_sentence(last: str) -> bool:
    """Whether the last characters of a text end a sentence."""
    return not last.isalnum() and _SENTENCE_END.search(f"{last} ") is not None


def _stretch(text: str, first: int) -> tuple[int, int]:
    """From where to where a stretch shows place ``first``, begun at a sentence if one begins near."""
    start = 0
    for end in _SENTENCE_END.finditer(text, max(0, first - _LEAD), first):
        start = end.end()
    if start == 0 and first > _LEAD:
        # at a word, or anywhere in a text without spaces: what matched must be seen
        start = max(text.rfind(" ", 0, first - _LEAD // 2) + 1, first - _LEAD)
    stop = min(len(text), start + WIDTH)
    if stop < len(text):
        space = text.rfind(" ", start + WIDTH // 2, stop)
        stop = space if space > 0 else stop
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return start, stop


def _spans(tokens: Sequence[Token], start: int, stop: int) -> list[tuple[int, int]]:
    """The matches between two places, counted from the first, overlapping ones joined."""
    spans: list[tuple[int, int]] = []
    inside = [(t.start - start, t.end - start) for t in tokens if t.start >= start and t.end <= stop]
    for begin, end in sorted(inside):
        if spans and begin < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((begin, end))
    return spans
