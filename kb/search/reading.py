"""How a query is read before anything is looked for: its words and conditions, its codes, its languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.index.engine import IndexReader
from kb.model import Query
from kb.search.codes import Coded, with_codes
from kb.search.languages import in_order
from kb.search.query import ParsedQuery, parse_query
from kb.search.synonyms import Synonyms
from kb.text.small_talk import asking


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query with its codes as documents write them, and the languages to look in, the likeliest first."""

    parsed: ParsedQuery
    langs: Sequence[str]
    coded: Coded

    @property
    def with_refusals_only(self) -> ReadQuery:
        """The same query with only those of its conditions that exclude something."""
        refused = tuple(condition for condition in self.parsed.conditions if condition.negated)
        return replace(self, parsed=replace(self.parsed, conditions=refused))


def read_query(reader: IndexReader, query: Query, synonyms: Synonyms, default_lang: str) -> ReadQuery:
    """A query as someone typed it, with operators."""
    parsed = parse_query(query.text)
    if not parsed.conditions:
        parsed = replace(parsed, words=asking(parsed.words))
    if query.within:
        parsed = replace(parsed, lang=query.within)
    return read_words(reader, query, parsed, synonyms, default_lang)


def read_words(
    reader: IndexReader, query: Query, parsed: ParsedQuery, synonyms: Synonyms, default_lang: str
) -> ReadQuery:
    """A query whose operators were read already; ``default_lang`` is the reader's where nothing tells it."""
    coded = with_codes(parsed.words, reader)
    if coded.words != parsed.words:
        parsed = replace(parsed, words=coded.words)
    if parsed.lang:
        langs: Sequence[str] = [parsed.lang]
    else:
        langs = in_order(reader, parsed.words, query.lang or default_lang, synonyms)
    return ReadQuery(parsed, langs[:1] if query.only_lang else langs, coded)
