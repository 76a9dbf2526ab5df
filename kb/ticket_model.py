"""The nouns around a ticket: what helps to write it, what it carries, and what becomes of it. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kb.model import Card, Ticket
from kb.toml_table import Localised

# --- the form ----------------------------------------------------------------------------------------

LIMITS: Mapping[str, int] = {
    "subject": 200,
    "body": 20_000,  # several pages; more is a log, and belongs in an attachment
    "name": 100,
    "email": 254,  # RFC 5321, 4.5.3.1.3, less the angle brackets
    "lang": 35,  # RFC 5646, 4.4.1
    "idempotency_key": 200,
    "category": 40,
}
"""The most characters that each field of a draft may have, as stored."""

MOST_FILES = 5
"""Files that one form may bring."""
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one file."""

_EMAIL = re.compile(
    r"""(?!-) [^\s@<>()\[\],;:\\".]+ (?:\.[^\s@<>()\[\],;:\\".]+)*   # no quoted local parts: nobody has one
        @ (?:(?!-)[\w-]{1,63}(?<!-)\.)+ (?!-)[^\W\d_][\w-]{0,61}[^\W_]""",
    re.VERBOSE,
)
_LONGEST_LOCAL_PART = 64


def is_email(text: str) -> bool:
    """Whether an answer may reach somebody there: one address, with a domain that has a dot."""
    if len(text) > LIMITS["email"] or not _EMAIL.fullmatch(text) or text.index("@") > _LONGEST_LOCAL_PART:
        return False
    return not any(unicodedata.category(character)[0] == "C" for character in text)


@dataclass(frozen=True, slots=True)
class Category:
    """What a message is about, and what that means for whoever writes it and whoever answers."""

    id: str
    label: Localised = field(default_factory=dict)
    queue: str = "support"
    reply: Localised = field(default_factory=dict)
    """When an answer is to be expected, in words."""
    details: tuple[str, ...] = ()
    """The ids of the details that an agent will need."""
    topics: tuple[str, ...] = ()
    """Topics of the help centre that are about the same: their articles are suggested first."""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DetailCheck:
    """A detail that an agent will need, and whether the message has it."""

    id: str
    label: Localised
    example: Localised
    present: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What would make a message easier to answer. None of it is required."""

    details: tuple[DetailCheck, ...]
    vague_subject: bool
    secrets: tuple[str, ...]
    """The kinds of secrets that will be masked."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What a visitor did before writing, as their own browser remembers it."""

    searches: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    """Ids of documents."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a draft came to be sent."""

    session: str = ""
    """The form's random key; its suggestions and attachments belong to the ticket."""
    visitor: str = ""
    """What tells visitors apart; never stored as it is."""
    trail: Trail = Trail()
    consent: str = ""
    too_quick: bool = False
    """Sent sooner than anyone writes."""


# --- the ticket --------------------------------------------------------------------------------------


class Author(StrEnum):
    """Who wrote a message of a ticket."""

    REQUESTER = "requester"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """A message added to a ticket after it was sent."""

    id: int
    reference: str
    created: datetime
    author: Author
    body: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was sent along, as it is stored."""

    id: str
    """128 random bits; also its name on disk."""
    name: str
    """What the sender called it, tidied; its ending says what it is."""
    media_type: str
    bytes: int
    created: datetime
    reference: str = ""
    """Its ticket; empty while the form was not sent."""


@dataclass(frozen=True, slots=True)
class TicketContext:
    """What an agent would ask first: what was searched, offered and read, and what is nearest to an answer."""

    searches: tuple[str, ...] = ()
    read: tuple[Card, ...] = ()
    shown: tuple[Card, ...] = ()
    opened: tuple[Card, ...] = ()
    nearest: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketFile:
    """Everything about one ticket."""

    ticket: Ticket
    messages: tuple[TicketMessage, ...]
    attachments: tuple[Attachment, ...]
    context: TicketContext


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; what is empty does not matter."""

    status: str = ""
    queue: str = ""
    assignee: str = ""
    held: bool | None = None
    limit: int = 50


# --- deliveries --------------------------------------------------------------------------------------


class DeliveryKind(StrEnum):
    """What a delivery tells its receiver."""

    TICKET = "ticket"
    MESSAGE = "message"
    CLOSED = "closed"
    RECEIPT = "receipt"
    """The copy for the requester."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    DELIVERED = "delivered"
    SET_ASIDE = "set aside"
    """Refused for good; a person must look, then try again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to tell one receiver, in its order among those of the same ticket."""

    id: int
    key: str
    """The same at each attempt: a receiver that has seen it may ignore it."""
    reference: str
    desk: str
    kind: DeliveryKind
    created: datetime
    message: int | None = None
    state: DeliveryState = DeliveryState.DUE
    attempts: int = 0
    due: datetime | None = None
    error: str = ""


# --- figures -----------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a session of the contact form ended; a session has exactly one."""

    CONFIRMED = "confirmed"
    REVOKED = "revoked"
    """Confirmed, but the same visitor wrote about the same soon after."""
    SUBMITTED = "submitted"
    POTENTIAL = "potential"
    """A suggestion was opened, and no ticket came within the window."""
    ABANDONED = "abandoned"
    UNDECIDED = "undecided"
    """The window is still open."""


@dataclass(frozen=True, slots=True)
class ContactSession:
    """One session of the contact form: nothing of what was written, and nobody's name."""

    key: str
    day: date
    lang: str
    category: str
    shown: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    outcome: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    """How well what was shown last matched the message: what confidence is computed from."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with its 95 % interval after Wilson; ``headline`` marks the one to quote."""

    name: str
    definition: str
    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None
    headline: bool = False


@dataclass(frozen=True, slots=True)
class DeflectionReport:
    """The contact form's sessions since a day, counted by outcome, and the shares that follow."""

    since: date | None
    until: date
    window: int
    """Days within which a return of the same visitor counts."""
    sessions: int
    shown: int
    outcomes: Mapping[Outcome, int]
    figures: tuple[Figure, ...]
