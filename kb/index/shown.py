"""What a hit shows of a document, read from its row without its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import Any, NamedTuple

from kb.index.documents import passages
from kb.index.pages import section_rows
from kb.model import Document, ForumThread, Kind


class Shown(NamedTuple):
    """A document as it is listed, with the text that a snippet is cut from."""

    id: str
    kind: Kind
    lang: str
    topic: str
    url: str
    title: str
    summary: str
    updated: date | None
    votes: int
    accepted: bool
    answers: int
    leading: int
    """How many passages stand before those of the sections: title, questions, tags, summary."""
    sections: Sequence[Sequence[Any]]
    """Title, anchor, level and text of each, as they are stored: of many, one or none is shown."""

    def section_of(self, passage: int) -> int:
        """The place of the section that a passage belongs to; -1 for one before them."""
        left = passage - self.leading
        if left < 0:
            return -1
        for place, (title, _, _, text) in enumerate(self.sections):
            left -= bool(title) + bool(text)
            if left < 0:
                return place
        raise IndexError(passage)

    def body_of(self, section: int) -> int:
        """The passage that is the text of a section, which has some."""
        before = sum(bool(title) + bool(text) for title, _, _, text in self.sections[:section])
        return self.leading + before + bool(self.sections[section][0])


def shown(document: Document) -> Shown:
    """What a hit shows of a document."""
    return Shown(
        document.id,
        document.kind,
        document.lang,
        document.topic,
        document.url,
        document.title,
        document.summary,
        document.updated,
        document.votes,
        document.accepted,
        len(document.page.answers) if isinstance(document.page, ForumThread) else 0,
        sum(1 for _ in takewhile(lambda passage: passage.section < 0, passages(document))),
        section_rows(document.sections),
    )
