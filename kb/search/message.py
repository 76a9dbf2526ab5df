"""What a whole message says of its candidates, beyond their ranking."""

from __future__ import annotations

from collections.abc import Sequence

from kb.index.engine import Candidate, IndexReader
from kb.text.analyzer import analyzer
from kb.text.small_talk import SENTENCE_END

_LEAST_TERMS = 4
"""Different terms of a sentence that can ask something; "Please help" asks nothing."""


def weighed(
    reader: IndexReader, lang: str, text: str, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """The candidates with the coverage of the message's sentence that each covers best, and with their affinity.

    A message asks in one or two of its sentences; the greeting and the story around them must not count against the
    document that answers. Candidates ranked by a sentence encoder need no affinity: they have a closeness.
    """
    analyze = analyzer(lang).analyze
    sentences = [analyze(sentence).terms for sentence in SENTENCE_END.split(text)]
    asking = [terms for terms in sentences if len(set(terms)) >= _LEAST_TERMS]
    ordinals = [candidate.ordinal for candidate in candidates]
    coverage = reader.coverage(lang, asking, ordinals)
    found = [
        c._replace(coverage=max(c.coverage, share)) for c, share in zip(candidates, coverage, strict=True)
    ]
    if any(candidate.closeness is not None for candidate in found):
        return tuple(found)
    affinity = reader.affinity(lang, [term for terms in sentences for term in terms], ordinals)
    return tuple(c._replace(affinity=each) for c, each in zip(found, affinity, strict=True))
