"""New articles and new translations: files where they belong, as drafts, over nothing that is there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.content import front_matter
from kb.content.paths import language_code, slugify
from kb.errors import ContentError
from kb.writing.library import Library, shown
from kb.writing.manuscripts import Manuscript
from kb.writing.template import NOTE, Blanks, filled, quoted
from kb.writing.translations import HASH_KEY, text_hash

LONGEST_SLUG = 60
_LANGUAGE_KEY = re.compile(r"^(lang|language|locale)[ \t]*:.*\n", re.MULTILINE)

_COMMENT = re.compile(r"^[ \t]*#.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What somebody wants to write."""

    title: str
    topic: str
    lang: str
    owner: str = ""
    summary: str = ""
    questions: Sequence[str] = ()
    note: str = ""
    """What the writer may begin from; readers never see it."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """The file that was written, and the topics its own may have been meant for, where it is a new one."""

    file: Path
    close_topics: tuple[str, ...] = ()


def draft_article(wanted: NewArticle, folder: Path, today: date) -> Drafted:
    """Write a draft from the house template.

    :raises ContentError: it has no title, its language is none, or there is such a file already.
    """
    title = " ".join(wanted.title.split())
    if not title or not any(char.isalnum() for char in title):
        raise ContentError("title", 1, "an article needs a title: say what the reader wants")
    lang = _language(wanted.lang)
    topic_folder = _topic_folder(folder / lang, wanted.topic)
    file = topic_folder / f"{short_slug(title)}.md"
    blanks = Blanks(title, lang, topic_folder.name, today, wanted.owner, wanted.summary, wanted.questions)
    text = filled(folder, blanks)
    if wanted.note:
        text += f"\n{NOTE} {wanted.note.replace('--', '- -').replace('>', ' ')} -->\n"
    close = _close_topics(topic_folder)
    _create(file, text)
    return Drafted(file, close)


def draft_translation(library: Library, original: Path, lang: str, today: date) -> Drafted:
    """Write a copy of an article beside it in another language, to be written over; it remembers its original.

    :raises ContentError: the file is no article, or the translation is there already.
    """
    lang = _language(lang)
    one = next((m for m in library.manuscripts if m.file.resolve() == original.resolve()), None)
    if one is None:
        raise ContentError(shown(original), 1, "is not an article here: name the file of the original")
    if lang == one.article.lang:
        raise ContentError(one.path, 1, f"is in {lang} itself: choose another language")
    there = library.works[one.article.topic, one.article.slug].get(lang)
    if there is not None:
        raise ContentError(there.path, 1, "is that translation already: open it")
    file = _place_of_translation(library, one, lang)
    _create(file, _translation_text(one, lang, today, placed_by_path=lang in file.parts))
    return Drafted(file)


def short_slug(title: str) -> str:
    """The name of a file for a title, cut at a word."""
    slug = slugify(title)
    if len(slug) <= LONGEST_SLUG:
        return slug
    return slug[:LONGEST_SLUG].rpartition("-")[0] or slug[:LONGEST_SLUG]


def _language(lang: str) -> str:
    code = language_code(lang)
    if not code:
        raise ContentError("--lang", 1, f"{lang!r} is not a language code such as en or pt-br")
    return code


def _topic_folder(language_folder: Path, topic: str) -> Path:
    """The folder of a topic that is there already under this name, or the one it will have."""
    slug = slugify(topic)
    if language_folder.is_dir():
        for folder in sorted(language_folder.iterdir()):
            if folder.is_dir() and slugify(folder.name) == slug:
                return folder
    return language_folder / slug


def _close_topics(folder: Path) -> tuple[str, ...]:
    if folder.is_dir() or not folder.parent.is_dir():
        return ()
    names = [one.name for one in folder.parent.iterdir() if one.is_dir()]
    begun = [name for name in names if name.startswith(folder.name) or folder.name.startswith(name)]
    return tuple(dict.fromkeys([*begun, *difflib.get_close_matches(folder.name, names, 3, 0.6)]))


def _create(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as target:
            target.write(text)
    except FileExistsError:
        raise ContentError(shown(file), 1, "is there already: open it, or choose another title") from None
    except OSError:  # a full disk: half an article would be in the way of the next attempt
        file.unlink(missing_ok=True)
        raise


def _place_of_translation(library: Library, one: Manuscript, lang: str) -> Path:
    """Where the language's folder is if the path says the language; otherwise beside it, as ``name.<lang>.md``."""
    folder = next(f for f in library.folders if one.file.is_relative_to(f))
    inside = one.file.relative_to(folder)
    if inside.parts[0] == one.article.lang:
        return folder.joinpath(lang, *inside.parts[1:])
    stem = one.file.stem.removesuffix(f".{one.article.lang}")
    return one.file.with_name(f"{stem}.{lang}{one.file.suffix}")


def _translation_text(one: Manuscript, lang: str, today: date, *, placed_by_path: bool) -> str:
    block = _COMMENT.sub("", front_matter.split(one.text).block)
    for key in ("status", HASH_KEY, "redirect_from", "questions", "title", "summary", "updated", "review_by"):
        block = _without_key(block, key)
    block = _LANGUAGE_KEY.sub("", block)
    article = one.article
    head = [
        f"title: {quoted(article.title)}",
        f"summary: {quoted(article.summary)}",
        "# How people ask this in this language.",
        "questions: []",
        f"updated: {today}",
        f"{HASH_KEY}: {text_hash(article)}",
        "status: draft",
    ]
    if not placed_by_path:
        head.append(f"lang: {lang}")
    return "---\n" + "\n".join(head) + "\n" + block + "---\n" + one.body


def _without_key(block: str, key: str) -> str:
    """The block without a key and what is indented under it."""
    return re.sub(rf"^{key}[ \t]*:.*\n(?:(?:[ \t]+|- ).*\n)*", "", block, flags=re.MULTILINE)
