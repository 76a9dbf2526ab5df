"""The nouns of the knowledge base: frozen values, no I/O, no behaviour beyond what the values imply.

Over 300 lines because every layer shares these nouns, and reading them together is how one learns the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Kind(StrEnum):
    """Who stands behind a document: the support team (article) or the community (thread)."""

    ARTICLE = "article"
    THREAD = "thread"


class Status(StrEnum):
    """Whether readers may see an article."""

    DRAFT = "draft"
    PUBLISHED = "published"


# --- content -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the plain text under it, up to the next heading; the part before any heading has no title."""

    title: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a writer should mend, said as ``path:line: what is wrong and what to do``."""

    path: str
    line: int
    message: str
    left_out: bool = True
    """Whether the file (or record) was left out because of it; otherwise it is only a warning."""
    rule: str = ""
    """Which kind of problem it is, in a word: ``front-matter``, ``broken-link``, ``image``; empty for the rest."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """An image an article shows: its public name (content hash and extension) and where its bytes are."""

    name: str
    source: Path


@dataclass(frozen=True, slots=True)
class Article:
    """One official help article, rendered."""

    id: str
    """``<lang>/<topic>/<slug>``; translations share topic and slug."""
    lang: str
    topic: str
    slug: str
    title: str
    html: str
    """Sanitised HTML, ready to be served; headings carry anchors, links and images are resolved."""
    sections: tuple[Section, ...]
    content_hash: str
    """Changes whenever anything that shaped this value changes; equal hashes mean equal articles."""
    source: str
    """The file, relative to the folder it was loaded from, with forward slashes."""
    summary: str = ""
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    """Other ways people ask what this article answers."""
    updated: date | None = None
    review_by: date | None = None
    owner: str = ""
    status: Status = Status.PUBLISHED
    boost: float = 1.0
    redirect_from: tuple[str, ...] = ()
    evergreen: bool = False
    extra: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """Front matter keys of other systems, kept as they were (JSON values)."""

    @property
    def url(self) -> str:
        return f"/articles/{self.id}"

    @property
    def old_urls(self) -> tuple[str, ...]:
        """What ``redirect_from`` means: ``/any/path``, or ``topic/slug`` of where it once stood in its language."""
        paths = (old if old.startswith("/") else f"articles/{self.lang}/{old}" for old in self.redirect_from)
        return tuple("/" + path.strip("/").lower() for path in paths)


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply in a forum thread."""

    id: str
    author: str
    html: str
    text: str
    votes: int = 0
    accepted: bool = False
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ForumThread:
    """A question asked in the community and its answers, accepted first, then by votes."""

    id: str
    lang: str
    title: str
    html: str
    text: str
    content_hash: str
    topic: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    created: datetime | None = None
    original_url: str = ""
    votes: int = 0
    answers: tuple[Answer, ...] = ()

    @property
    def url(self) -> str:
        return f"/community/{self.id}"

    @property
    def accepted_answer(self) -> Answer | None:
        return next((answer for answer in self.answers if answer.accepted), None)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a group of articles and threads is about, in one language; ``order`` is its place among topics."""

    lang: str
    slug: str
    title: str
    description: str = ""
    order: int = 1000
    articles: int = 0
    threads: int = 0

    @property
    def url(self) -> str:
        return f"/topics/{self.lang}/{self.slug}"


@dataclass(frozen=True, slots=True)
class LoadedContent:
    """What a folder of Markdown gave: everything readable, and what was wrong with the rest."""

    articles: tuple[Article, ...]
    topics: tuple[Topic, ...]
    media: tuple[MediaFile, ...]
    problems: tuple[Problem, ...]
    sources: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """The article's id by the file it came from: ``<place of the folder>/<relative path>``."""


# --- index -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed: an article or a thread, reduced to the text that can match and the facts that filter."""

    id: str
    """Unique over both kinds: an article's id, or ``community/<thread id>``."""
    kind: Kind
    lang: str
    topic: str
    url: str
    title: str
    sections: tuple[Section, ...]
    content_hash: str
    summary: str = ""
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    updated: date | None = None
    boost: float = 1.0
    votes: int = 0
    accepted: bool = False
    page: Article | ForumThread | None = None
    """The page this document stands for, stored beside it so that a request needs no second source."""

    @property
    def card(self) -> Card:
        """The document as it stands in a list."""
        return Card(
            id=self.id,
            kind=self.kind,
            lang=self.lang,
            topic=self.topic,
            url=self.url,
            title=self.title,
            summary=self.summary,
            updated=self.updated,
            votes=self.votes,
            accepted=self.accepted,
            answers=len(self.page.answers) if isinstance(self.page, ForumThread) else 0,
        )


@dataclass(frozen=True, slots=True)
class Card:
    """A document in a list: enough to show a link to it, read without loading the page."""

    id: str
    kind: Kind
    lang: str
    topic: str
    url: str
    title: str
    summary: str = ""
    updated: date | None = None
    votes: int = 0
    accepted: bool = False
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles before and after one in its topic."""

    previous: Card | None
    next: Card | None


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run of the indexer did. Durations in seconds."""

    generation: str
    articles: int
    threads: int
    changed: int
    reused: int
    removed: int
    problems: tuple[Problem, ...]
    seconds: float
    drafts: int = 0
    """Articles that are not published, so not indexed."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The generation being served."""

    generation: str
    built: datetime
    documents: int
    articles: int
    threads: int
    languages: Mapping[str, int]
    """Documents per language."""
    bytes: int
    terms: int
    vectors: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    """Vectors of passages per language that has any."""
    model: str = ""
    """The fingerprint of the sentence encoder that made them."""


