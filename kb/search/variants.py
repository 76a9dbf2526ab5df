"""Other ways to say a query: with synonyms, with one word for two, with two for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product

from kb.index.engine import Candidate, IndexReader, Retrieval, Retrieved
from kb.model import Expansion, ExpansionKind
from kb.search.synonyms import Substitution, Thesaurus
from kb.text.analyzer import analyzer
from kb.text.words import common_terms

_MOST_VARIANTS = 8
"""Each is a retrieval of its own."""
_MOST_OF_A_MESSAGE = 2
_MESSAGE_WORDS = 24
_WRITTEN_AS_ONE = 0.02
"""The least ratio of the documents that have two words as one to those that have the rarer of the two. Below it they
are exceptions: "default value" is no misspelt "defaultvalue" because a few documents hold that."""
_SHORTEST_APART, _LONGEST_APART = 4, 12
"""Letters of a word that may be two that documents join by a hyphen."""
_ALIKE = 0.8
"""The least ratio between the numbers of documents that hold the halves. It is not 1: "fi" also stands by itself."""
_AS_GOOD = 0.97
"""Factor of a variant's score, so that the words as typed win a tie."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A query in other words, and what was replaced."""

    words: str
    expansions: tuple[Expansion, ...]


def variants(words: str, lang: str, thesaurus: Thesaurus, reader: IndexReader) -> tuple[Variant, ...]:
    """Other ways to say ``words``, made of words that the index knows; those that replace least come first."""
    # what is written without spaces is one word to "split"
    is_message = max(len(words.split()), len(analyzer(lang).analyzed(words).words)) > _MESSAGE_WORDS
    found = [_Choice(each, ExpansionKind.SYNONYM) for each in thesaurus.substitutions(words)]
    if not is_message:
        found += [
            _Choice(each, ExpansionKind.COMPOUND)
            for each in _compounds(words, lang, reader)
            if not any(each.start < other.at.end and other.at.start < each.end for other in found)
        ]
    found = [known for choice in found if (known := choice.known(lang, reader)).at.meant]
    most = _MOST_OF_A_MESSAGE if is_message else _MOST_VARIANTS
    return tuple(islice(_variants(words, found), most))


def retrieve_any(reader: IndexReader, asked: Retrieval, others: Sequence[Retrieval]) -> Retrieved:
    """The documents that match a query (``asked``) or one of its variants (``others``), each with its best score.

    The counts are those of one query with the words of all of them.
    """
    found = reader.retrieve(asked)
    if not others:
        return found
    best = {candidate.id: candidate for candidate in found.candidates}
    for other in others:
        for candidate in reader.retrieve(other).candidates:
            known = best.get(candidate.id)
            best[candidate.id] = _better(known, candidate) if known else _weighed(candidate)
    together = tuple(dict.fromkeys(term for each in (asked, *others) for term in each.terms))
    counts = reader.retrieve(replace(asked, terms=together, limit=0)).counts
    ranked = sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.id))
    return Retrieved(tuple(ranked[: asked.limit]), counts)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A stretch of the query and why it may be replaced."""

    at: Substitution
    kind: ExpansionKind

    def known(self, lang: str, reader: IndexReader) -> _Choice:
        """The same choice, less the phrases that have a word which no document holds."""
        meant = tuple(
            phrase
            for phrase in self.at.meant
            if (terms := analyzer(lang).terms(phrase)) and all(reader.frequency(lang, term) for term in terms)
        )
        return replace(self, at=replace(self.at, meant=meant))


def _variants(words: str, choices: Sequence[_Choice]) -> Iterator[Variant]:
    """One replacement first, then several together."""
    ordered = sorted(choices, key=lambda choice: choice.at.start)
    for size in range(1, len(ordered) + 1):
        for chosen in combinations(ordered, size):
            for picks in product(*(choice.at.meant for choice in chosen)):
                yield _replaced(words, chosen, picks)


def _replaced(words: str, chosen: Sequence[_Choice], picks: Sequence[str]) -> Variant:
    said: list[str] = []
    expansions: list[Expansion] = []
    place = 0
    for choice, pick in zip(chosen, picks, strict=True):
        said += [words[place : choice.at.start], pick]
        expansions.append(Expansion(choice.kind, words[choice.at.start : choice.at.end], pick))
        place = choice.at.end
    return Variant("".join([*said, words[place:]]), tuple(expansions))


def _compounds(words: str, lang: str, reader: IndexReader) -> Iterator[Substitution]:
    """Neighbours that the index also has as one word: "wi fi" is "wifi"; and one that is two: "login" is "log in"."""
    found = analyzer(lang).analyzed(words)
    common = common_terms(lang)
    for word, term, start, end in zip(found.words, found.terms, found.starts, found.ends, strict=True):
        if words[start:end].isalpha():
            apart = analyzer(lang).apart(word)
            if not apart and common and term not in common:
                apart = _apart(word, lang, reader)
            if apart:
                yield Substitution(start, end, (apart,))
    for place in range(len(found.words) - 1):
        first, second = found.words[place : place + 2]
        start, end = found.starts[place], found.ends[place + 1]
        apart = words[found.ends[place] : found.starts[place + 1]]
        joined = first + second
        if apart.isspace() and joined.isalpha() and _is_compound(first, second, lang, reader):
            yield Substitution(start, end, (joined,))


def _apart(word: str, lang: str, reader: IndexReader) -> str:
    """The two halves of a rare word that documents join by a hyphen, as "wi-fi"; otherwise nothing.

    Such halves are no words of their own: as many documents hold the one as the other, and no more than the whole;
    one document alone may hold both by chance.
    """
    if not _SHORTEST_APART <= len(word) <= _LONGEST_APART:
        return ""
    term, common = analyzer(lang).term, common_terms(lang)
    whole = reader.frequency(lang, term(word))
    for place in range(2, len(word) - 1 if whole > 1 else 0):
        first = term(word[:place])
        held = reader.frequency(lang, first)
        if not 1 < held <= whole:
            continue
        second = term(word[place:])
        if (
            first != term(word) != second
            and _ALIKE * held <= reader.frequency(lang, second) <= held / _ALIKE
            and first not in common
            and second not in common
        ):
            return f"{word[:place]} {word[place:]}"
    return ""


def _is_compound(first: str, second: str, lang: str, reader: IndexReader) -> bool:
    """Whether documents that have two words have them as one, too, and not just a few of many.

    A stem that ends before the second word does is another word's: "telefonino no" is no "telefonino".
    """
    term = analyzer(lang).term
    whole = term(first + second)
    as_one = reader.frequency(lang, whole)
    if not as_one:  # as nearly always
        return False
    end = term(second) or second
    if not whole.startswith(first + end[: max(2, len(end) - 1)]):  # "websit" is "web" and "site"
        return False
    return as_one >= _WRITTEN_AS_ONE * min(reader.frequency(lang, term(each)) for each in (first, second))


def _better(one: Candidate, other: Candidate) -> Candidate:
    """One candidate with the better of its scores and measures; ``other`` is that of a variant."""
    return one._replace(
        score=max(one.score, _AS_GOOD * other.score),
        cosine=max(one.cosine, other.cosine),
        coverage=max(one.coverage, other.coverage),
        evidence=max(one.evidence, other.evidence),
    )


def _weighed(candidate: Candidate) -> Candidate:
    return candidate._replace(score=_AS_GOOD * candidate.score)
