"""The sentence or two of a document that show why it was found, and the section to open it at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.index.documents import Passage, passages
from kb.index.engine import Token
from kb.model import Document, Section, SectionLink, Snippet, Span

WIDTH = 220
"""Characters of a snippet, about two lines on a screen and four on a phone."""
_TELLING = 0.5  # of what all matches of a document say, that a stretch must hold to be shown for them
_LEAD = 90  # characters before the first match that may be shown to begin at a sentence
_RUNNING = frozenset({"body", "summary"})
_SIGN = re.compile(r"\S")
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s+|[。！？][」』）]*\s*|\n+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A snippet and where in the document it stands."""

    snippet: Snippet
    section: SectionLink


def excerpt(document: Document, tokens: Sequence[Token], section: int = -1) -> Excerpt:
    """The stretch with the most telling matches; the beginning of the document where nothing matches.

    ``section`` is the place of the one that comes closest in meaning, if any does: the stretch is then from there.
    """
    parts = list(passages(document))
    if section >= 0:
        return _excerpt_of_section(document, parts, tokens, section)
    best, best_score = None, 0.0
    for window in _windows(parts, tokens):
        score = _value(window, parts)
        if score > best_score:
            best, best_score = window, score
    if document.summary and best_score < _TELLING * sum(_weights(tokens).values()):
        best = None  # found by its title or its questions: the summary answers, a stray word in the text does not
    if best is None:
        return Excerpt(_opening(document, parts, tokens), SectionLink("", ""))
    passage = parts[best[0].passage]
    text, start = _shortened(passage.text, best[0].start)
    spans = _spans([t for t in tokens if t.passage == best[0].passage], start, len(text))
    return Excerpt(_with_ellipses(passage.text, text, start, spans), _link(document, passage))


def _excerpt_of_section(
    document: Document, parts: Sequence[Passage], tokens: Sequence[Token], section: int
) -> Excerpt:
    """The stretch of a section with the most telling matches; its beginning where nothing matches there."""
    place = next(p for p, part in enumerate(parts) if part.section == section and part.field == "body")
    own = [token for token in tokens if token.passage == place]
    best = max(_windows(parts, own), key=lambda window: _value(window, parts), default=None)
    text, start = _shortened(parts[place].text, best[0].start if best else 0)
    snippet = _with_ellipses(parts[place].text, text, start, _spans(own, start, len(text)))
    return Excerpt(snippet, _link(document, parts[place]))


def _with_ellipses(whole: str, text: str, start: int, spans: Sequence[Span]) -> Snippet:
    """The snippet with a mark where it begins or ends inside a sentence."""
    before = start  # looked at in place: a text may be long, and there are ten to a page
    while before and whole[before - 1] == " ":
        before -= 1
    lead = "… " if before and not _ends_sentence(whole, before) else ""
    trail = " …" if _SIGN.search(whole, start + len(text)) and not _ends_sentence(text, len(text)) else ""
    moved = tuple(Span(span.start + len(lead), span.end + len(lead)) for span in spans) if lead else spans
    return Snippet(f"{lead}{text}{trail}", tuple(moved))


def _ends_sentence(text: str, place: int) -> bool:
    """Whether what stands before a place ends a sentence."""
    return _SENTENCE_END.search(f"{text[max(0, place - 3) : place]} ") is not None


def _windows(parts: Sequence[Passage], tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The matches within a snippet's width from a match in running text on; not those that another window holds."""
    running = [t for t in tokens if parts[t.passage].field in _RUNNING]
    windows: list[Sequence[Token]] = []
    end = 0
    for i, first in enumerate(running):
        before, end = end, max(end, i)
        while (
            end < len(running)
            and running[end].passage == first.passage
            and running[end].end <= first.start + WIDTH - 30
        ):
            end += 1
        if end > before or end == i:
            windows.append(running[i:end] or [first])
    return windows


def _value(window: Sequence[Token], parts: Sequence[Passage]) -> float:
    """Different words count in full, repeats hardly; a section is preferred to the summary that points to it."""
    value = sum(_weights(window).values()) + 0.02 * len(window)
    return value if parts[window[0].passage].field == "body" else 0.9 * value


def _weights(tokens: Sequence[Token]) -> dict[str, float]:
    """How much each different term says."""
    weights: dict[str, float] = {}
    for token in tokens:
        weights[token.term] = max(weights.get(token.term, 0.0), token.weight)
    return weights


def _shortened(text: str, first: int) -> tuple[str, int]:
    """A stretch of ``text`` that shows place ``first``, begun at a sentence if one begins near, and its start."""
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
    return text[start:stop].rstrip().replace("\n", " "), start


def _spans(tokens: Sequence[Token], start: int, length: int) -> tuple[Span, ...]:
    """The matches inside the snippet, in its own characters, overlapping ones joined."""
    spans: list[Span] = []
    for token in sorted(tokens, key=lambda t: (t.start, -t.end)):
        span = Span(token.start - start, token.end - start)
        if span.start < 0 or span.end > length:
            continue
        if spans and span.start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    return tuple(spans)


def _link(document: Document, passage: Passage) -> SectionLink:
    if passage.section < 0:
        return SectionLink("", "")
    section: Section = document.sections[passage.section]
    return SectionLink(section.title, section.anchor)


def _opening(document: Document, parts: Sequence[Passage], tokens: Sequence[Token]) -> Snippet:
    """The summary, or else the first text, with what matches in it."""
    field = "summary" if document.summary else "body"
    place = next((place for place, part in enumerate(parts) if part.field == field), None)
    if place is None:
        return Snippet("")
    text, start = _shortened(parts[place].text, 0)
    spans = _spans([token for token in tokens if token.passage == place], start, len(text))
    return _with_ellipses(parts[place].text, text, start, spans)
