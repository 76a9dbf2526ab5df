"""Words typed in the letters of another script: with the wrong layout in force, or in Latin for want of Cyrillic."""

from __future__ import annotations

import re
from collections.abc import Callable

from kb.index.engine import IndexReader
from kb.model import Expansion, ExpansionKind
from kb.search.spelling import Correction
from kb.text.analyzer import analyzer, fold
from kb.text.words import is_common_in

_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}<>~"
_JCUKEN = "йцукенгшщзхъфывапролджэячсмитьбюёхъбюё"
_TO_CYRILLIC = str.maketrans(_QWERTY, _JCUKEN)
_TO_LATIN = str.maketrans(_JCUKEN[:33], _QWERTY[:33])
# Russian as people write it in Latin letters; no standard is kept to.
_LATIN = "shch sch zh kh ts ch sh yo yu ju ya ja ye iy yy ay ey oy uy y ' q w x"
_RUSSIAN = "щ щ ж х ц ч ш е ю ю я я е ий ый ай ей ой уй ы ь к в кс"
_SOUNDS = dict(zip(_LATIN.split(), _RUSSIAN.split(), strict=True)) | dict(
    zip("abvgdezijklmnoprstufhc", "абвгдезийклмнопрстуфхц", strict=True)
)
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_TYPED = re.compile(r"[^\W\d_]")
_OPERATOR = re.compile(r'[\d_:*"]|^-')
_ENDING = ".,;:!?"
_MOST_WORDS = 24
_ONE_EDIT_FROM = 4  # letters
_TELLING = range(3, 41)
"""Letters of a word that may show how a query was typed: shorter ones are words in many scripts."""

_Read = Callable[[str], str]
"""Reads a word in another script; empty where no document has such a word."""


def unknown_words(text: str, hint: str, reader: IndexReader) -> frozenset[str]:
    """The words that no document holds and that may show how a query was typed; none where there is no Russian.

    Of the reader's language, ``hint``, the stem or that it is common is enough; of others, only the word as it is:
    "parol" is no Italian, though it has the stem of "parole".
    """
    if "ru" not in reader.languages() or len(text.split()) > _MOST_WORDS:
        return frozenset()
    return frozenset(
        word
        for word in _letters(text)
        if len(word) in _TELLING
        and not _is_known_in(word, hint, reader)
        and not _is_written_anywhere(word, reader)
    )


def other_layout(text: str, unknown: frozenset[str], reader: IndexReader) -> Correction | None:
    """What was meant by words typed with the Russian layout in place of the Latin one, or the other way round."""

    def switched(word: str) -> str:
        folded = word.casefold()
        table = _TO_CYRILLIC if folded.isascii() else _TO_LATIN
        for typed in dict.fromkeys((folded.rstrip(_ENDING), folded)):
            if _is_known(meant := typed.translate(table), reader):
                return meant
        return ""

    return _read_so(text, unknown, switched)


def in_cyrillic(text: str, unknown: frozenset[str], reader: IndexReader) -> Correction | None:
    """What was meant by Russian words written in Latin letters."""

    def sounded(word: str) -> str:
        typed = fold(word.strip(_ENDING))
        return (
            _written(_SOUND.sub(lambda sound: _SOUNDS[sound.group()], typed), reader)
            if typed.isascii()
            else ""
        )

    found = _read_so(text, unknown, sounded)
    told = sum(len(word) in _TELLING for word in _letters(text))
    return found if found and 2 * len(found.expansions) >= told else None  # else it is in another language


def _letters(text: str) -> list[str]:
    """The words that are no operators and no codes."""
    return [word for word in text.split() if _TYPED.search(word) and not _OPERATOR.search(word)]


def _read_so(text: str, unknown: frozenset[str], read: _Read) -> Correction | None:
    """The text with the words that no document holds read so, where that explains most of them.

    Where it explains every word, all are: some are known as they are by accident.
    """
    if not unknown:
        return None
    letters = _letters(text)
    telling = [word for word in letters if len(word) in _TELLING]
    meant = {word: said for word in telling if (said := read(word))}
    explained = unknown & meant.keys()
    if 2 * len(explained) <= len(unknown):
        return None
    if len(meant) == len(set(telling)):
        meant |= {word: said for word in letters if (said := read(word))}
    else:
        meant = {word: meant[word] for word in explained}
    expansions = [Expansion(ExpansionKind.CORRECTION, word, said) for word, said in meant.items()]
    said = " ".join(meant.get(word, word) for word in text.split())
    return Correction(said, tuple(expansions), certain=True)


def _is_known(word: str, reader: IndexReader) -> bool:
    """Whether any document holds a word, or half of its letters at least, or its language passes it over.

    The "n" of a file called "n" makes no word of "ektnf.n", which is "улетают" with the other layout.
    """
    for lang in reader.languages():
        terms = analyzer(lang).terms(word)
        if not terms:
            return True
        if any(reader.frequency(lang, term) for term in terms):
            parts = [part for part in analyzer(lang).words(word) if 2 * len(part) >= len(word)]
            if len(terms) == 1 or any(reader.frequency(lang, analyzer(lang).term(part)) for part in parts):
                return True
    return False


def _is_known_in(word: str, lang: str, reader: IndexReader) -> bool:
    """Whether documents of a language hold some form of a word, or it is common, or passed over."""
    terms = analyzer(lang).terms(word)
    return (
        not terms
        or any(reader.frequency(lang, term) for term in terms)
        or any(is_common_in(part, lang) for part in analyzer(lang).words(word))
    )


def _is_written_anywhere(word: str, reader: IndexReader) -> bool:
    """Whether documents of any language hold some of a word as it is, or its language passes it over."""
    return any(
        not terms or (any(reader.frequency(lang, term) for term in terms) and _is_spelt(word, lang, reader))
        for lang in reader.languages()
        for terms in [analyzer(lang).terms(word)]
    )


def _is_spelt(word: str, lang: str, reader: IndexReader) -> bool:
    return any(part in reader.close_words(lang, part, 0) for part in analyzer(lang).words(word))


def _written(word: str, reader: IndexReader) -> str:
    """A Russian word as documents write it, within one edit: Latin letters leave the soft sign out.

    That is all that may differ in a short word: "OOO" is no "оно".
    """
    russian = analyzer("ru")

    def likely(written: str) -> tuple[bool, bool, bool, int]:
        term = russian.term(written)
        hard = written.replace("ь", "")
        return written == word, hard == word, term == russian.term(word), reader.frequency("ru", term)

    if not russian.term(word):
        return word  # passed over, as "не"
    if len(word) not in _TELLING:
        return ""
    close = reader.close_words("ru", word, 1)
    if len(word) < _ONE_EDIT_FROM:
        close = tuple(written for written in close if written.replace("ь", "") == word)
    return max(close, key=likely, default="")
