"""The pages most like a page: what the index finds for what the page is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from kb.index.engine import Retrieval
from kb.index.generation import Generation
from kb.model import Card, Document, Kind
from kb.text.analyzer import analyzer

_LEAST_RELATED = 0.06
"""TF-IDF cosine: pages that are less alike would only fill a list."""

_SAME_QUESTION = 0.15
"""TF-IDF cosine above which two pages answer the same question. Of the sample's 51 threads and the official article
closest to each, 25 of the 28 above it answer the thread, 2 of the 23 below."""

_CLOSEST = 20
"""Documents found for a page, of both kinds together: a retrieval for each kind would take twice as long."""

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class _Close:
    """A page, and how alike it is."""

    card: Card
    cosine: float


class RelatedPages:
    """Finds related pages in the newest index, and remembers what it found for a page."""

    def __init__(self, reader: Callable[[], Generation]) -> None:
        self._reader = reader
        self._close = lru_cache(maxsize=_REMEMBERED)(self._find)

    def of(self, document_id: str, limit: int, kind: Kind | None) -> tuple[Card, ...]:
        """The documents in the same language most like this one.

        :raises NotFound: there is none with that id.
        """
        return tuple(close.card for close in self._of(document_id, kind)[:limit])

    def same_question(self, document_id: str, kind: Kind) -> Card | None:
        """The closest document of a kind; none where even that is about something else.

        :raises NotFound: there is none with that id.
        """
        closest = self._of(document_id, kind)[:1]
        return next((close.card for close in closest if close.cosine >= _SAME_QUESTION), None)

    def _of(self, document_id: str, kind: Kind | None) -> tuple[_Close, ...]:
        reader = self._reader()
        all_close = self._close(reader.generation, document_id, None)
        found = tuple(close for close in all_close if kind in {None, close.card.kind})
        if kind and all_close and not found and reader.catalogue.recent(all_close[0].card.lang, kind, 1):
            return self._close(
                reader.generation, document_id, kind
            )  # none among the closest, some further away
        return found

    def _find(
        self,
        generation: str,  # noqa: ARG002 - a key of the cache
        document_id: str,
        kind: Kind | None,
    ) -> tuple[_Close, ...]:
        reader = self._reader()
        document = reader.document(document_id)
        gist, lang = _gist(document), document.lang
        terms = tuple(analyzer(lang).terms(gist))
        about = Retrieval(lang, terms, gist, kind=kind, limit=_CLOSEST + 1)
        # votes say nothing of how alike two pages are: the order of the index stands
        found = reader.retrieve(about).candidates
        cosines = {c.id: c.cosine for c in found if c.cosine >= _LEAST_RELATED and c.id != document_id}
        cards = reader.catalogue.cards(list(cosines)[:_CLOSEST])
        return tuple(_Close(card, cosines[card.id]) for card in cards)


def _gist(document: Document) -> str:
    """What a document is about, as a query."""
    opening = "" if document.summary else " ".join(section.text for section in document.sections[:2])[:200]
    return "\n".join((document.title, *document.questions[:3], document.summary, opening))
