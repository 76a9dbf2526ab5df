"""The query language. Every string is a query: what is not an operator is plain words.

``"exact phrase"``  ``-not``  ``title:word``  ``tag:word``  ``lang:it``  ``prefix*``
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kb.index.engine import Clause
from kb.text.analyzer import fold

LONGEST = 10_000
"""Characters of a query that are read; the rest of a pasted log adds nothing."""
_MOST_CONDITIONS = 16
_MOST_WORDS = 24
"""A longer text is a message, and its quotes and dashes are its own."""

# A minus negates only in front of a word: "wi-fi", "a - b" and "-5" are plain words.
_PART = re.compile(
    r"""(?<!\S)
        (?P<not>-(?=["\w])(?!\d))?
        (?:(?P<field>title|tag|lang):)?
        (?: "(?P<phrase>[^"]+)" | (?P<word>[^\s"]+) )""",
    re.VERBOSE | re.IGNORECASE,
)
_MAY_BE_OPERATOR = re.compile(r'[-":*]')
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PREFIX = re.compile(r"^\w{2,}\*$")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a document must (or must not) have, as typed."""

    text: str
    field: str = ""
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a query says. ``words`` are ranked; ``conditions`` are met by every hit."""

    words: str
    conditions: tuple[Condition, ...] = ()
    lang: str = ""


def parse_query(text: str) -> ParsedQuery:
    """Read a query. Never raises; of a query that only excludes, the excluded words are plain words."""
    text = text[:LONGEST].strip()
    is_message = "\n" in text or len(text.split()) > _MOST_WORDS
    text = printable(text)
    if is_message or not _MAY_BE_OPERATOR.search(text):
        return ParsedQuery(" ".join(text.split()))
    words: list[str] = []
    conditions: list[Condition] = []
    lang = ""
    position = 0
    for part in _PART.finditer(text):
        words.append(text[position : part.start()])
        position = part.end()
        condition = _condition(part)
        if condition is None or len(conditions) >= _MOST_CONDITIONS:
            words.append(part.group("phrase") or part.group())
        elif condition.field == "lang":
            lang = condition.text.lower()
        else:
            conditions.append(condition)
            if not condition.negated and condition.field != "tag":
                words.append(condition.text)
    words.append(text[position:])
    plain = " ".join(" ".join(words).split())
    if conditions and all(condition.negated for condition in conditions) and not plain:
        return ParsedQuery(" ".join(condition.text for condition in conditions), lang=lang)
    return ParsedQuery(plain, tuple(conditions), lang)


def clauses(parsed: ParsedQuery, terms: Callable[[str], list[str]]) -> tuple[Clause, ...]:
    """The conditions in the terms of one language; a condition of stop words alone is no condition."""
    found = []
    for condition in parsed.conditions:
        clause = Clause((), condition.field, condition.prefix, condition.negated)
        if condition.field == "tag":
            found.append(replace(clause, terms=(condition.text.lower(),)))
        elif condition.prefix:
            found.append(replace(clause, terms=(fold(condition.text),)))
        elif analysed := terms(condition.text):
            found.append(replace(clause, terms=tuple(analysed)))
    return tuple(found)


def _condition(part: re.Match[str]) -> Condition | None:
    """The condition that a part of the query states, or None for plain words."""
    field = (part.group("field") or "").lower()
    negated = bool(part.group("not"))
    phrase, word = part.group("phrase"), part.group("word") or ""
    if field == "lang" and negated:  # hits come from the reader's language first: there is nothing to exclude
        return None
    if phrase:
        return Condition(phrase, field, negated=negated) if phrase.strip() else None
    if _PREFIX.match(word):
        return Condition(word[:-1], field, prefix=True, negated=negated)
    return Condition(word, field, negated=negated) if field or negated else None


def printable(text: str) -> str:
    """Control characters and lone surrogates become spaces: nothing below needs to expect them."""
    return _UNPRINTABLE.sub(" ", text)
