"""The message catalogues, ``translations/<lang>/LC_MESSAGES/messages.po``, read as they are when first needed."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent / "translations"


def has_sentences(lang: str) -> bool:
    """Whether there is a catalogue for a language."""
    return _file(lang).is_file()


@cache
def catalogue(lang: str) -> Translations:
    """The sentences of a language. Compiled in memory: a compiled file beside its source would only grow stale."""
    compiled = BytesIO()
    with _file(lang).open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)


def _file(lang: str) -> Path:
    return FOLDER / lang / "LC_MESSAGES" / "messages.po"
