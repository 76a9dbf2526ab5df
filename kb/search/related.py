"""The pages most like a page: found by searching for what it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from kb.index.generation import Generation
from kb.model import Card, Document, Kind, Query
from kb.search.searcher import Searcher

_LEAST_RELATED = 0.06
"""TF-IDF cosine: what is less alike only fills a list."""

_CLOSEST = 20
"""Documents of both kinds that one ranking finds for a page: two would take twice as long."""

_REMEMBERED = 20_000


class RelatedPages:
    """Finds them in the newest index, once for each page."""

    def __init__(self, reader: Callable[[], Generation], searcher: Searcher) -> None:
        self._reader = reader
        self._searcher = searcher
        self._close = lru_cache(maxsize=_REMEMBERED)(self._find)

    def of(self, document_id: str, limit: int, kind: Kind | None) -> tuple[Card, ...]:
        """The documents in the same language most like this one.

        :raises NotFound: there is none with that id.
        """
        reader = self._reader()
        close = self._close(reader.path.name, document_id, None)
        found = tuple(card for card in close if kind in {None, card.kind})
        if kind and close and not found and reader.catalogue.recent(close[0].lang, kind, 1):
            found = self._close(
                reader.path.name, document_id, kind
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
        gist = _gist(document)
        query = Query(gist, lang=document.lang, kind=kind, only_lang=True, limit=_CLOSEST + 1, by_words=True)
        close = [c.id for c in self._searcher.rank(query).candidates if c.cosine >= _LEAST_RELATED]
        return tuple(reader.catalogue.card(i) for i in close if i != document_id)[:_CLOSEST]


def _gist(document: Document) -> str:
    """What a document is about, as a query."""
    opening = "" if document.summary else " ".join(section.text for section in document.sections[:2])[:200]
    return "\n".join((document.title, *document.questions[:3], document.summary, opening))
