"""The pages most like a page: what the index finds for what the page is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from kb.index.engine import Retrieval
from kb.index.generation import Generation
from kb.model import Card, Document, Kind
from kb.text.analyzer import analyzer

_LEAST_RELATED = 0.06
"""TF-IDF cosine: what is less alike only fills a list."""

_CLOSEST = 20
"""Documents of both kinds that one retrieval finds for a page: two would take twice as long."""

_REMEMBERED = 20_000


class RelatedPages:
    """Finds them in the newest index, once for each page."""

    def __init__(self, reader: Callable[[], Generation]) -> None:
        self._reader = reader
        self._close = lru_cache(maxsize=_REMEMBERED)(self._find)

    def of(self, document_id: str, limit: int, kind: Kind | None) -> tuple[Card, ...]:
        """The documents in the same language most like this one.

        :raises NotFound: there is none with that id.
        """
        reader = self._reader()
        close = self._close(reader.generation, document_id, None)
        found = tuple(card for card in close if kind in {None, card.kind})
        if kind and close and not found and reader.catalogue.recent(close[0].lang, kind, 1):
            found = self._close(
                reader.generation, document_id, kind
            )  # none among the closest, but some further away
        return found[:limit]

    def _find(
        self,
        generation: str,  # noqa: ARG002 - a key of the cache
        document_id: str,
        kind: Kind | None,
    ) -> tuple[Card, ...]:
        reader = self._reader()
        document = reader.document(document_id)
        gist, lang = _gist(document), document.lang
        terms = tuple(analyzer(lang).terms(gist))
        about = Retrieval(lang, terms, gist, kind=kind, limit=_CLOSEST + 1)
        # votes say nothing of how alike two pages are: the order of the index stands
        found = reader.retrieve(about).candidates
        close = [c.id for c in found if c.cosine >= _LEAST_RELATED and c.id != document_id]
        return reader.catalogue.cards(close[:_CLOSEST])


def _gist(document: Document) -> str:
    """What a document is about, as a query."""
    opening = "" if document.summary else " ".join(section.text for section in document.sections[:2])[:200]
    return "\n".join((document.title, *document.questions[:3], document.summary, opening))
