"""The synonyms that writers keep beside their articles: one file a language, one line a meaning.

``a, b, c``   whoever types one of these also finds the others
``a => b, c``  whoever types ``a`` also finds ``b`` and ``c``, not the other way round
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.content.paths import language_code
from kb.model import Problem

SYNONYM_FILE = "_synonyms.txt"
_LONGEST_LINE = 1000
_MOST_PHRASES = 32
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """Whoever types ``typed`` may mean any of ``meant``."""

    typed: str
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynonymFile:
    """What one file says, and what is wrong with it."""

    rules: tuple[SynonymRule, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SynonymPath:
    """A file, the language its words are in, and its name in messages."""

    path: Path
    lang: str
    shown: str


def synonym_files(folders: Sequence[Path], language: str) -> tuple[SynonymPath, ...]:
    """The synonym files of folders of articles: one in each language's folder, and one beside them.

    :param language: of a file in a folder that is not named after a language.
    """
    return tuple(found for folder in folders for found in _files(folder, language))


def read_synonyms(file: SynonymPath) -> SynonymFile:
    """The rules of a file; a line that cannot be read is reported and left out."""
    try:
        text = file.path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}"
        return SynonymFile((), (Problem(file.shown, 1, f"cannot be read: {why}. No synonym of it is used."),))
    rules: list[SynonymRule] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        try:
            rules += _rules(said)
        except ValueError as error:
            problems.append(Problem(file.shown, number, f"{error}. The line is not used."))
    return SynonymFile(tuple(rules), tuple(problems))


def _files(folder: Path, language: str) -> Iterator[SynonymPath]:
    own = folder / SYNONYM_FILE
    if own.is_file():
        yield SynonymPath(own, language_code(folder.name) or language, SYNONYM_FILE)
    for path in sorted(folder.glob(f"*/{SYNONYM_FILE}")):
        name = path.parent.name
        lang = language_code(name) or language_code(name.rpartition(".")[2])
        if lang:
            yield SynonymPath(path, lang, f"{name}/{SYNONYM_FILE}")


def _rules(said: str) -> list[SynonymRule]:
    """:raises ValueError: what is wrong with the line."""
    if len(said) > _LONGEST_LINE:
        raise ValueError(f"longer than {_LONGEST_LINE} characters: use several lines")
    left, arrow, right = said.partition("=>")
    if "=>" in right:
        raise ValueError('more than one "=>": write one line for each')
    typed = _phrases(left)
    if arrow:
        meant = _phrases(right)
        return [SynonymRule(one, meant) for one in typed]
    if len(typed) < 2:
        raise ValueError('one word has no synonym: write "a, b", or "a => b"')
    return [SynonymRule(one, tuple(other for other in typed if other != one)) for one in typed]


def _phrases(side: str) -> tuple[str, ...]:
    """The words or phrases between commas, each once."""
    phrases = [" ".join(part.split()) for part in side.split(",")]
    if not all(phrases):
        raise ValueError("a word is missing beside a comma or an arrow")
    if len(phrases) > _MOST_PHRASES:
        raise ValueError(f"more than {_MOST_PHRASES} synonyms: whoever means that much means nothing")
    for phrase in phrases:
        if len(phrase.split()) > _MOST_WORDS:
            raise ValueError(f'"{phrase}" has more than {_MOST_WORDS} words: a synonym is what people type')
        if not any(letter.isalnum() for letter in phrase):
            raise ValueError(f'"{phrase}" has no letter and no digit')
    return tuple(dict.fromkeys(phrases))
