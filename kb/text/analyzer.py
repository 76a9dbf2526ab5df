"""The analyzer: text to terms, the same for documents and queries, so that every engine agrees on them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from kb.text.languages import Language, language

VERSION = 5
"""Raised whenever the same text could give other terms: an index made by another version is rebuilt."""

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def _marks() -> str:
    """Vowel signs and accents that stand after their letter, and the joiners: part of a word, yet no \\w to re."""
    places = range(0x300, 0xFE00)
    return "\u200c\u200d" + "".join(chr(c) for c in places if unicodedata.category(chr(c)) in {"Mn", "Mc"})


# A token is a run of letters, digits and marks; inside it an apostrophe, or a hyphen, dot or underscore that
# joins two such runs, so that "can't", "log-in", "16.5", "ERR_CONNECTION_RESET" and "HM-1008" come whole.
# Hyphens stand alone in "a -- b", and a dot at the end of a sentence joins nothing. Lengths are bounded.
_LETTER = rf"[^\W{_UNSPACED}]"
TOKEN = re.compile(rf"[{_UNSPACED}]+|{_LETTER}+(?:(?:[{_marks()}]|['’._‐‑-](?={_LETTER})){_LETTER}*)*")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_JOINER = re.compile(r"[._‐‑-]+")
_NOT_A_WORD = re.compile(r"[\d._‐‑-]")
_UNWRITTEN = re.compile("['’\u200c\u200d]")
_VIRAMA = 9  # the combining class of the sign that joins Indic consonants: a letter, not an accent
_MOST_BETWEEN = 6  # characters: " them "
_MAX_TOKEN = 64
_MOST_KNOWN = 200_000

_CONTRACTIONS = {"cannot": "cant"}

# What a raw token can be to its neighbours.
_ALONE, _FIRST, _SECOND, _BETWEEN = range(4)


@dataclass(frozen=True, slots=True)
class Analyzed:
    """The tokens of a text in order, as parallel lists: words as written (folded), terms, and where they stand.

    A compound such as ``log-in`` gives its parts and, at the same place, the word joined up; so do two
    words that are often written as one, inflected and apart though they be: ``logs me in``.
    """

    words: list[str]
    terms: list[str]
    starts: list[int]
    ends: list[int]


class Piece(NamedTuple):
    """A word of a raw token: where it stands in it, in characters."""

    word: str
    term: str
    offset: int
    end: int


class Token(NamedTuple):
    """What a raw token, a match of :data:`TOKEN`, gives."""

    pieces: tuple[Piece, ...]
    role: int
    half: str
    """What it gives to the word that it and its neighbour are together."""

    @property
    def may_begin_pair(self) -> bool:
        return self.role in {_FIRST, _BETWEEN} and bool(self.half)

    @property
    def may_end_pair(self) -> bool:
        return self.role == _SECOND


class Analyzer:
    """Turns the text of one language into terms."""

    def __init__(self, spec: Language) -> None:
        self.language = spec
        self._stemmer = Stemmer.Stemmer(spec.stemmer, 0) if spec.stemmer else None
        self._known: dict[str, Token] = {}
        self._latest: tuple[str, Analyzed] = "", Analyzed([], [], [], [])

    def analyze(self, text: str) -> Analyzed:
        """The tokens of ``text``; stop words are left out. Takes any string and never raises."""
        words: list[str] = []
        terms: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        known = self._known
        first = None  # where a word stands that the next may complete: "logged in" and "log-in" are "login"
        for match in TOKEN.finditer(text):
            raw, start = match.group(), match.start()
            token = known.get(raw) or self.token(raw)
            role = token.role
            if role:
                if role == _SECOND and first and self._is_pair(text, first, match):
                    words.append(self._known[first.group()].half + token.half)
                    terms.append(self.term(words[-1]))
                    starts.append(first.start())
                    ends.append(match.end())
                    first = None
                    continue
                if role == _FIRST or (
                    role == _BETWEEN and not first and token.half
                ):  # "back up", "log back in"
                    first = match
                elif role == _SECOND:
                    first = None
            elif first:
                first = None
            for piece in token.pieces:
                words.append(piece.word)
                terms.append(piece.term)
                starts.append(start + piece.offset)
                ends.append(start + piece.end)
        return Analyzed(words, terms, starts, ends)

    def terms(self, text: str) -> list[str]:
        """Only the terms of ``text``, in order."""
        return list(self.analyzed(text).terms)

    def analyzed(self, text: str) -> Analyzed:
        """The tokens of a text that is asked for more than once in a row, as a search does; not to be changed."""
        latest = self._latest
        if latest[0] != text:
            self._latest = latest = text, self.analyze(text)
        return latest[1]

    def words(self, text: str) -> list[str]:
        """Every word of ``text``, folded, stop words too; in a script without spaces, what begins at each letter.

        A compound or a code gives its parts and, without what joins them, the whole.
        """
        found: list[str] = []
        for match in TOKEN.finditer(text):
            found += self.words_of(match.group())
        return found

    def words_of(self, raw: str) -> list[str]:
        """The words of a raw token, a match of :data:`TOKEN`."""
        if is_unspaced(raw):
            return [fold(raw[place:]) for place in range(len(raw))]
        return [_JOINER.sub("", word) for word, _, _ in _split(raw, self.language) if word]

    def term(self, word: str) -> str:
        """The term of one folded word; empty for a stop word."""
        word = self.language.same.get(word, word)
        if word in self.language.stop_words:
            return ""
        return self._stemmer.stemWord(word) if self._stemmer and not _NOT_A_WORD.search(word) else word

    def apart(self, word: str) -> str:
        """The two words that one is, where the language writes both: "log in" of "login"; otherwise nothing."""
        pairs = self.language.pairs
        if pairs is None or word not in pairs.together:
            return ""
        return next(
            (
                f"{word[: -len(end)]} {end}"
                for end in pairs.seconds
                if word.endswith(end) and word[: -len(end)] in pairs.firsts
            ),
            "",
        )

    def token(self, raw: str) -> Token:
        """What a raw token gives. Remembered: texts repeat their words, so most tokens cost one look-up."""
        known = self._known.get(raw)
        if known is None:
            split = (
                Piece(word, self.term(word), offset, offset + length)
                for word, offset, length in _split(raw, self.language)
            )
            known = Token(tuple(piece for piece in split if piece.term), *self._role(fold(raw)))
            if len(self._known) >= _MOST_KNOWN:  # a hostile corpus must not grow a worker without end
                self._known.clear()
            self._known[raw] = known
        return known

    def _role(self, word: str) -> tuple[int, str]:
        """What a word can be to its neighbours, and the half it gives."""
        pairs = self.language.pairs
        if pairs is None:
            return _ALONE, ""
        if word in pairs.seconds:
            return _SECOND, pairs.seconds[word]
        half = pairs.firsts.get(word) or pairs.firsts.get(self.term(word), "")
        if word in pairs.between:
            return _BETWEEN, half
        return (_FIRST, half) if half else (_ALONE, "")

    def _is_pair(self, text: str, first: re.Match[str], second: re.Match[str]) -> bool:
        """Whether two words are one: only spaces and a short word stand between them."""
        pairs, known = self.language.pairs, self._known
        gap = text[first.end() : second.start()]
        return (
            pairs is not None
            and known[first.group()].half + known[second.group()].half in pairs.together
            and (gap == " " or (len(gap) <= _MOST_BETWEEN and gap.strip(" ").lower() in pairs.between))
        )


@lru_cache(maxsize=64)
def analyzer(code: str) -> Analyzer:
    """The analyzer of a language code; one per language and process, since it remembers stems."""
    return Analyzer(language(code))


def fingerprint(code: str) -> str:
    """Changes when the terms that this analyzer gives could have changed."""
    spec = language(code)
    stop_words = ",".join(sorted(spec.stop_words))
    pairs = ",".join(sorted(spec.pairs.together | spec.pairs.between)) if spec.pairs else ""
    same = ",".join(sorted(map("=".join, spec.same.items())))
    said = (
        f"{VERSION}|{spec.code}|{spec.stemmer}|{Stemmer.version()}|{stop_words}|{pairs}|{same}"
        f"|{unicodedata.unidata_version}"
    )
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def is_unspaced(word: str) -> bool:
    """Whether a word begins in a script that is written without spaces."""
    return _IS_UNSPACED.match(word) is not None


def fold(word: str) -> str:
    """The word without case, accents or apostrophes; Cyrillic й stays, ё becomes е."""
    folded = simplified(word)
    return _CONTRACTIONS.get(folded, folded)


def simplified(text: str) -> str:
    """The same for any text: each part of it gives what it gives alone."""
    folded = text.casefold()
    if folded.isascii():
        folded = folded.replace("'", "")
    else:
        folded = _UNWRITTEN.sub("", folded).replace("ё", "е")
        decomposed = unicodedata.normalize("NFKD", folded)
        accents = {c for c in set(decomposed) if unicodedata.combining(c) not in {0, _VIRAMA}} - {"\u0306"}
        kept = "".join([c for c in decomposed if c not in accents]) if accents else decomposed
        folded = unicodedata.normalize("NFC", kept).casefold()
    return folded


def _split(raw: str, spec: Language) -> tuple[tuple[str, int, int], ...]:
    """The folded words of a raw token with their offset and length in it."""
    if _IS_UNSPACED.match(raw):
        return tuple((raw[i : i + 2], i, 2) for i in range(len(raw) - 1)) or ((raw, 0, 1),)
    found: list[tuple[str, int, int]] = []
    offset = 0
    if spec.elision and (elided := spec.elision.match(raw)):
        offset = elided.end()
    elif spec.code == "en" and raw[-2:].lower() in {"'s", "’s"}:
        raw = raw[:-2]
    rest = raw[offset:][:_MAX_TOKEN]
    if rest.isalpha():
        return ((fold(rest), offset, len(rest)),)
    parts = _JOINER.split(rest)
    if len(parts) == 1:
        return ((fold(rest), offset, len(rest)),)
    position = offset
    for part in parts:
        at = raw.find(part, position) if part else position
        if part:
            found.append((fold(part), at, len(part)))
        position = at + len(part)
    if any(map(str.isdigit, rest)):  # a code or a version stays whole: HM-1008, 16.5, 5.1.1
        found.append((fold(rest), offset, len(rest)))
    elif 1 < len(found) <= 4:  # log-in is also "login", wi-fi also "wifi"
        if found[0][2] == 1:  # the "e" of e-mail says nothing, and would count as a rare word
            del found[0]
        found.append((fold("".join(parts)), offset, len(rest)))
    return tuple(found)
