"""What became of messages on a site: one JSON object a line, as people judged or confirmed it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kb.errors import CalibrationError
from kb.support.context import Cards
from kb.support.desk import Desk
from kb.support.scrubbing import scrub
from kb.ticket_model import Author, ContactSession, Outcome, TicketFile

_PAGE = re.compile(r"/(?:articles/|(?=community/))([^\s?#<>\"'()\[\]]+)")
"""The address of a page in an agent's answer, with or without the site before it."""
_AFTER = ".,;:!…"


@dataclass(frozen=True, slots=True)
class MessageOutcome:
    """A message and the ids of the documents that answered it; none where nothing did."""

    text: str
    lang: str
    answered_by: tuple[str, ...]
    features: Mapping[str, float] = field(default_factory=dict)
    """Of a message that was not sent, in place of its text: how well the documents shown for it matched."""


def read_outcomes(path: Path) -> Iterator[MessageOutcome]:
    """Lines such as ``{"text": "…", "lang": "en", "answered_by": ["en/sign-in/reset-password"]}``.

    :raises CalibrationError: the file is missing or a line is no outcome; the message says which.
    """
    number = 1
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield _outcome(json.loads(line))
                number += 1
    except (OSError, ValueError) as error:
        raise CalibrationError(
            f"{path}:{number}: no outcome ({error}): an object with text, lang and answered_by, a list of ids, "
            "is expected."
        ) from error


def recorded(desk: Desk, cards: Cards, since: date | None) -> Iterator[MessageOutcome]:
    """What the site's own records tell, without personal data.

    A message that "this solved it" ended was answered by what it was shown; nobody sent it, so its words were never
    stored. A ticket that an agent has answered was answered by the pages that the agent links to; without one, no
    page does.
    """
    solved = (_solved(session) for session in desk.sessions(since))
    sent = (_answered(file, cards) for file in desk.files(since))
    yield from (outcome for outcome in chain(solved, sent) if outcome)


def line(outcome: MessageOutcome) -> str:
    """An outcome as :func:`read_outcomes` reads it."""
    record: dict[str, Any] = {"text": outcome.text, "lang": outcome.lang, "answered_by": outcome.answered_by}
    if outcome.features:
        record["features"] = outcome.features
    return json.dumps(record, ensure_ascii=False)


def _solved(session: ContactSession) -> MessageOutcome | None:
    if session.outcome != Outcome.CONFIRMED.value or not session.features:
        return None
    return MessageOutcome("", session.lang, session.shown, session.features)


def _answered(file: TicketFile, cards: Cards) -> MessageOutcome | None:
    answers = [message.body for message in file.messages if message.author is Author.AGENT]
    if not answers:
        return None
    linked = [unquote(name).rstrip(_AFTER) for answer in answers for name in _PAGE.findall(answer)]
    ids = tuple(dict.fromkeys(card.id for card in cards(linked)))
    return MessageOutcome(scrub(f"{file.ticket.subject}\n{file.ticket.body}"), file.ticket.lang, ids)


def _outcome(record: object) -> MessageOutcome:
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise ValueError("text is missing")
    answers = record.get("answered_by")
    if not isinstance(answers, list) or not all(isinstance(each, str) for each in answers):
        raise ValueError("answered_by is not a list of ids")
    features = record.get("features", {})
    if not isinstance(features, dict) or not all(isinstance(each, int | float) for each in features.values()):
        raise ValueError("features are not numbers by name")
    return MessageOutcome(record["text"], str(record.get("lang", "")), tuple(answers), features)
