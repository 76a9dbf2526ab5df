"""Spelling: the word that was probably meant by one that no document holds, or hardly any."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from kb.index.engine import IndexReader
from kb.model import Expansion, ExpansionKind
from kb.text.analyzer import analyzer, fold
from kb.text.words import common_terms, is_common, is_common_in

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VERBATIM = re.compile(r'[\d_:*"]')
_ONE_EDIT_FROM = 4  # letters; shorter words have too many neighbours
_TWO_EDITS_FROM = 8
_LONGEST = 40  # letters of a word that somebody typed rather than pasted
_MOST_WORDS = 24
"""A longer text is a message, and left as it is; looking up each word of a pasted log would take seconds."""
_MOST_DOUBTFUL = 8
"""Words that are looked up, the first ones, at 5 ms each among 80,000: with more unknown words it is no slip."""
_RARE = 2
"""Documents: a word that so few hold may be misspelt in them too, as forum posts are."""
_FAR_MORE = 50
"""How many times as many documents must hold the correction, where some hold the word as typed."""
_OTHER_FIRST_FROM = 5
"""Letters of both words where the first may be wrong: fingers seldom slip there; "rsync" is no "sync"."""
_OTHER_FIRST_UNLISTED = 8
"""The same where it is not known which words are common."""
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя")
_BY_EAR = re.compile("(ph|c[chk]|[cfk])")
_HEARD_ALIKE = {letters: sound for sound in (("f", "ph"), ("c", "k", "ck", "cc", "ch")) for letters in sound}
"""Letters that are written for one another by who goes by ear: "fone", "akount", and the other way "telephono"."""
_MOST_HEARD = 125
"""Ways to write one word that are looked up: all of three such sounds."""
_SHORTEST_HALF = 3  # letters of each half of two words that were typed as one


@dataclass(frozen=True, slots=True)
class Correction:
    """A query in better spelling, and which words it changed."""

    text: str
    expansions: tuple[Expansion, ...]
    certain: bool
    """Whether none of the words it changed is held by a document or common, so that nothing is lost by it."""


def correct(text: str, lang: str, reader: IndexReader, is_known: Callable[[str], bool]) -> Correction | None:
    """``text`` with its unknown words replaced by the closest known ones; None if there is nothing to replace.

    A common word of the language is a word, though no document may hold it: as if one did.
    Numbers, error codes and what stands in quotes are never touched, nor words that another language knows.

    :param is_known: whether a term is meant to be typed though no document holds it.
    """
    parts = text.split()
    words = islice(_WORD.finditer(text), _MOST_WORDS + 1)  # glued words are words too: "a/b/c"
    if len(parts) > _MOST_WORDS or sum(1 for _ in words) > _MOST_WORDS:
        return None
    found: list[Expansion] = []
    certain = True
    doubtful = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal certain, doubtful
        if len(match.group()) > _LONGEST or doubtful == _MOST_DOUBTFUL:
            return match.group()
        word = fold(match.group())
        term = analyzer(lang).term(word)
        if not term:
            return match.group()  # a stop word
        held = _held(word, term, lang, reader) or is_common(word, lang)
        is_doubtful = held <= _RARE and not is_known(term)
        doubtful += is_doubtful
        meant = _meant(word, held, lang, reader) if is_doubtful else ""
        if not meant:
            return match.group()
        found.append(Expansion(ExpansionKind.CORRECTION, match.group(), meant))
        certain = certain and not held
        return meant

    better = " ".join(part if _VERBATIM.search(part) else _WORD.sub(replace, part) for part in parts)
    return Correction(better, tuple(found), certain) if found else None


def _held(word: str, term: str, lang: str, reader: IndexReader) -> int:
    """How many documents hold a word, those of other languages too: enough of them to say whether it is rare."""
    held = reader.frequency(lang, term)
    for other in reader.languages():
        if held > _RARE:
            break
        if other != lang:
            held += reader.frequency(other, analyzer(other).term(word))
    return held


def _meant(word: str, held: int, lang: str, reader: IndexReader) -> str:
    """The word that most documents hold of those that the likeliest slip explains, or else the two words it is."""
    if len(word) < _ONE_EDIT_FROM:
        return ""
    least = _FAR_MORE * held or 1
    for found in _close(word, held, lang, reader):
        frequencies = {close: reader.frequency(lang, analyzer(lang).term(close)) for close in found}
        known = [close for close in found if frequencies[close] >= least]
        if known:
            return max(known, key=lambda close: (frequencies[close], close))
    return "" if held else _two_words(word, lang, reader)


def _close(word: str, held: int, lang: str, reader: IndexReader) -> Iterator[set[str]]:
    """The words of documents that a word may be a slip for, the likeliest slips first."""
    yield _heard_alike(word, lang, reader)
    begun = set() if held else _begun_otherwise(word, lang, reader)
    yield begun.union(reader.close_words(lang, word, 1))
    if len(word) >= _TWO_EDITS_FROM:
        yield set(reader.close_words(lang, word, 2))


def _heard_alike(word: str, lang: str, reader: IndexReader) -> set[str]:
    """Words of documents with other letters for the same sounds."""
    ways = product(*(_HEARD_ALIKE.get(part, (part,)) for part in _BY_EAR.split(word)))
    heard = {"".join(way) for way in islice(ways, _MOST_HEARD)}
    return {other for other in heard - {word} if _is_spelt_so(other, lang, reader)}


def _is_spelt_so(word: str, lang: str, reader: IndexReader) -> bool:
    """Whether documents have a word as it is, and not only its stem."""
    held = reader.frequency(lang, analyzer(lang).term(word))
    return held > 0 and word in reader.close_words(lang, word, 0)


def _is_spelt_so_or_common(word: str, lang: str, reader: IndexReader) -> bool:
    """Whether a word that documents have the stem of is one itself, theirs or a common one: "онное" is none."""
    return is_common_in(word, lang) or _is_spelt_so(word, lang, reader)


def _begun_otherwise(word: str, lang: str, reader: IndexReader) -> set[str]:
    """Words of documents with another first letter, one letter more or less in front, or the first two swapped."""
    shortest = _OTHER_FIRST_FROM if common_terms(lang) else _OTHER_FIRST_UNLISTED
    if len(word) < shortest:
        return set()
    letters = next((letters for letters in _ALPHABETS if word[-1] in letters), "")
    begun = {letter + rest for letter in letters for rest in (word, word[1:])}
    begun |= {word[1:], word[1] + word[0] + word[2:]}
    return {other for other in begun if len(other) >= shortest and _is_spelt_so(other, lang, reader)}


def _two_words(word: str, lang: str, reader: IndexReader) -> str:
    """The two known words that were typed without a space, the rarer of them as frequent as can be."""
    best, most = "", 0
    for place in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        halves = word[:place], word[place:]
        rarer = min(reader.frequency(lang, analyzer(lang).term(half)) for half in halves)
        # a short one before a common word may be its prefix: "под-скажите"
        is_one = _is_spelt_so_or_common if min(map(len, halves)) > _SHORTEST_HALF else _is_spelt_so
        if rarer > most and all(is_one(half, lang, reader) for half in halves):
            best, most = " ".join(halves), rarer
    return best
