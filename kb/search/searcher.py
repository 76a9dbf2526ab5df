"""The search pipeline: read → rank → page of hits. Every way into search goes through here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import lru_cache

from kb.index.engine import IndexReader
from kb.model import Card, Completion, Kind, Query, SearchResult
from kb.search.completion import complete
from kb.search.hits import hits
from kb.search.keyboards import in_cyrillic, other_layout, unknown_words
from kb.search.meaning import QuestionEncoder
from kb.search.newer_articles import NewerArticles
from kb.search.ranking import MessageRanking, Ranker, Ranking
from kb.search.spelling import Correction, correct
from kb.search.synonyms import Synonyms

_REMEMBERED = 100
"""Pages of hits, 15 kB each, for whoever turns a page and comes back: the site keeps more, as they are sent."""
_LONGEST_REMEMBERED = 200
_MOST_REMEMBERED = 20


class Searcher:
    """Searches the newest index. ``default_lang`` is taken where nothing tells the reader's language."""

    def __init__(
        self,
        reader: Callable[[], IndexReader],
        default_lang: str,
        questions: QuestionEncoder | None = None,
        synonyms: Synonyms | None = None,
    ) -> None:
        """:param questions: says what a question means, where a model is used."""
        self._reader = reader
        self._default_lang = default_lang
        self._questions = questions
        self._synonyms = synonyms or Synonyms(list, default_lang)
        self._ranker = Ranker(default_lang, self._synonyms, questions)
        self._newer = NewerArticles(self._ranker)
        self._known = lru_cache(maxsize=_REMEMBERED)(self._found)

    def search(self, query: Query) -> SearchResult:
        """One page of hits; of a query that was asked before, the same one.

        :raises IndexMissing: nothing was indexed yet.
        """
        return self._known(self.edition, query) if self.remembers(query) else self._found(None, query)

    @property
    def edition(self) -> Hashable:
        """What the answers depend on: while it is the same, so is the answer to each query that is remembered.

        :raises IndexMissing: nothing was indexed yet.
        """
        return (self._reader().generation, self._synonyms.edition())

    def remembers(self, query: Query) -> bool:
        """Whether the answer to a query is kept and given again."""
        return (
            self._questions is None  # its answer may come too late, and in time the next time
            and not query.explain
            and len(query.text) <= _LONGEST_REMEMBERED
            and query.limit <= _MOST_REMEMBERED
        )

    def _found(self, edition: Hashable, query: Query) -> SearchResult:  # noqa: ARG002 - a key of what is remembered
        """One page of hits: of what was surely meant, where that finds any."""
        reader = self._reader()
        read = self._ranker.read(reader, query)
        better = None if query.exact else self._correction(reader, query, read.langs)
        if better and better.certain:
            corrected = self._ranker.rank(reader, replace(query, text=better.text))
            if corrected.candidates:
                told = replace(corrected, expansions=(*better.expansions, *corrected.expansions))
                return self._page(reader, query, told, better, corrected=True)
        return self._page(reader, query, self._ranker.rank_read(reader, query, read), better, corrected=False)

    def _correction(self, reader: IndexReader, query: Query, langs: Sequence[str]) -> Correction | None:
        """What was probably meant: typed with another keyboard layout, misspelt, or in Latin for Cyrillic letters."""
        lang = langs[0] if langs else self._default_lang
        unknown = unknown_words(query.text, query.lang or self._default_lang, reader)
        return (
            other_layout(query.text, unknown, reader)
            or correct(query.text, lang, reader, self._synonyms.thesaurus(lang).knows)
            or in_cyrillic(query.text, unknown, reader)
        )

    def _page(
        self,
        reader: IndexReader,
        query: Query,
        found: Ranking,
        better: Correction | None,
        *,
        corrected: bool,
    ) -> SearchResult:
        """One page of a ranking."""
        nearest = _is_only_near(reader, found)
        counts = dict.fromkeys(Kind, 0) if nearest else found.counts
        end = query.offset + query.limit
        ordered = self._newer.reordered(reader, found.candidates, end)
        explained = found.expansions if query.explain else None
        shown = ordered.candidates[query.offset : end]
        return SearchResult(
            query=query,
            total=counts[query.kind] if query.kind else sum(counts.values()),
            hits=hits(reader, shown, found.terms, found.phrases, explained, ordered.newer),
            counts=counts,
            did_you_mean=better.text if better else "",
            corrected=corrected,
            lang=found.langs[0] if found.langs else "",
            nearest=nearest,
            expansions=found.expansions,
        )

    def rank(self, query: Query) -> Ranking:
        """Only the ranking, without snippets: what evaluation and suggestions read."""
        return self._ranker.rank(self._reader(), query)

    def rank_message(self, query: Query) -> MessageRanking:
        """The candidates for a message, in its own language, weighed by its sentences. It has no operators."""
        return self._ranker.rank_message(self._reader(), query)

    def complete(self, text: str, lang: str, limit: int) -> tuple[Completion, ...]:
        """Titles that hold the words typed, the last of which may go on."""
        return complete(self._reader(), text, lang, limit)

    def newer_article(self, thread_id: str) -> Card | None:
        """The official article that has come since a thread's accepted answer, and answers the same question."""
        return self._newer.of(self._reader(), thread_id)


def _is_only_near(reader: IndexReader, found: Ranking) -> bool:
    """Whether the candidates are only the nearest: without the code asked for, or without any word or the meaning."""
    if found.is_missing or not found.candidates:
        return bool(found.candidates)
    return (
        not found.conditional
        and not any(reader.known_share(lang, terms) for lang, terms in found.terms.items())
        and all(candidate.words for candidate in found.candidates)
    )
