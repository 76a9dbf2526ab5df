"""A ticket draft as it may be stored: tidied, and refused where a person must mend it."""

from __future__ import annotations

import re
import unicodedata

from kb.errors import InvalidDraft
from kb.model import TicketDraft
from kb.ticket_model import LIMITS, is_email

SUBJECT_FROM_BODY = 60
"""Characters of the message that serve as its subject when none was given."""

_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
_BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a line read as another one than it is."""


def validate(draft: TicketDraft) -> TicketDraft:
    """The draft as it may be stored: no control characters, a line where a line is due, always a subject.

    :raises InvalidDraft: fields and message ids: ``email-missing``, ``email-invalid``, ``body-missing``, and
        ``<field>-too-long`` for every field of :data:`LIMITS`.
    """
    body = _paragraphs(draft.body)
    clean = TicketDraft(
        subject=_one_line(draft.subject) or _first_words(body),
        body=body,
        name=_one_line(draft.name),
        email=draft.email.strip(),
        lang=_one_line(draft.lang),
        idempotency_key=_one_line(draft.idempotency_key),
        category=_one_line(draft.category),
    )
    wrong: dict[str, str] = {}
    if not clean.email:
        wrong["email"] = "email-missing"
    elif not is_email(clean.email):
        wrong["email"] = "email-invalid"
    if not _is_visible(clean.body):
        wrong["body"] = "body-missing"
    for field, limit in LIMITS.items():
        if len(getattr(clean, field)) > limit:
            wrong[field] = f"{field.replace('_', '-')}-too-long"
    if wrong:
        raise InvalidDraft(wrong)
    return clean


def message_body(text: str) -> str:
    """A message added to a ticket, as it may be stored.

    :raises InvalidDraft: ``body-missing`` or ``body-too-long``.
    """
    body = _paragraphs(text)
    if not _is_visible(body):
        raise InvalidDraft({"body": "body-missing"})
    if len(body) > LIMITS["body"]:
        raise InvalidDraft({"body": "body-too-long"})
    return body


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in _CONTROL or character in _BIDI_CONTROLS


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def _one_line(text: str) -> str:
    """Spaces for line breaks and control characters: such a field ends up in a mail's header."""
    line = " ".join("".join(" " if _is_control(character) else character for character in text).split())
    return line if _is_visible(line) else ""


def _paragraphs(text: str) -> str:
    """Line breaks and tabs kept, as ``\\n`` and ``\\t``; other control characters dropped."""
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _CONTROL).strip()


def _first_words(body: str) -> str:
    line = next((clean for line in body.split("\n") if (clean := _one_line(line))), "")
    if len(line) <= SUBJECT_FROM_BODY:
        return line
    start = line[: SUBJECT_FROM_BODY - 1]
    return (start.rpartition(" ")[0] or start).rstrip(" ,;:-") + "…"
