"""Every sentence of the site comes from the catalogues, and every catalogue has every sentence."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask, g

import webapp
from kb.index.documents import FIELDS
from kb.readership import Readership
from webapp.brand import Brand, Channel
from webapp.catalogues import FOLDER
from webapp.errors import ANSWERS, STATUS_MESSAGES
from webapp.texts import count, day, language_name, moment, own_name, pick, text

SITE = Path(webapp.__file__).parent
TEMPLATES = sorted((SITE / "templates").rglob("*.html"))
FOR_PROGRAMS = sorted(path for path in (SITE / "templates" / "feeds").iterdir())
CODE = sorted(SITE.rglob("*.py"))
LANGUAGES = ("en", "it", "ru")

_CALL = re.compile(r"""(?<![\w.])(?:t|tn|text|count)\(\s*["']([a-z_.]+)["']\s*[,)]""")
_QUOTED = re.compile(r'"((?:contact|error|search|label|thread)(?:\.[a-z_]+)+)"')
_PLACE = re.compile(r"%\((\w+)\)s")


def catalogue(lang: str) -> Catalog:
    with (FOLDER / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def messages(lang: str) -> dict[str, list[str]]:
    return forms_by_id(catalogue(lang))


def forms_by_id(catalog: Catalog) -> dict[str, list[str]]:
    """Each message id with its sentence, or its plural forms."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            [message.string] if isinstance(message.string, str) else list(message.string or ())
        )
        for message in catalog
        if message.id
    }


def used_ids(endpoints: set[str]) -> set[str]:
    """The ids that templates and code ask for; those put together from parts are spelled out here."""
    called = {
        id_
        for source in [*TEMPLATES, *FOR_PROGRAMS, *CODE]
        for id_ in _CALL.findall(source.read_text(encoding="utf-8"))
    }
    quoted = {id_ for source in CODE for id_ in _QUOTED.findall(source.read_text(encoding="utf-8"))}
    stems = {answer.message for answer in ANSWERS.values()} | set(STATUS_MESSAGES.values())
    put_together = {f"{stem}.{part}" for stem in stems for part in ("title", "text")}
    put_together |= {
        f"feedback.reason.{one}" for helpful in (True, False) for one in Readership.reasons(helpful=helpful)
    }
    put_together |= {f"search.tab.{name}" for name in ("all", "article", "thread")}
    put_together |= {f"search.field.{field.name}" for field in FIELDS}
    return called | (quoted - stems - endpoints) | put_together


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogue_has_exactly_the_sentences_in_use(lang: str, app: Flask) -> None:
    assert set(messages(lang)) == used_ids(set(app.view_functions))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_translated(lang: str) -> None:
    assert [id_ for id_, forms in messages(lang).items() if not all(form.strip() for form in forms)] == []
    assert [message.id for message in catalogue(lang) if message.fuzzy and message.id] == []


def test_plural_forms_are_as_many_as_the_language_has() -> None:
    for lang, forms in (("en", 2), ("it", 2), ("ru", 3)):
        assert {len(found) for found in messages(lang).values()} == {1, forms}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_speak_of_the_same_values(lang: str) -> None:
    english = messages("en")
    for id_, forms in messages(lang).items():
        for form in forms:
            assert set(_PLACE.findall(form)) == set(_PLACE.findall(english[id_][0])), id_


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_holds_no_sentence_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    between_tags = re.sub(r"<[^>]*>", "", re.sub(r'\s[\w-]+="[^"]*"', "", bare))
    assert re.findall(r"[^\W\d_]+", between_tags) == []
    for attribute in re.findall(r'\b(?:alt|title|placeholder|aria-label|content)="([^"]*)"', bare):
        if attribute not in {"width=device-width, initial-scale=1", "light dark", "noindex"}:
            assert attribute == ""


def test_count_agrees_in_russian(app: Flask) -> None:
    with app.test_request_context():
        g.lang = "ru"
        words = {n: str(count("label.votes", n)).split()[-1] for n in (0, 1, 2, 5, 11, 21, 22, 112, -1, -2)}
    assert words == {
        0: "голосов",
        1: "голос",
        2: "голоса",
        5: "голосов",
        11: "голосов",
        21: "голос",
        22: "голоса",
        112: "голосов",
        -1: "голос",
        -2: "голоса",
    }


def test_values_are_escaped(app: Flask) -> None:
    with app.test_request_context():
        g.lang = "en"
        assert text("search.instead", query="<b>%s</b>") == "Search instead for “&lt;b&gt;%s&lt;/b&gt;”"


def test_languages_are_named_in_the_language_of_the_page_and_in_their_own(app: Flask) -> None:
    with app.test_request_context():
        g.lang = "it"
        assert (language_name("ru"), own_name("ru")) == ("russo", "Русский")
        assert (language_name("q?"), own_name("zz-nope")) == ("q?", "Zz-nope")


@pytest.mark.parametrize(("lang", "words"), [("en", "September 28, 2026"), ("it", "28 settembre 2026")])
def test_a_moment_is_a_day_and_the_time_in_utc(app: Flask, lang: str, words: str) -> None:
    noon_in_rome = datetime(2026, 9, 28, 12, 5, tzinfo=ZoneInfo("Europe/Rome"))
    with app.test_request_context():
        g.lang = lang
        assert (day(noon_in_rome), moment(noon_in_rome)) == (words, f"{words}, 10:05 UTC")


def test_brand_text_falls_back_to_english_then_to_any(app: Flask) -> None:
    with app.test_request_context():
        g.lang = "ru"
        assert pick({"en": "Chat", "ru": "Чат"}) == "Чат"
        assert pick({"it": "Chiacchiere", "en": "Chat"}) == "Chat"
        assert pick({"it": "Chiacchiere"}) == "Chiacchiere"
        assert pick(Brand().tagline) == ""
        assert pick(Channel(title={}, hours={}, wait={}, best_for={}).title) == ""
