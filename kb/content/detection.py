"""The language of a text that nothing else says the language of."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from kb.content.paths import LANGUAGES

_NOT_PROSE = re.compile(r"```.*?```|`[^`\n]*`|<[^>\n]*>|\]\([^)\n]*\)|https?://\S+|\{[^}\n]*\}", re.DOTALL)
_READ = 4000
_LEAST_LETTERS = 80
_LEAST_CONFIDENCE = 0.95
"""Texts full of product names look like a random language; then the site's own language is the better guess."""


def detect_language(markdown: str, *, otherwise: str) -> str:
    """The language ``markdown`` is surely written in, or ``otherwise``."""
    prose = _NOT_PROSE.sub(" ", markdown[:_READ])
    if sum(map(str.isalpha, prose)) < _LEAST_LETTERS:
        return otherwise
    code, confidence = _identifier().classify(prose)
    return str(code) if confidence >= _LEAST_CONFIDENCE and code in LANGUAGES else otherwise


@cache
def _identifier() -> Any:
    # Loading the model takes most of a second, which only a folder without languages should cost.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
