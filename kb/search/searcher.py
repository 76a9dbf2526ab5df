"""The search pipeline: parse → retrieve → rank → excerpt. Every way into search goes through here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.index.engine import Candidate, IndexReader, Retrieval
from kb.model import Card, Completion, Expansion, Hit, Kind, Query, SearchResult
from kb.search.codes import terms_of
from kb.search.completion import complete
from kb.search.hits import hits
from kb.search.keyboards import in_cyrillic, other_layout, unknown_words
from kb.search.languages import CLEARLY_ANOTHER
from kb.search.meaning import QueryMeaning, QuestionEncoder, meaning_of
from kb.search.message import weighed
from kb.search.query import LONGEST, ParsedQuery, clauses, printable
from kb.search.ranking import rank
from kb.search.reading import ReadQuery, read_query, read_words
from kb.search.spelling import Correction, correct
from kb.search.synonyms import Synonyms
from kb.search.trust import NewerArticles
from kb.search.variants import retrieve_any, variants
from kb.text.analyzer import analyzer
from kb.text.small_talk import asking

_SPARE = 2
"""Candidates fetched for each one shown, so that priors can lift one that scored just below."""
_OF_OTHERS = 200
"""Candidates fetched of another language at least, so that every page counts the same translations out."""
_MOST_ENDINGS = 8
"""Terms that a prefix stands for in the ranking."""

_REMEMBERED = 100
"""Pages of hits, 15 kB each, for whoever turns a page and comes back: the site keeps more, as they are sent."""
_LONGEST_REMEMBERED = 200
_MOST_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first, of one language after another; and how many documents match, by kind."""

    candidates: tuple[Candidate, ...]
    counts: Mapping[Kind, int]
    langs: tuple[str, ...]
    """The languages searched, the reader's first."""
    terms: Mapping[str, tuple[str, ...]]
    """The query's terms, by language, and those of its synonyms."""
    expansions: tuple[Expansion, ...] = ()
    conditional: bool = False
    """Whether every candidate meets a condition of the query."""
    is_missing: bool = False
    """Whether it asks for a code that no document holds, though they hold others of its kind."""


