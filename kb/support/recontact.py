"""Whether somebody came back about the same, without knowing who they are or keeping what they wrote."""

from __future__ import annotations

import hmac
from collections.abc import Set
from hashlib import blake2b

from kb.text.analyzer import analyzer

_LONGEST_GIST = 128
"""Different words that are compared; a message says what it is about in fewer."""
_BYTES = 6
ALIKE = 0.5
"""Of the shorter message's words: an unfinished draft and the ticket it became share more than half."""
_FEWEST_SHARED = 2


def visitor_hash(visitor: str, salt: bytes) -> str:
    """What stands for a visitor on one day; empty where nothing is known of them."""
    return hmac.digest(salt, visitor.encode(), "sha256").hex()[:32] if visitor else ""


def gist(text: str, lang: str, salt: bytes) -> tuple[str, ...]:
    """The text's terms, each hashed with the salt: comparable within the day, unreadable ever after."""
    terms = set(analyzer(lang).terms(" ".join(text.split())))
    hashes = sorted(blake2b(term.encode(), key=salt, digest_size=_BYTES).hexdigest() for term in terms)
    return tuple(hashes[:_LONGEST_GIST])


def alike(one: Set[str], other: Set[str]) -> bool:
    """Whether two gists of the same salt speak of the same (the overlap coefficient of their words)."""
    shared = len(one & other)
    return shared >= _FEWEST_SHARED and shared >= ALIKE * min(len(one), len(other))
