"""An open generation: everything a request reads, unchanging while the request lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from kb.index import generations
from kb.index.catalogue import Catalogue
from kb.index.conditions import Conditions
from kb.index.engine import Affinity, Retrieval, Retrieved, Token
from kb.index.fulltext import FullText
from kb.index.generations import Manifest
from kb.index.partition import Partition
from kb.index.retrieval import retrieve
from kb.index.shown import Shown
from kb.index.vectors import Meanings
from kb.model import Card, Document, IndexStatus, Kind


@dataclass(frozen=True, slots=True)
class Generation:
    """Implements :class:`kb.index.engine.IndexReader`.

    Closed by the garbage collector, when the last request that reads it has ended.
    """

    path: Path
    manifest: Manifest
    catalogue: Catalogue
    partitions: dict[str, Partition]
    conditions: dict[str, Conditions]
    meanings: Meanings
    by_documents: tuple[str, ...]
    """The languages, those with most documents first."""

    @classmethod
    def open(cls, path: Path, *, intact: generations.Intact | None) -> Generation:
        """:param intact: files that need no checking again; None where none needs it.

        :raises IndexDamaged: a file is missing or not what was written.
        """
        manifest = generations.read_manifest(path, intact)
        partitions, first = {}, 0
        for lang in manifest.languages:
            partitions[lang] = Partition(path / "similarity" / lang, first)
            first += partitions[lang].slots
        catalogue = Catalogue(path)
        return cls(
            path,
            manifest,
            catalogue,
            partitions,
            {
                lang: Conditions(
                    part, FullText(path / "fulltext" / lang), partial(catalogue.slots_tagged, lang)
                )
                for lang, part in partitions.items()
            },
            Meanings.open(path / "meaning", tuple(manifest.languages)),
            tuple(sorted(manifest.languages, key=lambda lang: (-manifest.languages[lang], lang))),
        )

    @property
    def generation(self) -> str:
        """Names it: while the name is the same, so is every answer."""
        return self.path.name

    def retrieve(self, retrieval: Retrieval) -> Retrieved:
        """The documents of one language that match, scored."""
        part = self.partitions.get(retrieval.lang)
        if part is None:
            return Retrieved((), dict.fromkeys(Kind, 0))
        conditions = self.conditions[retrieval.lang]
        matching = conditions.met(retrieval.clauses) if retrieval.clauses else None
        return retrieve(part, retrieval, matching, self.meanings.of(retrieval))

    def document(self, document_id: str) -> Document:
        """:raises NotFound: there is none with that id."""
        return self.catalogue.document(document_id)

    def shown(self, ordinals: Iterable[int]) -> list[Shown]:
        """What hits show of the documents with these ordinals, in their order."""
        parts = list(self.partitions.values())
        owners = ((next(part for part in parts if each in part.ordinals), each) for each in ordinals)
        return [part.shown(ordinal - part.first) for part, ordinal in owners]

    def languages(self) -> tuple[str, ...]:
        """The languages that have documents, those with most documents first."""
        return self.by_documents

    def has_meaning(self, lang: str) -> bool:
        """Whether a query's meaning can be compared with a language's documents."""
        return lang in self.meanings.languages

    def known_share(self, lang: str, terms: Sequence[str]) -> float:
        """The share of the terms' information whose words a language's documents know, in [0, 1]."""
        part = self.partitions.get(lang)
        return part.similarity.known_share(terms) if part else 0.0

    def coverage(self, lang: str, texts: Sequence[Sequence[str]], ordinals: Sequence[int]) -> list[float]:
        """How much of the terms' information each document covers of the text that it covers best, in [0, 1]."""
        return self.partitions[lang].coverage(texts, ordinals)

    def affinity(self, lang: str, terms: Sequence[str], ordinals: Sequence[int]) -> list[Affinity | None]:
        """How far a message and each document are about the same."""
        part = self.partitions[lang]
        slots = [ordinal - part.first for ordinal in ordinals]
        return part.affinities.of(terms, slots) if part.affinities else [None] * len(slots)

    def matched_tokens(self, lang: str, ordinals: Sequence[int], terms: Sequence[str]) -> list[list[Token]]:
        """Where these terms, and words close to them, stand in each of a language's documents, in reading order."""
        return self.partitions[lang].matched_tokens(ordinals, terms)

    def titles(self, lang: str, whole: Sequence[str], last: str, limit: int) -> tuple[Card, ...]:
        """Documents of a language whose titles hold the folded words typed, the last of which may go on."""
        part = self.partitions.get(lang)
        if part is None:
            return ()
        found = part.facts(ordinal - part.first for ordinal in part.titles(whole, last, limit))
        return self.catalogue.cards([facts.id for facts in found])

    def vocabulary(self, prefix: str, lang: str, limit: int) -> tuple[str, ...]:
        """Indexed terms that begin with ``prefix``, the most frequent first."""
        part = self.partitions.get(lang)
        return tuple(part.frequent(prefix, limit)) if part else ()

    def frequency(self, lang: str, term: str) -> int:
        """How many documents of a language hold a term."""
        part = self.partitions.get(lang)
        return part.similarity.frequency(term) if part else 0

    def close_words(self, lang: str, word: str, edits: int) -> tuple[str, ...]:
        """Words of a language, as written, within so many edits of ``word``."""
        part = self.partitions.get(lang)
        return part.spellings.close(word, edits) if part else ()

    def status(self) -> IndexStatus:
        """What this generation holds."""
        manifest = self.manifest
        return IndexStatus(
            generation=self.generation,
            built=datetime.fromisoformat(manifest.built),
            documents=manifest.articles + manifest.threads,
            articles=manifest.articles,
            threads=manifest.threads,
            languages=manifest.languages,
            bytes=manifest.bytes,
            terms=manifest.terms,
            vectors={lang: len(index) for lang, index in self.meanings.languages.items()},
            model=self.meanings.fingerprint,
        )
