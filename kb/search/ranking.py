"""Ranks a query: one language after another, a page that was found in one of them left out of the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kb.index.engine import Candidate, IndexReader, Retrieval
from kb.model import Expansion, Hit, Kind, Query
from kb.search.codes import terms_of
from kb.search.hits import hits
from kb.search.languages import CLEARLY_ANOTHER
from kb.search.meaning import QueryMeaning, QuestionEncoder, meaning_of
from kb.search.message import weighed
from kb.search.phrases import Phrases, phrases
from kb.search.priors import with_priors
from kb.search.query import LONGEST, ParsedQuery, clauses, printable
from kb.search.reading import ReadQuery, read_query, read_words
from kb.search.synonyms import Synonyms
from kb.search.variants import retrieve_any, variants
from kb.text.analyzer import analyzer
from kb.text.small_talk import asking

_SPARE = 2
"""Candidates fetched for each one shown, so that priors can lift one that scored just below."""
_LEAST_OF_OTHERS = 200
"""Candidates fetched of a language after the first, so that each page of hits leaves out the same translations."""
_MOST_ENDINGS = 8
"""Terms that a prefix stands for in the ranking."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first, of one language after another; and how many documents match, by kind."""

    candidates: tuple[Candidate, ...]
    counts: Mapping[Kind, int]
    langs: tuple[str, ...]
    """The languages searched, the reader's first."""
    terms: Mapping[str, tuple[str, ...]]
    """The query's terms, by language, and those of its synonyms."""
    phrases: Mapping[str, Phrases]
    """Its synonyms of several words, by language, where it has any."""
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
    phrases: Mapping[str, Phrases]
    reader: IndexReader

    def hits(self, candidates: Sequence[Candidate]) -> tuple[Hit, ...]:
        """Some of the candidates as they are shown."""
        return hits(self.reader, candidates, self.terms, self.phrases)


class Ranker:
    """Ranks queries. ``default_lang`` is taken where nothing tells the reader's language."""

    def __init__(self, default_lang: str, synonyms: Synonyms, questions: QuestionEncoder | None) -> None:
        """:param questions: says what a question means, where a model is used."""
        self._default_lang = default_lang
        self._synonyms = synonyms
        self._questions = questions

    def read(self, reader: IndexReader, query: Query) -> ReadQuery:
        """A query's words, conditions, codes and languages."""
        return read_query(reader, query, self._synonyms, self._default_lang)

    def rank(self, reader: IndexReader, query: Query) -> Ranking:
        """The ranking of a query in one index."""
        return self.rank_read(reader, query, self.read(reader, query))

    def rank_read(self, reader: IndexReader, query: Query, read: ReadQuery) -> Ranking:
        """The ranking of a query that was read; where nothing meets its conditions, that of its words."""
        found = self._rank(reader, query, read)
        if not found.candidates and (loosened := read.with_refusals_only) != read:
            # a phrase that nothing holds: its words may still help
            return self._rank(reader, query, loosened)
        return found

    def rank_message(self, reader: IndexReader, query: Query) -> MessageRanking:
        """The candidates for a message, in its own language, weighed by its sentences. It has no operators."""
        text = asking(query.text[:LONGEST])
        words = ParsedQuery(" ".join(printable(text).split()))
        query = replace(query, only_lang=True)
        read = read_words(reader, query, words, self._synonyms, self._default_lang)
        ranking = self._rank(reader, query, read)
        candidates = ranking.candidates[: query.limit]
        if candidates:
            candidates = weighed(reader, ranking.langs[0], text, candidates)
        return MessageRanking(candidates, ranking.terms, ranking.phrases, reader)

    def _rank(self, reader: IndexReader, query: Query, read: ReadQuery) -> Ranking:
        parsed, langs = read.parsed, read.langs
        candidates: list[Candidate] = []
        counts = dict.fromkeys(Kind, 0)
        terms: dict[str, tuple[str, ...]] = {}
        said_in_several: dict[str, Phrases] = {}
        expansions = [*read.coded.expansions]
        for lang in langs:
            if sum(counts.values()) >= query.limit:
                break  # only what does not fill a page is followed by other languages, whichever page is shown
            asked = _retrieval(reader, lang, parsed, query)
            terms[lang] = asked.terms
            if lang != langs[0]:
                if reader.known_share(lang, asked.terms) < CLEARLY_ANOTHER:
                    continue
                asked = replace(asked, limit=max(asked.limit, _LEAST_OF_OTHERS))
            meaning = self._meaning(reader, lang, query, parsed)
            asked = replace(asked, meaning=meaning) if meaning else asked
            other_ways = variants(parsed.words, lang, self._synonyms.thesaurus(lang), reader)
            others = [
                replace(asked, terms=_terms(reader, lang, replace(parsed, words=v.words)), text=v.words)
                for v in other_ways
            ]
            expansions += [e for v in other_ways for e in v.expansions if e not in expansions]
            terms[lang] = tuple(dict.fromkeys(term for each in (asked, *others) for term in each.terms))
            several = phrases(asked.terms, (e for v in other_ways for e in v.expansions), lang)
            if several:
                said_in_several[lang] = several
            found = retrieve_any(reader, asked, others)
            ranked = with_priors(found.candidates)
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
            said_in_several,
            tuple(expansions),
            conditional=bool(parsed.conditions),
            is_missing=read.coded.is_missing,
        )

    def _meaning(
        self, reader: IndexReader, lang: str, query: Query, parsed: ParsedQuery
    ) -> QueryMeaning | None:
        """What a query means, where a language can compare it; a word still being typed means nothing."""
        if query.by_words or not reader.has_meaning(lang) or any(c.prefix for c in parsed.conditions):
            return None
        return meaning_of(parsed.words, self._questions)


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
