"""Raw tokens as numbers, so that each different one is split into words once, however often it occurs."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from kb.index.vocabulary import Vocabulary
from kb.text.analyzer import TOKEN, Analyzer

_LONGEST = 255
"""Characters of a token; the analyzer makes no word of more than 64, and pairs hardly more."""


class LaterNumbers(dict[str, int]):
    """Numbers of terms, looked up in a vocabulary and counted on after it."""

    def __init__(self, fitted: Vocabulary, later: Sequence[str]) -> None:
        super().__init__({term: len(fitted) + place for place, term in enumerate(later)})
        self._fitted = fitted
        self.later = list(later)

    def __missing__(self, term: str) -> int:
        number = self._fitted.number(term)
        if number < 0:
            number = len(self._fitted) + len(self.later)
            self.later.append(term)
        self[term] = number
        return number


class NewNumbers(dict[str, int]):
    """Numbers of terms, in the order they are first asked for."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class RawTokens(dict[str | tuple[str, int], int]):
    """The number of each raw token, which is split into its pieces when it is first asked for.

    A pair of words that make one ("logs me in") has as its key its term and its length.
    """

    def __init__(self, analyzer: Analyzer, numbers: dict[str, int]) -> None:
        super().__init__()
        self._analyzer = analyzer
        self._numbers = numbers
        self.pieces = array("i")  # of each: how many
        self.terms, self.starts, self.lengths = (
            array("i"),
            array("i"),
            array("B"),
        )  # of each piece, within the raw token
        self.words: set[str] = set()
        self._begin_pairs: set[int] = set()
        self._end_pairs: set[int] = set()

    def __missing__(self, key: str | tuple[str, int]) -> int:
        self[key] = number = len(self)
        if isinstance(key, tuple):
            self._add([(key[0], 0, key[1])])
            return number
        token = self._analyzer.token(key)
        self._add([(term, start, end) for _, term, start, end in token.pieces])
        self.words.update(word for word, *_ in token.pieces if word.isalpha())
        if token.may_begin_pair:
            self._begin_pairs.add(number)
        if token.may_end_pair:
            self._end_pairs.add(number)
        return number

    def read(self, text: str) -> tuple[list[int], list[int]]:
        """The numbers of a text's tokens, and where each begins."""
        matches = list(TOKEN.finditer(text))
        found = [self[match[0]] for match in matches]
        if self._end_pairs.isdisjoint(found) or self._begin_pairs.isdisjoint(found):
            return found, [match.start() for match in matches]
        read = self._analyzer.analyze(text)  # words that may be pairs depend on their neighbours
        self.words.update(word for word in read.words if word.isalpha())
        lengths = (end - start for start, end in zip(read.starts, read.ends, strict=True))
        return [self[pair] for pair in zip(read.terms, lengths, strict=True)], read.starts

    def _add(self, pieces: Sequence[tuple[str, int, int]]) -> None:
        self.pieces.append(len(pieces))
        for term, start, end in pieces:
            self.terms.append(self._numbers[term])
            self.starts.append(start)
            self.lengths.append(min(end - start, _LONGEST))
