"""The languages to search: which one a query is in, and which may follow."""

from __future__ import annotations

from collections.abc import Sequence

from kb.index.engine import IndexReader
from kb.search.synonyms import Synonyms
from kb.search.variants import variants
from kb.text.analyzer import analyzer

CLEARLY_ANOTHER = 0.3
"""How much more of a query another language must know before it is taken to be in that language."""


def in_order(reader: IndexReader, words: str, hint: str, synonyms: Synonyms) -> list[str]:
    """The indexed languages in the order to search them, the query's own first.

    ``hint`` is the reader's. A query is taken to be in another only if that knows clearly more of it, and a word that
    the reader's does not: what is everywhere in one language may be rare in the other.
    """
    langs = reader.languages()
    if len(langs) < 2:
        return [*langs] or [hint]
    asked = _telling(words, langs)
    known = {lang: _known_share(reader, lang, asked[lang], synonyms) for lang in langs}
    ordered = sorted(known, key=lambda lang: (-known[lang], lang != hint))
    best = ordered[0]
    if hint in known and (
        known[best] - known[hint] < CLEARLY_ANOTHER
        or all(
            _says(reader, hint, word, synonyms) or not _says(reader, best, word, synonyms)
            for word in words.split()
        )
    ):
        ordered = [hint, *(lang for lang in ordered if lang != hint)]
    return ordered


def _telling(words: str, langs: Sequence[str]) -> dict[str, str]:
    """The words that each language is judged by: not those that are stop words only in others.

    A Russian page may hold "how do I"; Russian must not seem to know an English question for that.
    """
    typed = words.split()
    passed_over = {word: {lang for lang in langs if not analyzer(lang).terms(word)} for word in set(typed)}
    return {
        lang: " ".join(word for word in typed if not passed_over[word] or lang in passed_over[word]) or words
        for lang in langs
    }


def _known_share(reader: IndexReader, lang: str, words: str, synonyms: Synonyms) -> float:
    """The share of a query that a language's documents know, in its own words or with a synonym or compound."""
    share = reader.known_share(lang, analyzer(lang).terms(words))
    if share == 1:
        return share
    others = variants(words, lang, synonyms.thesaurus(lang), reader)
    return max([share, *(reader.known_share(lang, analyzer(lang).terms(v.words)) for v in others)])


def _says(reader: IndexReader, lang: str, word: str, synonyms: Synonyms) -> bool:
    """Whether a language's documents or synonyms have a word, or it is a stop word there."""
    terms = analyzer(lang).terms(word)
    thesaurus = synonyms.thesaurus(lang)
    return not terms or any(reader.frequency(lang, term) or thesaurus.knows(term) for term in terms)