@dataclass(frozen=True, slots=True)
class MessageRanking:
    """Candidates for a message, best first, and the index they were found in."""

    candidates: tuple[Candidate, ...]
    terms: Mapping[str, tuple[str, ...]]
    reader: IndexReader

    def hits(self, candidates: Sequence[Candidate]) -> tuple[Hit, ...]:
        """Some of the candidates as they are shown."""
        return hits(self.reader, candidates, self.terms)


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
        self._newer = NewerArticles(self._rank)
        self._known = lru_cache(maxsize=_REMEMBERED)(self._found)

    def search(self, query: Query) -> SearchResult:
        """One page of hits; of a query that was asked before, the same one.

        :raises IndexMissing: nothing was indexed yet.
        """
        return self._known(self.edition, query) if self.remembers(query) else self._found(None, query)

    @property
    def edition(self) -> Hashable:
        """While it is the same, so is the answer to each query that is remembered.

        :raises IndexMissing: nothing was indexed yet.
        """
        return (self._reader().generation, self._synonyms.edition())

    def remembers(self, query: Query) -> bool:
        """Whether the answer to a query is kept; another one, the next may differ from."""
        return (
            self._questions is None  # its answer may come too late, and in time the next time
            and not query.explain
            and len(query.text) <= _LONGEST_REMEMBERED
            and query.limit <= _MOST_REMEMBERED
        )

    def _found(self, edition: Hashable, query: Query) -> SearchResult:  # noqa: ARG002 - a key of what is remembered
        """One page of hits: of what was surely meant, where that finds any."""
        reader = self._reader()
        read = self._read(reader, query)
        better = None if query.exact else self._correction(reader, query, read.langs)
        if better and better.certain:
            corrected = self._rank(reader, replace(query, text=better.text))
            if corrected.candidates:
                told = replace(corrected, expansions=(*better.expansions, *corrected.expansions))
                return self._page(reader, query, told, better, corrected=True)
        return self._page(reader, query, self._rank_read(reader, query, read), better, corrected=False)

    def _correction(self, reader: IndexReader, query: Query, langs: Sequence[str]) -> Correction | None:
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
        trusted = self._newer.trusted(reader, found.candidates, end)
        explained = found.expansions if query.explain else None
        shown = trusted.candidates[query.offset : end]
        return SearchResult(
            query=query,
            total=counts[query.kind] if query.kind else sum(counts.values()),
            hits=hits(reader, shown, found.terms, explained, trusted.newer),
            counts=counts,
            did_you_mean=better.text if better else "",
            corrected=corrected,
            lang=found.langs[0] if found.langs else "",
            nearest=nearest,
            expansions=found.expansions,
        )

    def rank(self, query: Query) -> Ranking:
        """Only the ranking, without snippets: what evaluation and suggestions read."""
        return self._rank(self._reader(), query)

    def rank_message(self, query: Query) -> MessageRanking:
        """The candidates for a message, in its own language, weighed by its sentences.

        A message has no operators.
        """
        reader = self._reader()
        text = asking(query.text[:LONGEST])
        words = ParsedQuery(" ".join(printable(text).split()))
        query = replace(query, only_lang=True)
        ranking = self._rank_once(
            reader, query, read_words(reader, query, words, self._synonyms, self._default_lang)
        )
        candidates = ranking.candidates[: query.limit]
        if candidates:
            candidates = weighed(reader, ranking.langs[0], text, candidates)
        return MessageRanking(candidates, ranking.terms, reader)

    def complete(self, text: str, lang: str, limit: int) -> tuple[Completion, ...]:
        """Titles that hold the words typed, the last of which may go on."""
        return complete(self._reader(), text, lang, limit)

    def newer_article(self, thread_id: str) -> Card | None:
        """The official article that has come since a thread's accepted answer, and answers the same question."""
        return self._newer.of(self._reader(), thread_id)

    def _rank(self, reader: IndexReader, query: Query) -> Ranking:
        return self._rank_read(reader, query, self._read(reader, query))

    def _read(self, reader: IndexReader, query: Query) -> ReadQuery:
        return read_query(reader, query, self._synonyms, self._default_lang)

    def _rank_read(self, reader: IndexReader, query: Query, read: ReadQuery) -> Ranking:
        found = self._rank_once(reader, query, read)
        if not found.candidates and (loosened := read.with_refusals_only) != read:
            # a phrase that nothing holds: its words may still help
            return self._rank_once(reader, query, loosened)
        return found

    def _rank_once(self, reader: IndexReader, query: Query, read: ReadQuery) -> Ranking:
        parsed, langs, coded = read.parsed, read.langs, read.coded
        candidates: list[Candidate] = []
        counts = dict.fromkeys(Kind, 0)
        terms: dict[str, tuple[str, ...]] = {}
        expansions = [*coded.expansions]
        for lang in langs:
            if sum(counts.values()) >= query.limit:
                break  # only what does not fill a page is followed by other languages, whichever page is shown
            asked = _retrieval(reader, lang, parsed, query)
            terms[lang] = asked.terms
            if lang != langs[0]:
                if reader.known_share(lang, asked.terms) < CLEARLY_ANOTHER:
                    continue
                asked = replace(asked, limit=max(asked.limit, _OF_OTHERS))
            meaning = self._meaning(reader, lang, query, parsed)
            asked = replace(asked, meaning=meaning) if meaning else asked
            other_ways = variants(parsed.words, lang, self._synonyms.thesaurus(lang), reader)
            others = [
                replace(asked, terms=_terms(reader, lang, replace(parsed, words=v.words)), text=v.words)
                for v in other_ways
            ]
            expansions += [e for v in other_ways for e in v.expansions if e not in expansions]
            terms[lang] = tuple(dict.fromkeys(term for each in (asked, *others) for term in each.terms))
            found = retrieve_any(reader, asked, others)
            ranked = rank(found.candidates)
            counts = {kind: counts[kind] + found.counts[kind] for kind in Kind}
            if candidates:
                shown = {_work(candidate.id) for candidate in candidates}
                again = [c for c in ranked if _work(c.id) in shown]
                counts[Kind.ARTICLE] -= sum(bool(parsed.conditions) or _is_match(c) for c in again)
                ranked = tuple(c for c in ranked if _work(c.id) not in shown)
            candidates.extend(ranked)
        return Ranking(
            tuple(candidates),
            counts,
            tuple(terms),
            terms,
            tuple(expansions),
            bool(parsed.conditions),
            coded.is_missing,
        )

    def _meaning(
        self, reader: IndexReader, lang: str, query: Query, parsed: ParsedQuery
    ) -> QueryMeaning | None:
        """What a query means, where a language can compare it; a word still being typed means nothing."""
        if query.by_words or not reader.has_meaning(lang) or any(c.prefix for c in parsed.conditions):
            return None
        return meaning_of(parsed.words, self._questions)


def _is_only_near(reader: IndexReader, found: Ranking) -> bool:
    """Whether there are candidates, yet no document has the code asked for, or any word, or is close in meaning."""
    if found.is_missing or not found.candidates:
        return bool(found.candidates)
    return (
        not found.conditional
        and not any(reader.known_share(lang, terms) for lang, terms in found.terms.items())
        and all(candidate.words for candidate in found.candidates)
    )


def _is_match(candidate: Candidate) -> bool:
    """Whether a candidate has a word of the query, or was found by what the query means."""
    return candidate.evidence > 0 or not candidate.words


def _retrieval(reader: IndexReader, lang: str, parsed: ParsedQuery, query: Query) -> Retrieval:
    """What to ask of one language's documents."""
    return Retrieval(
        lang=lang,
        terms=_terms(reader, lang, parsed),
        text=parsed.words,
        clauses=clauses(parsed, analyzer(lang).terms),
        kind=query.kind,
        topic=query.topic,
        limit=_SPARE * (query.offset + query.limit),
    )


def _terms(reader: IndexReader, lang: str, parsed: ParsedQuery) -> tuple[str, ...]:
    """The terms that hits are ranked by; of ``prefix*`` the most frequent that it may go on to."""
    begun = [c.text.casefold() for c in parsed.conditions if c.prefix and not c.negated]
    endings = [term for prefix in begun for term in reader.vocabulary(prefix, lang, _MOST_ENDINGS)]
    return (*terms_of(parsed.words, lang, reader), *endings)


def _work(document_id: str) -> str:
    """What translations of one article have in common; a thread is only itself."""
    lang, _, rest = document_id.partition("/")
    return document_id if lang == "community" or not rest else rest
