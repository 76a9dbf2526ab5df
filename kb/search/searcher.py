"""The search pipeline: parse → retrieve → rank → excerpt. Every way into search goes through here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.index.engine import Candidate, IndexReader, Retrieval, Token
from kb.model import Completion, Document, ForumThread, Hit, Kind, Query, Scores, SearchResult, TermMatch
from kb.search.meaning import QueryMeaning, QuestionEncoder, meaning_of
from kb.search.query import LONGEST, ParsedQuery, clauses, parse_query, printable
from kb.search.ranking import rank
from kb.search.snippets import excerpt
from kb.search.spelling import corrected
from kb.text.analyzer import analyzer

_SPARE = 2
"""Candidates fetched for each one shown, so that priors can lift one that scored just below."""
_MOST_ENDINGS = 8
"""Terms that a prefix stands for in the ranking."""
_CLEARLY_ANOTHER = 0.3
"""How much more of a query another language must know before it is taken to be in that language."""

_SENTENCE_END = re.compile(r"[.!?…。！？\n]+(?=\s|$)")
_LEAST_TERMS = 4
"""Different terms of a sentence that can ask something; "Please help" asks nothing."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first, of one language after another; and how many documents match, by kind."""

    candidates: tuple[Candidate, ...]
    counts: Mapping[Kind, int]
    langs: tuple[str, ...]
    """The languages searched, the reader's first."""
    terms: Mapping[str, tuple[str, ...]]
    """The query's terms, by language."""


@dataclass(frozen=True, slots=True)
class MessageRanking:
    """Candidates for a message, best first, and the index they were found in."""

    candidates: tuple[Candidate, ...]
    terms: Mapping[str, tuple[str, ...]]
    reader: IndexReader

    def hit(self, candidate: Candidate) -> Hit:
        """A candidate as it is shown."""
        return _hit(self.reader, candidate, self.terms, explain=False)


class Searcher:
    """Searches the newest index. ``default_lang`` is taken where nothing tells the reader's language."""

    def __init__(
        self,
        reader: Callable[[], IndexReader],
        default_lang: str,
        questions: QuestionEncoder | None = None,
    ) -> None:
        """:param questions: says what a question means, where a model is used."""
        self._reader = reader
        self._default_lang = default_lang
        self._questions = questions

    def search(self, query: Query) -> SearchResult:
        """One page of hits.

        :raises IndexMissing: nothing was indexed yet.
        """
        reader = self._reader()
        found = self._rank(reader, query)
        lang = found.langs[0] if found.langs else self._default_lang
        better = "" if query.exact else corrected(query.text, lang, reader)
        is_corrected = bool(better) and not reader.known_share(lang, found.terms.get(lang, ()))
        if is_corrected:
            found = self._rank(reader, replace(query, text=better))
        page = found.candidates[query.offset : query.offset + query.limit]
        total = found.counts[query.kind] if query.kind else sum(found.counts.values())
        return SearchResult(
            query=query,
            total=total,
            hits=tuple(_hit(reader, candidate, found.terms, query.explain) for candidate in page),
            counts=found.counts,
            did_you_mean=better,
            corrected=is_corrected,
        )

    def rank(self, query: Query) -> Ranking:
        """Only the ranking, without snippets: what evaluation and suggestions read."""
        return self._rank(self._reader(), query)

    def rank_message(self, query: Query) -> MessageRanking:
        """The candidates for a message, in its own language, each with the coverage of its best covered sentence.

        A message has no operators, and asks in one or two of its sentences: the greeting and the story around
        them must not count against the document that answers.
        """
        reader = self._reader()
        words = ParsedQuery(" ".join(printable(query.text[:LONGEST]).split()))
        ranking = self._rank_parsed(reader, replace(query, only_lang=True), words)
        candidates = ranking.candidates[: query.limit]
        best = [candidate.coverage for candidate in candidates]
        for sentence in _SENTENCE_END.split(query.text[:LONGEST]) if candidates else ():
            terms = analyzer(ranking.langs[0]).terms(sentence)
            if len(set(terms)) >= _LEAST_TERMS:
                ordinals = [candidate.ordinal for candidate in candidates]
                best = list(map(max, best, reader.coverage(ranking.langs[0], terms, ordinals)))
        covered = (replace(c, coverage=share) for c, share in zip(candidates, best, strict=True))
        return MessageRanking(tuple(covered), ranking.terms, reader)

    def complete(self, text: str, lang: str, limit: int) -> tuple[Completion, ...]:
        """Titles that hold the words typed, the last of which may go on."""
        *whole, last = text.split()[-8:] or [""]
        last = last.strip('"*-:')
        if not last:
            return ()
        typed = " ".join(whole).replace(":", " ").replace('"', " ")
        reader = self._reader()
        titles = f"{typed} title:{last}*"
        found = self._rank(reader, Query(titles, lang=lang, limit=limit, only_lang=True))
        documents = (reader.document(candidate.id) for candidate in found.candidates[:limit])
        return tuple(Completion(d.title, d.url, d.kind, d.lang) for d in documents)

    def _rank(self, reader: IndexReader, query: Query) -> Ranking:
        parsed = parse_query(query.text)
        if query.within:
            parsed = replace(parsed, lang=query.within)
        found = self._rank_parsed(reader, query, parsed)
        if (
            parsed.conditions and not found.candidates
        ):  # a phrase that nothing holds: its words may still help
            return self._rank_parsed(reader, query, replace(parsed, conditions=()))
        return found

    def _rank_parsed(self, reader: IndexReader, query: Query, parsed: ParsedQuery) -> Ranking:
        langs = self._languages(reader, parsed, query.lang)
        if query.only_lang or parsed.lang:
            langs = langs[:1]
        wanted = query.offset + query.limit
        candidates: list[Candidate] = []
        counts = dict.fromkeys(Kind, 0)
        terms: dict[str, tuple[str, ...]] = {}
        for lang in langs:
            if len(candidates) >= wanted:
                break  # what the reader's own language does not fill is filled by the others
            terms[lang] = (*analyzer(lang).terms(parsed.words), *_begun(reader, lang, parsed))
            if terms and lang != langs[0] and reader.known_share(lang, terms[lang]) < _CLEARLY_ANOTHER:
                continue
            found = reader.retrieve(
                Retrieval(
                    lang=lang,
                    terms=terms[lang],
                    text=parsed.words,
                    clauses=clauses(parsed, analyzer(lang).terms),
                    kind=query.kind,
                    topic=query.topic,
                    limit=_SPARE * wanted,
                    meaning=self._meaning(reader, lang, query, parsed),
                )
            )
            ranked = rank(found.candidates, reader.facts([c.id for c in found.candidates]))
            shown = {_work(candidate.id) for candidate in candidates}
            candidates.extend(c for c in ranked if _work(c.id) not in shown)
            for kind, count in found.counts.items():
                counts[kind] += count
            counts[Kind.ARTICLE] -= sum(_work(c.id) in shown and _counted(c, parsed) for c in ranked)
        return Ranking(tuple(candidates), counts, tuple(terms), terms)

    def _meaning(
        self, reader: IndexReader, lang: str, query: Query, parsed: ParsedQuery
    ) -> QueryMeaning | None:
        """What a query means, where a language can compare it; a word still being typed means nothing."""
        if query.by_words or not reader.has_meaning(lang) or any(c.prefix for c in parsed.conditions):
            return None
        return meaning_of(parsed.words, self._questions)

    def _languages(self, reader: IndexReader, parsed: ParsedQuery, hint: str) -> list[str]:
        """The indexed languages in the order to search them, the query's own first."""
        if parsed.lang:
            return [parsed.lang]
        hint = hint or self._default_lang
        known = {
            lang: reader.known_share(lang, analyzer(lang).terms(parsed.words)) for lang in reader.languages()
        }
        ordered = sorted(known, key=lambda lang: (-known[lang], lang != hint))
        if ordered and hint in known and known[ordered[0]] - known[hint] < _CLEARLY_ANOTHER:
            ordered = [hint, *(lang for lang in ordered if lang != hint)]
        return ordered or [hint]