@dataclass(frozen=True, slots=True)
class MeaningStatus:
    """What the sentence encoder does for searches. The counts are those of the process that is asked."""

    state: str = "off"
    """``off`` where none is used, ``ok``, or why searches go on by words alone and what to do."""
    model: str = ""
    """The name of its folder."""
    answered: int = 0
    """Questions whose meaning was known in time."""
    late: int = 0
    """Questions searched by words alone, since the encoder took too long."""
    refused: int = 0
    """Questions searched by words alone, since too many were waiting for it."""

    @property
    def is_wanting(self) -> bool:
        """Whether a model is set and does not answer."""
        return self.state not in {"off", "ok"}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of forum threads did."""

    added: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]


# --- search ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """A search as asked. ``lang`` is the reader's language: its documents come first."""

    text: str
    lang: str = ""
    kind: Kind | None = None
    topic: str = ""
    only_lang: bool = False
    """Leave documents in other languages out instead of offering them after."""
    offset: int = 0
    limit: int = 10
    explain: bool = False
    exact: bool = False
    """Search for exactly what was typed: no correction."""
    by_words: bool = False
    """Leave out what the words mean, even where a model could say."""
    within: str = ""
    """The one language to look in, whatever language the words are of."""


class Span(NamedTuple):
    """A matched stretch ``[start, end)`` of a snippet, in characters."""

    start: int
    end: int


class Snippet(NamedTuple):
    """Plain text taken from a document with the matched stretches; spans are sorted and do not overlap."""

    text: str
    spans: tuple[Span, ...] = ()


class SectionLink(NamedTuple):
    """The section a hit should open at; an empty anchor is the top of the page."""

    title: str
    anchor: str


class ExpansionKind(StrEnum):
    """Why something was searched for that was not typed."""

    SYNONYM = "synonym"
    COMPOUND = "compound"
    """Two words typed that are also written as one."""
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Expansion:
    """What was searched for beside, or instead of, what was typed."""

    kind: ExpansionKind
    typed: str
    used: str


@dataclass(frozen=True, slots=True)
class TermMatch:
    """Why a hit was found: a query term, the field it matched in, and how much it says (IDF)."""

    term: str
    field: str
    score: float
    typed: str = ""
    """What was typed, where the term comes from a synonym, a compound or a correction."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the two parts of a score said, before they were weighed against each other."""

    words: float
    """The score of the words alone, at most 1."""
    meaning: float
    """The cosine of the question and the closest passage, in [-1, 1]."""


class Hit(NamedTuple):
    """A document found, ranked and explained."""

    id: str
    kind: Kind
    lang: str
    topic: str
    url: str
    title: str
    score: float
    section: SectionLink
    snippet: Snippet
    updated: date | None = None
    votes: int = 0
    accepted: bool = False
    answers: int = 0
    matches: tuple[TermMatch, ...] = ()
    """Filled when the query asked to explain."""
    scores: Scores | None = None
    """Filled when the query asked to explain and its meaning was weighed in."""
    newer_article: Card | None = None
    """Of a thread: the official article on the same question that is newer than its accepted answer."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits and the numbers around it."""

    query: Query
    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[Kind, int]
    """Matching documents per kind, before the kind filter: the numbers on the tabs."""
    did_you_mean: str = ""
    """A better spelling, offered, or already searched for."""
    corrected: bool = False
    """Whether the hits are those of ``did_you_mean`` instead of the text typed: no document has what was typed."""
    lang: str = ""
    """The language that was searched first: hits in another one are to be labelled."""
    nearest: bool = False
    """Whether nothing matches, and the hits are only the nearest there are; ``total`` is then 0."""
    expansions: tuple[Expansion, ...] = ()
    """The synonyms, compounds and corrections that were used."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A title offered while the query is being typed."""

    title: str
    url: str
    kind: Kind
    lang: str


# --- support -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A message being written in the contact form."""

    subject: str
    body: str
    name: str = ""
    email: str = ""
    lang: str = "en"
    idempotency_key: str = ""
    """Random per form; the same key twice is one ticket."""
    category: str = ""
    """What the writer says it is about: the id of a category of ``contact.toml``."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A document that probably answers a draft. ``confidence`` is a calibrated probability in [0, 1]."""

    id: str
    kind: Kind
    lang: str
    title: str
    url: str
    confidence: float
    section: SectionLink
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the contact form may show: confident suggestions, best first, or none."""

    suggestions: tuple[Suggestion, ...]
    confidence: float = 0.0
    """The calibrated probability that one of the first three answers; 0 where there are none."""
    features: Mapping[str, float] = field(default_factory=dict)
    """What it was computed from."""

    @property
    def abstained(self) -> bool:
        return not self.suggestions


class TicketStatus(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    WAITING = "waiting"
    """For the requester to answer."""
    SOLVED = "solved"
    CLOSED = "closed"
    """By the requester."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A stored request for help."""

    reference: str
    created: datetime
    subject: str
    body: str
    name: str
    email: str
    lang: str
    access_key: str = ""
    """192 random bits: whoever has them may read the ticket, add to it and close it."""
    category: str = ""
    queue: str = ""
    urgent: bool = False
    status: TicketStatus = TicketStatus.OPEN
    assignee: str = ""
    held: bool = False
    """Waits for a person to look before anything is sent because of it."""
    masked: tuple[str, ...] = ()
    """The kinds of secrets that were taken out before it was stored."""
    consent: str = ""
    """Which version of the privacy sentence stood beside the form."""
    updated: datetime | None = None
