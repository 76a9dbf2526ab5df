"""The engine protocol: what the search needs of any index, and the values that cross the boundary.

Engines match and score. Parsing, priors, snippets and suggestions are shared code above them, so that another
engine changes no feature. Terms reach the engine already analysed, so that every engine agrees on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.index.shown import Shown
from kb.model import Card, Document, IndexStatus, Kind, Topic

Floats = NDArray[np.float32]

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of the query language; ``terms`` are analysed and, if several, must stand in this order."""

    terms: tuple[str, ...]
    field: str = ""
    """``title``, ``tag``, or empty for anywhere."""
    prefix: bool = False
    """The last term may go on: ``prefix*``."""
    negated: bool = False


class Meaning(Protocol):
    """What a query means, and how that joins what its words say."""

    @property
    def fingerprint(self) -> str:
        """The model that says so: its vectors compare only with its own."""

    @property
    def vector(self) -> Floats:
        """Of length 1."""

    @property
    def least_lead(self) -> float:
        """How far the cosine of a document must be above the average to be found though it shares no word."""

    def fused(self, words: Floats, nearness: Floats, coverage: Floats, documents: int) -> Floats:
        """One score for each of some documents, of what was found of each.

        :param words: the score of the words.
        :param nearness: how near it is in meaning: 0 for the average document of the language, 1 for the nearest.
        :param coverage: the share of the query's information that its own words cover.
        :param documents: how many documents the language has.
        """


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What to look for in the documents of one language."""

    lang: str
    terms: tuple[str, ...]
    text: str = ""
    """The words as typed, for what is compared character by character."""
    clauses: tuple[Clause, ...] = ()
    """Conditions every result meets; none for plain words."""
    kind: Kind | None = None
    topic: str = ""
    limit: int = 10
    """0 only counts: nothing is compared."""
    meaning: Meaning | None = None
    """Used where the index holds vectors of the language made by the same model."""


class Facts(NamedTuple):
    """What is known of a document before anything is asked, and ranking weighs beyond the score."""

    id: str = ""
    boost: float = 1.0
    votes: int = 0
    accepted: bool = False


_NOTHING_SPECIAL = Facts()


class Affinity(NamedTuple):
    """How far a message and a document are about the same, by vectors of their words."""

    closest: float
    """The cosine of the message and the stretch of the document that is closest to it."""
    second: float
    """That of the second closest; 0 where there is but one."""
    known: float
    """The share of the message's information whose words were known."""


class Candidate(NamedTuple):
    """A document that matches, before priors. ``score`` is at most 1 for the best of each scorer."""

    ordinal: int
    id: str
    score: float
    cosine: float
    """TF-IDF cosine of the characters of query and document, in [0, 1]: comparable between queries."""
    coverage: float
    """The share of the query's information (IDF mass) that the document's own words cover, in [0, 1]."""
    evidence: float
    """That information itself: the summed IDF of the query's words that occur in the document."""
    words: float = 0.0
    """The score of the words alone, where meaning was weighed in."""
    closeness: float | None = None
    """The cosine of query and nearest passage, where meaning was weighed in."""
    runner_up: float = 0.0
    """That of its second nearest passage; 0 where it has but one."""
    section: int = -1
    """The section of that passage; -1 where it is the title, a question or the summary."""
    facts: Facts = _NOTHING_SPECIAL
    affinity: Affinity | None = None
    """Of a message, in a language whose words have vectors."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Candidates, best first, ties by id; and how many documents match, by kind before the kind filter."""

    candidates: tuple[Candidate, ...]
    counts: Mapping[Kind, int]


class Token(NamedTuple):
    """A matched word of a document: which passage it stands in and where, in characters."""

    term: str
    """The query's term; the word in the document may be one close to it."""
    weight: float
    """How much the word says (IDF)."""
    field: str
    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a rebuild found to do."""

    generation: str
    added: int
    updated: int
    unchanged: int
    removed: int


class IndexReader(Protocol):
    """An index at one moment: what a request holds from its beginning to its end."""

    @property
    def generation(self) -> str:
        """Names it: while the name is the same, so is every answer."""

    def retrieve(self, retrieval: Retrieval) -> Retrieved:
        """The documents of one language that match, scored."""

    def document(self, document_id: str) -> Document:
        """A document as it was indexed, with its page.

        :raises NotFound: there is none with that id.
        """

    def shown(self, ordinals: Iterable[int]) -> Sequence[Shown]:
        """What hits show of the documents with these ordinals, in their order."""

    def languages(self) -> tuple[str, ...]:
        """The languages that have documents, those with most documents first."""

    def has_meaning(self, lang: str) -> bool:
        """Whether a query's meaning can be compared with a language's documents."""

    def known_share(self, lang: str, terms: Sequence[str]) -> float:
        """The share of the terms' information whose words a language's documents know, in [0, 1]."""

    def coverage(self, lang: str, texts: Sequence[Sequence[str]], ordinals: Sequence[int]) -> list[float]:
        """How much of the terms' information each document covers of the text that it covers best, in [0, 1]."""

    def affinity(self, lang: str, terms: Sequence[str], ordinals: Sequence[int]) -> Sequence[Affinity | None]:
        """How far a message and each document are about the same.

        None where the language's words, or all words of the message, have no vectors.
        """

    def matched_tokens(
        self, lang: str, ordinals: Sequence[int], terms: Sequence[str]
    ) -> Sequence[Sequence[Token]]:
        """Where these terms, and words close to them, stand in each of a language's documents, in reading order."""

    def titles(self, lang: str, whole: Sequence[str], last: str, limit: int) -> tuple[Card, ...]:
        """Documents of a language whose titles hold the folded words typed, the last of which may go on."""

    def vocabulary(self, prefix: str, lang: str, limit: int) -> tuple[str, ...]:
        """Indexed terms that begin with ``prefix``, the most frequent first."""

    def frequency(self, lang: str, term: str) -> int:
        """How many documents of a language hold a term."""

    def close_words(self, lang: str, word: str, edits: int) -> tuple[str, ...]:
        """Words of a language, as written, within so many edits of ``word``."""

    def status(self) -> IndexStatus:
        """What is being served."""


class SearchEngine(Protocol):
    """An index of documents."""

    def rebuild(
        self,
        documents: Iterable[Document],
        progress: Progress | None = None,
        *,
        topics: Sequence[Topic] | None = None,
        folders: Sequence[str] = (),
    ) -> BuildReport:
        """Index exactly these documents.

        Readers keep the old index until the new one is whole. Topics that are not given stay as they are.

        :raises IndexLocked: another process is building.
        """

    def update(
        self,
        documents: Iterable[Document],
        gone: Iterable[str] = (),
        progress: Progress | None = None,
        *,
        since: str = "",
        topics: Sequence[Topic] | None = None,
        folders: Sequence[str] | None = None,
    ) -> BuildReport:
        """Index these documents, take away those that are ``gone``, and leave all others as they are.

        :param since: the index that is updated, if not whichever is in use.
        :raises IndexLocked: another process is building.
        :raises IndexReplaced: that index is not in use, or cannot be built on.
        """

    def reader(self) -> IndexReader:
        """The newest whole index.

        :raises IndexMissing: nothing was indexed yet.
        """
