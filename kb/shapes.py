"""The JSON that programs read: one shape for a search and one for suggestions, from the command line and the site."""

from __future__ import annotations

from typing import Any

from kb.model import Hit, Kind, SearchResult, Snippet, Suggestion, Suggestions


def search_shape(result: SearchResult) -> dict[str, Any]:
    """A page of hits; each with its matches where the query asked to explain."""
    return {
        "query": result.query.text,
        "total": result.total,
        "hits": [_hit_shape(hit, explain=result.query.explain) for hit in result.hits],
        "did_you_mean": result.did_you_mean or None,
        "corrected": result.corrected,
        "lang": result.lang,
        "nearest": result.nearest,
        "counts": {kind.value: count for kind, count in result.counts.items()},
        "expansions": [{"kind": e.kind.value, "typed": e.typed, "used": e.used} for e in result.expansions],
    }


def suggestions_shape(found: Suggestions) -> dict[str, Any]:
    """What the contact form may show."""
    return {
        "suggestions": [_suggestion_shape(suggestion) for suggestion in found.suggestions],
        "abstained": found.abstained,
    }


def _hit_shape(hit: Hit, *, explain: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "kind": hit.kind.value,
        "lang": hit.lang,
        "topic": hit.topic,
        "score": hit.score,
        "section": {"title": hit.section.title, "anchor": hit.section.anchor},
        "snippet": _snippet_shape(hit.snippet),
        "updated": hit.updated.isoformat() if hit.updated else None,
    }
    if hit.kind is Kind.THREAD:
        newer = hit.newer_article
        shape |= {
            "votes": hit.votes,
            "accepted": hit.accepted,
            "answers": hit.answers,
            "newer_article": newer and {"id": newer.id, "title": newer.title, "url": newer.url},
        }
    if explain:
        shape["matches"] = [
            {"term": m.term, "field": m.field, "score": m.score, "typed": m.typed or None}
            for m in hit.matches
        ]
    if hit.scores:
        shape["scores"] = {"words": hit.scores.words, "meaning": hit.scores.meaning}
    return shape


def _suggestion_shape(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": suggestion.id,
        "title": suggestion.title,
        "url": suggestion.url,
        "confidence": suggestion.confidence,
        "snippet": _snippet_shape(suggestion.snippet),
    }


def _snippet_shape(snippet: Snippet) -> dict[str, Any]:
    """A snippet with its spans as pairs of character offsets."""
    return {"text": snippet.text, "spans": snippet.spans}
