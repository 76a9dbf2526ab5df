"""Synonyms of several words: where they stand together they say what was meant, and apart they say something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.index.engine import Token
from kb.model import Expansion, ExpansionKind
from kb.text.analyzer import analyzer

_APART = 8
"""Characters between two words that stand together: "accesso in due passaggi"."""
_LONGEST = 8
"""Words before and behind one that are looked at: a page may repeat them without end."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a query may mean in several words of one language, by their terms."""

    wholes: Sequence[frozenset[str]]
    stray: frozenset[str]
    """The terms that were neither typed nor are a synonym by themselves."""

    def marked(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Tokens in reading order, less the stray ones that stand without the others of their phrase."""
        stray = self.stray
        return [
            token
            for place, token in enumerate(tokens)
            if token.term not in stray or self._is_of_a_whole(tokens, place)
        ]

    def _is_of_a_whole(self, tokens: Sequence[Token], place: int) -> bool:
        begin = end = place
        first, last = max(0, place - _LONGEST), min(len(tokens) - 1, place + _LONGEST)
        while begin > first and _follows(tokens[begin], tokens[begin - 1]):
            begin -= 1
        while end < last and _follows(tokens[end + 1], tokens[end]):
            end += 1
        if begin == end:
            return False
        said = {token.term for token in tokens[begin : end + 1]}
        return any(tokens[place].term in whole and whole <= said for whole in self.wholes)


def phrases(typed: Iterable[str], expansions: Iterable[Expansion], lang: str) -> Phrases | None:
    """Those that a query of these terms was expanded by; None where there are none."""
    said = {_terms(each.used, lang) for each in expansions if each.kind is ExpansionKind.SYNONYM}
    wholes = [frozenset(terms) for terms in said if len(terms) > 1]
    if not wholes:
        return None
    alone = {*typed, *(terms[0] for terms in said if len(terms) == 1)}
    stray = frozenset[str]().union(*wholes) - alone
    return Phrases(wholes, stray) if stray else None


@lru_cache(maxsize=1024)
def _terms(text: str, lang: str) -> tuple[str, ...]:
    return tuple(analyzer(lang).terms(text))


def _follows(token: Token, other: Token) -> bool:
    """Whether a token stands closely behind another."""
    is_near = token.start - other.end <= _APART
    return is_near and token.passage == other.passage and token.field == other.field
