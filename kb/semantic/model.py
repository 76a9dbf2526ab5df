"""The model that the settings name, as the rest of the house uses it: for passages, for questions, and its state."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from kb.errors import ModelUnusable
from kb.model import MeaningStatus
from kb.semantic.cache import VectorCache
from kb.semantic.directory import read_directory
from kb.semantic.encoder import Encoder
from kb.semantic.languages import known_languages
from kb.semantic.pairs import spread
from kb.semantic.passages import PassageEncoder
from kb.semantic.questions import Loaded, QuestionEncoder
from kb.settings import Settings

_logger = logging.getLogger(__name__)

_PATIENCE = 60.0
"""Seconds that whoever asks for the state waits while the model is being loaded."""


def open_model(settings: Settings) -> SentenceModel | None:
    """The sentence encoder of the settings, where one is used."""
    if not settings.semantic_model:
        return None
    return SentenceModel(
        Path(settings.semantic_model),
        settings.vector_cache,
        settings.semantic_budget / 1000,
        settings.semantic_languages,
    )


class SentenceModel:
    """A model by its folder. Nothing is read before it is needed, and nothing that is wrong with it is fatal."""

    def __init__(self, folder: Path, cache: Path, budget: float, languages: Sequence[str] = ()) -> None:
        """:param cache: the file of vectors already computed.
        :param budget: seconds that a question may take.
        :param languages: those it is used for; empty means those it knows.
        """
        self.folder = folder
        self._cache = cache
        self._chosen = tuple(languages)
        self.questions = QuestionEncoder(self._load, budget)

    @contextmanager
    def passages(self) -> Iterator[PassageEncoder | None]:
        """What gives documents their vectors; None, with a warning, where the model cannot be used."""
        try:
            directory = read_directory(self.folder)
            encoder, fingerprint = Encoder(directory), directory.fingerprint()
        except ModelUnusable as error:
            _logger.warning("Indexing words alone: %s", error)
            yield None
            return
        languages = known_languages(self._chosen, directory.languages, encoder.tokens)
        with closing(VectorCache(self._cache, fingerprint)) as cache:
            yield PassageEncoder(encoder, fingerprint, languages, cache)

    def status(self, indexed: str, *, wait: bool) -> MeaningStatus:
        """What it does for searches.

        :param indexed: the fingerprint of the model that the index was made with; empty where with none.
        :param wait: until it is loaded, if it is being loaded.
        """
        loaded, counts = self.questions.loaded(_PATIENCE if wait else 0), self.questions.counts
        if loaded is None:
            state = self.questions.problem
        elif not indexed:
            state = "The index holds no vectors yet. Run: kb index"
        elif indexed != loaded.fingerprint:
            state = (
                "The index was made with another model. Run: kb index. Where that was done, restart the site: "
                "the model was changed under it"
            )
        else:
            state = "ok"
        answered = counts.answered + counts.remembered
        return MeaningStatus(state, self.folder.resolve().name, answered, counts.late, counts.refused)

    def _load(self) -> Loaded:
        directory = read_directory(self.folder)
        encoder = Encoder(directory)
        known = known_languages(self._chosen, directory.languages, encoder.tokens)
        return Loaded(encoder.encode_question, directory.fingerprint(), spread(encoder, known))
