"""Every sentence of the site, by message id, in the language of the page.

English is a catalogue like the others (see ``catalogues.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, g
from flask_babel import (  # type: ignore[import-untyped]  # it ships no types
    Babel,
    format_date,
    format_time,
    format_timedelta,
    get_locale,
)
from markupsafe import Markup, escape

from kb.toml_table import Localised
from webapp.catalogues import catalogue, has_sentences

FALLBACK = "en"


def offered(languages: Sequence[str]) -> tuple[str, ...]:
    """Those of ``languages`` that have a catalogue; English when none has."""
    return tuple(lang for lang in languages if has_sentences(lang)) or (FALLBACK,)


def _sentences() -> Translations:
    return catalogue(g.get("lang", FALLBACK))


def init_app(app: Flask) -> None:
    """Give the templates their words: ``t``, ``tn`` and the formats of the page's language."""
    app.config["BABEL_DEFAULT_LOCALE"] = FALLBACK
    Babel(app, locale_selector=lambda: g.get("lang", FALLBACK))
    app.jinja_env.globals.update(
        t=text,
        tn=count,
        pick=pick,
        day=day,
        moment=moment,
        size=size,
        number=number,
        language_name=language_name,
        own_name=own_name,
    )


def text(message: str, **values: object) -> Markup:
    """The sentence with that id; values are escaped, unless they are markup already."""
    return _filled(_sentences().gettext(message), values)


def count(message: str, n: int, **values: object) -> Markup:
    """The form of the sentence that agrees with ``n``; ``%(num)s`` is ``n``, written as the language does."""
    form = _sentences().ngettext(message, message, abs(n))  # -1 takes the form of 1
    return _filled(form, {"num": number(n), **values})


def _filled(sentence: str, values: dict[str, object]) -> Markup:
    if not values:
        return Markup(sentence)  # noqa: S704  # from our own catalogue
    return Markup(sentence % {name: escape(value) for name, value in values.items()})  # noqa: S704


def pick(localised: Localised) -> str:
    """The text in the language of the page, or else in English, or else the first one there is."""
    lang = str(g.get("lang", FALLBACK))
    return localised.get(lang) or localised.get(FALLBACK) or next(iter(localised.values()), "")


def day(value: date | datetime) -> str:
    """A date in words, as the language writes it: ``September 28, 2026``."""
    return str(format_date(value, "long"))


def number(value: float) -> str:
    """A number with the signs of the language."""
    return _number(value, str(g.get("lang", FALLBACK)))


@lru_cache(maxsize=1_000)
def _number(value: float, lang: str) -> str:
    return format_decimal(value, locale=lang)


def size(count: int) -> str:
    """Bytes as people read them: ``1.2 MB``, with the decimal sign of the language."""
    for unit, name in ((1024 * 1024, "MB"), (1024, "kB")):
        if count >= unit:
            return f"{number(round(count / unit, 1))}\u00a0{name}"
    return f"{number(count)}\u00a0B"


def span(days: int) -> str:
    """So many days as people say it: ``2 years``."""
    return str(format_timedelta(timedelta(days=days), granularity="day"))


def moment(value: datetime) -> str:
    """A date as :func:`day` has it, and the time in UTC, which it says: ``September 28, 2026, 14:05 UTC``."""
    return f"{day(value)}, {format_time(value, 'HH:mm')} UTC"


def language_name(lang: str) -> str:
    """The name of a language in the language of the page."""
    return _display_name(lang, get_locale()) or lang


@cache
def own_name(lang: str) -> str:
    """The name of a language in that language, with a capital as in a list."""
    name = _display_name(lang, None) or lang
    return name[:1].upper() + name[1:]


def _display_name(lang: str, within: Locale | None) -> str | None:
    try:
        return Locale.parse(lang, sep="-").get_display_name(within)
    except (UnknownLocaleError, ValueError):
        return None