def _counted(candidate: Candidate, parsed: ParsedQuery) -> bool:
    """Whether a candidate is among the documents that match, not only close to what was asked."""
    return bool(parsed.conditions) or candidate.evidence > 0 or not candidate.words


def _begun(reader: IndexReader, lang: str, parsed: ParsedQuery) -> list[str]:
    """The most frequent terms that ``prefix*`` may go on to: what its hits are ranked by."""
    begun = [c.text.casefold() for c in parsed.conditions if c.prefix and not c.negated]
    return [term for prefix in begun for term in reader.vocabulary(prefix, lang, _MOST_ENDINGS)]


def _work(document_id: str) -> str:
    """What translations of one article have in common; a thread is only itself."""
    lang, _, rest = document_id.partition("/")
    return document_id if lang == "community" or not rest else rest


def _hit(reader: IndexReader, candidate: Candidate, terms: Mapping[str, Sequence[str]], explain: bool) -> Hit:
    document = reader.document(candidate.id)
    tokens = reader.matched_tokens(candidate.ordinal, terms.get(document.lang, ()))
    found = excerpt(document, tokens, candidate.section)
    return Hit(
        id=document.id,
        kind=document.kind,
        lang=document.lang,
        topic=document.topic,
        url=document.url,
        title=document.title,
        score=round(candidate.score, 6),
        section=found.section,
        snippet=found.snippet,
        updated=document.updated,
        votes=document.votes,
        accepted=document.accepted,
        answers=_answers(document),
        matches=_matches(tokens) if explain else (),
        scores=_scores(candidate) if explain else None,
    )


def _answers(document: Document) -> int:
    return len(document.page.answers) if isinstance(document.page, ForumThread) else 0


def _scores(candidate: Candidate) -> Scores | None:
    """What words and meaning each said; None where words alone were asked."""
    if candidate.closeness is None:
        return None
    return Scores(round(candidate.words, 4), round(candidate.closeness, 4))


def _matches(tokens: Sequence[Token]) -> tuple[TermMatch, ...]:
    """The matched terms by field, those that say most first."""
    scores: dict[tuple[str, str], float] = {}
    for token in tokens:
        key = (token.term, token.field)
        scores[key] = max(scores.get(key, 0.0), token.weight)
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple(TermMatch(term, field, round(score, 4)) for (term, field), score in ordered)
