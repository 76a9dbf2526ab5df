"""Codes and versions: asked for whole, and found however they are typed: hm1008, НМ-1008 in Cyrillic, v5,2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.index.engine import IndexReader
from kb.model import Expansion, ExpansionKind
from kb.text.analyzer import analyzer, fold

_CODE = re.compile(r"(?<![^\W_])[^\W_]{1,16}(?:(?:[-‐‑‒–—−._]|,(?=\d))[^\W_]{1,16}){0,5}(?![^\W_])")
_DIGIT = re.compile(r"\d")
_MOST_CODES = 3
"""Codes held by no document whose spellings are tried, the first ones: a pasted log has hundreds."""
_FEW_WORDS = 6
"""In so many words a code is asked for whole. In more, its parts are asked for as well: "CVE-2021-22569" then also
finds what is written about CVEs."""
_MOST_TERMS = 10 * _FEW_WORDS
"""The most terms of so few words, parts of codes included: a pasted log may have thousands without a space."""
_DASH = re.compile("[‐‑‒–—−]")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]{1,12})[._]?(\d{1,8})")
_KIND = re.compile(r"([^\W\d_]{1,12})-\d{1,8}(?:-\d{1,8}){0,2}$")
_APART = re.compile(r"(?<![^\W_])([^\W\d_]{1,12}) (\d{2,8})(?![^\W_])")
_GLUED = re.compile(r"([^\W\d_]{1,12})(\d{1,8})([^\W\d_]{2,12})?")
_LATIN = str.maketrans("авекмнорстухіјѕАВЕКМНОРСТУХІЈЅ", "abekmhopctyxijsABEKMHOPCTYXIJS")
"""Cyrillic letters that look like Latin ones: nobody sees which they have copied."""
_FIRST_DIGIT = re.compile(r"(?<=\d).*")
_DIGITS = str.maketrans("oOоОlI", "000011")
"""Letters that look like digits."""
_VERSION = re.compile(r"v(?=\d)", re.IGNORECASE)
_OF_A_KIND = 5
"""Terms with the letters of a code that are looked at, to tell whether documents hold codes of its kind."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A query with its codes as documents write them."""

    words: str
    expansions: tuple[Expansion, ...] = ()
    is_missing: bool = False
    """Whether a few words ask for a code that no document holds, though they hold others of its kind."""


def with_codes(words: str, reader: IndexReader) -> Coded:
    """The words, with each code in the spelling that documents use where none holds it as it is typed."""
    if not _DIGIT.search(words):
        return Coded(words)
    expansions: list[Expansion] = []
    unheld = 0
    missing, held = False, False

    def written(match: re.Match[str]) -> str:
        nonlocal unheld, missing, held
        code = match.group()
        if unheld == _MOST_CODES or not _DIGIT.search(code):
            return code
        if _held(code, reader):
            held = True
            return code
        unheld += 1
        meant = next((each for each in _readings(code) if _held(each, reader)), None)
        if meant is None and (kindred := _of_a_kind(code, reader)):
            missing = True
            return kindred
        if meant is None and (glued := _GLUED.fullmatch(code)):
            meant = " ".join(filter(None, glued.groups()))  # "iphone15"
        if meant is None:
            return code
        expansions.append(Expansion(ExpansionKind.COMPOUND, code, meant))
        return meant

    def joined(match: re.Match[str]) -> str:
        code = "-".join(match.groups())
        alone = _held(match.group(2), reader)
        if alone > _held(code, reader) or not (alone or _of_a_kind(code, reader)):
            return match.group()  # "windows 10": its number stands elsewhere, too
        expansions.append(Expansion(ExpansionKind.COMPOUND, match.group(), code))
        return code

    said = _CODE.sub(written, _APART.sub(joined, words, count=_MOST_CODES))
    is_missing = missing and not held and len(words.split()) <= _FEW_WORDS
    return Coded(said, tuple(expansions), is_missing)


def terms_of(words: str, lang: str, reader: IndexReader) -> list[str]:
    """The terms of a query; in a few words a code has no parts: not every page with an HM is about HM-1008."""
    found = analyzer(lang).analyzed(words)
    is_long = len(found.terms) > _MOST_TERMS or len(words.split()) > _FEW_WORDS
    if is_long or not _DIGIT.search(words):
        return list(found.terms)
    spans = list(zip(found.starts, found.ends, strict=True))
    codes = [
        span
        for word, span in zip(found.words, spans, strict=True)
        if not word.isalnum() and _DIGIT.search(word) and _held(word, reader)
    ]
    return [
        term
        for term, span in zip(found.terms, spans, strict=True)
        if not any(_within(span, code) for code in codes)
    ]


def _readings(code: str) -> Iterator[str]:
    """A code in other spellings, the nearest first."""
    plain = _DASH.sub("-", code)
    for letters in dict.fromkeys((plain, plain.translate(_LATIN))):
        for each in dict.fromkeys(
            (letters, _FIRST_DIGIT.sub(lambda rest: rest.group().translate(_DIGITS), letters))
        ):
            yield each
            yield _LETTERS_DIGITS.sub(r"\1-\2", each)
            yield _VERSION.sub("", each.replace(",", "."))


def _held(code: str, reader: IndexReader) -> int:
    """How many documents of all languages hold a code as it is typed, or a part of one."""
    return sum(reader.frequency(lang, fold(code)) for lang in reader.languages())


def _of_a_kind(code: str, reader: IndexReader) -> str:
    """The code as others that begin with its letters are written, if any are: HM-1008 where hm9999 is asked for."""
    for typed in filter(None, map(_KIND.match, _readings(code))):
        begun = fold(typed.group(1)) + "-"
        for lang in reader.languages():
            if any(_DIGIT.match(term, len(begun)) for term in reader.vocabulary(begun, lang, _OF_A_KIND)):
                return typed.group()
    return ""


def _within(span: tuple[int, int], code: tuple[int, int]) -> bool:
    """Whether a term is a part of a code."""
    return span != code and code[0] <= span[0] and span[1] <= code[1]
