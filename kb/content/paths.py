"""What a file's path says: language, topic, slug."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

GENERAL_TOPIC = "general"
"""The topic of an article that neither path nor front matter puts anywhere."""

_CODES = """
ar bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mr ms
nb ne nl nn no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi yi zh
"""
LANGUAGES = frozenset(_CODES.split())
"""ISO 639-1 codes that may name a folder. Rarer ones that are English words ("as", "so") are left out."""

_CODE = re.compile(r"([a-z]{2})(?:[-_]([a-z]{2}|han[st]|latn|cyrl))?", re.IGNORECASE)
_NOT_ASCII_SLUG = re.compile(r"[^a-z0-9]+")
_SPELLED_OUT = str.maketrans({"+": "plus", "#": "sharp"})
"""Signs that are part of a name, so that "c", "c++" and "c#" stay three slugs."""


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a path says, empty where it says nothing; ``topic_name`` is the name of the topic's folder."""

    lang: str
    topic: str
    topic_name: str
    slug: str


def language_code(text: str) -> str:
    """The language code ``text`` is, lower-cased with a hyphen (``pt_BR`` → ``pt-br``), or an empty string."""
    match = _CODE.fullmatch(text.strip())
    if match is None or match[1].lower() not in LANGUAGES:
        return ""
    return "-".join(part.lower() for part in match.groups() if part)


def read_path(segments: Sequence[str], *, root: str = "") -> PathFacts:
    """The facts in a relative path, given as its segments; ``root`` is the name of the folder it is relative to.

    The outermost segment that is a language code, or ends with one (``pages.it``), names the language, then the
    file name (``reset.it.md``), then the root folder. The folder that holds the file is the topic, unless it is the
    language.
    """
    *folders, name = segments
    lang, topic_name, topic = _read_folders(tuple(folders))
    stem = name.rpartition(".")[0] or name
    before, dot, ending = stem.rpartition(".")
    ending = language_code(ending) if dot and before else ""
    if ending and lang in {"", ending}:
        stem, lang = before, ending
    return PathFacts(
        lang=lang or _segment_language(root), topic=topic, topic_name=topic_name, slug=slugify(stem)
    )


@lru_cache(maxsize=1024)  # thousands of files share a few folders
def _read_folders(folders: tuple[str, ...]) -> tuple[str, str, str]:
    topic_name = folders[-1] if folders else ""
    for folder in folders:
        lang = _segment_language(folder)
        if lang:
            topic_name = "" if folder is topic_name else topic_name
            break
    else:
        lang = ""
    return lang, topic_name, slugify(topic_name) if topic_name else ""


def _segment_language(segment: str) -> str:
    return language_code(segment) or (language_code(segment.rpartition(".")[2]) if "." in segment else "")


def slugify(text: str) -> str:
    """A name that is safe in a URL: lower-case letters and digits with single hyphens between, never empty.

    Accents are dropped from Latin letters; letters of other scripts stay. Text without any letter or digit is
    spelled by its code points, so that different names keep different slugs.
    """
    if text.isascii():
        slug = _NOT_ASCII_SLUG.sub("-", text.translate(_SPELLED_OUT).lower())
    else:
        slug = re.sub(
            r"-{2,}",
            "-",
            "".join(
                map(_slug_character, unicodedata.normalize("NFKC", text.translate(_SPELLED_OUT)).lower())
            ),
        )
    return slug.strip("-") or "-".join(f"u{ord(char):x}" for char in text.strip()) or "u0"


def _slug_character(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0]
    if base.isascii():
        return base if base.isalnum() else "-"
    category = unicodedata.category(char)
    # Vowel signs of Thai or Hindi are marks, and part of the word.
    return char if category[0] in "LN" or category in {"Mn", "Mc"} else "-"


def anchor(text: str) -> str:
    """A heading's anchor, made as GitHub makes it: lower-cased, punctuation dropped, spaces to hyphens."""
    kept = "".join(char for char in text.strip().lower() if char.isalnum() or char in " -_" or _is_mark(char))
    return re.sub(r" +", "-", kept) or "section"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Mc"}
