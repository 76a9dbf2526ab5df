"""Hits as they are shown: the document, the stretch that shows why it was found, and on demand each matched word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kb.index.engine import Candidate, IndexReader, Token
from kb.index.shown import Shown
from kb.model import NOTHING, Card, Expansion, Hit, Scores, TermMatch
from kb.search.phrases import Phrases
from kb.search.snippets import excerpt
from kb.text.analyzer import analyzer


def hits(
    reader: IndexReader,
    candidates: Sequence[Candidate],
    terms: Mapping[str, Sequence[str]],
    phrases: Mapping[str, Phrases],
    expansions: Iterable[Expansion] | None = None,
    newer: Mapping[str, Card] = NOTHING,
) -> tuple[Hit, ...]:
    """Candidates as they are shown.

    :param terms: the query's terms, by language.
    :param phrases: of these, those that are shown only where they stand together.
    :param expansions: where given, hits are explained: each lists its matched words and its scores.
    :param newer: by id of a thread, the newer article on the same question.
    """
    documents = reader.shown(candidate.ordinal for candidate in candidates)
    found = []
    for candidate, document, tokens in zip(
        candidates, documents, _matched(reader, candidates, documents, terms), strict=True
    ):
        several = phrases.get(document.lang)
        shown = excerpt(document, several.marked(tokens) if several else tokens, candidate.section)
        found.append(
            Hit(
                id=document.id,
                kind=document.kind,
                lang=document.lang,
                topic=document.topic,
                url=document.url,
                title=document.title,
                score=round(candidate.score, 6),
                section=shown.section,
                snippet=shown.snippet,
                updated=document.updated,
                votes=document.votes,
                accepted=document.accepted,
                answers=document.answers,
                newer_article=newer.get(document.id),
                matches=() if expansions is None else _matches(tokens, _typed(expansions, document.lang)),
                scores=None if expansions is None else _scores(candidate),
            )
        )
    return tuple(found)


def _matched(
    reader: IndexReader,
    candidates: Sequence[Candidate],
    documents: Sequence[Shown],
    terms: Mapping[str, Sequence[str]],
) -> list[Sequence[Token]]:
    """The matched tokens of each document: those of one language are read together."""
    found: list[Sequence[Token]] = [()] * len(documents)
    for lang in {document.lang for document in documents}:
        own = [place for place, document in enumerate(documents) if document.lang == lang]
        tokens = reader.matched_tokens(
            lang, [candidates[place].ordinal for place in own], terms.get(lang, ())
        )
        for place, each in zip(own, tokens, strict=True):
            found[place] = each
    return found


def _scores(candidate: Candidate) -> Scores | None:
    """What words and meaning each said; None where words alone were asked."""
    if candidate.closeness is None:
        return None
    return Scores(round(candidate.words, 4), round(candidate.closeness, 4))


def _typed(expansions: Iterable[Expansion], lang: str) -> dict[str, str]:
    """What was typed for each term that was not."""
    return {term: each.typed for each in expansions for term in analyzer(lang).terms(each.used)}


def _matches(tokens: Sequence[Token], typed: Mapping[str, str]) -> tuple[TermMatch, ...]:
    """The matched terms by field, those that say most first."""
    scores: dict[tuple[str, str], float] = {}
    for token in tokens:
        key = (token.term, token.field)
        scores[key] = max(scores.get(key, 0.0), token.weight)
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        TermMatch(term, field, round(score, 4), typed.get(term, "")) for (term, field), score in ordered
    )
