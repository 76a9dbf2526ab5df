"""The house template: what a new article looks like before anybody has written it.

A team's own ``_template.md`` in its articles folder, or in the folder of a language, takes the place of ours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template

from kb.errors import ContentError

FILE = "_template.md"
NOTE = "<!-- write:"
"""How a note to the writer begins: readers never see it, and a published article that still has one is reported."""
REVIEW_AFTER = timedelta(days=182)

_FRONT = """---
title: $title
# One sentence that answers; lists, search results and the contact form show it.
summary: $summary
tags: []
# How people ask this, in their own words, as they type them: the surest way to be found.
questions:$questions
updated: $today
review_by: $review_by
owner: $owner
status: draft
---
"""
_OUTLINE = {
    "en": (
        ("", "the sentence that answers, then what the reader needs before the first step"),
        ("Steps", "1. one action a step, with the names that stand on the screen in **bold**"),
        ("If that did not help", "what to try next, and a link to the article about it"),
    ),
    "it": (
        ("", "la frase che risponde, poi quello che serve prima del primo passo"),
        ("Come si fa", "1. un'azione per passo, con i nomi che si leggono sullo schermo in **grassetto**"),
        ("Se non ha funzionato", "che cosa provare dopo, con un collegamento all'articolo giusto"),
    ),
    "ru": (
        ("", "предложение, которое отвечает; затем то, что понадобится до первого шага"),
        ("Что делать", "1. одно действие на шаг, названия с экрана — **жирным**"),
        ("Если не помогло", "что попробовать дальше и ссылка на нужную статью"),
    ),
}


@dataclass(frozen=True, slots=True)
class Blanks:
    """What a template is filled with."""

    title: str
    lang: str
    topic: str
    today: date
    owner: str = ""
    summary: str = ""
    questions: Sequence[str] = ()


def filled(folder: Path, blanks: Blanks) -> str:
    """The text of a new article.

    :raises ContentError: the team's template cannot be read or has a blank that we do not know.
    """
    own = next((p for p in (folder / blanks.lang / FILE, folder / FILE) if p.is_file()), None)
    if own is None:
        return Template(_FRONT + _outline(blanks.lang)).substitute(_values(blanks))
    try:
        return Template(own.read_text(encoding="utf-8-sig")).substitute(_values(blanks))
    except KeyError as error:
        known = ", ".join(f"${name}" for name in _values(blanks))
        raise ContentError(
            str(own), 1, f"${error.args[0]} is no blank: the known ones are {known}"
        ) from error
    except ValueError as error:
        raise ContentError(str(own), 1, f"{error}: write $$ for a dollar sign") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(str(own), 1, "cannot be read as UTF-8: save it again") from error


def _values(blanks: Blanks) -> dict[str, str]:
    questions = "".join(f"\n  - {quoted(question)}" for question in blanks.questions)
    return {
        "title": quoted(blanks.title),
        "summary": quoted(blanks.summary),
        "questions": questions or " []",
        "today": blanks.today.isoformat(),
        "review_by": (blanks.today + REVIEW_AFTER).isoformat(),
        "owner": quoted(blanks.owner),
        "lang": blanks.lang,
        "topic": blanks.topic,
    }


def quoted(text: str) -> str:
    """The text as a YAML value, whatever is in it. (A JSON string is one.)"""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _outline(lang: str) -> str:
    parts = _OUTLINE.get(lang.partition("-")[0], _OUTLINE["en"])
    blocks = [
        f"## {heading}\n\n{NOTE} {note} -->" if heading else f"{NOTE} {note} -->" for heading, note in parts
    ]
    return "\n\n".join(blocks) + "\n"
