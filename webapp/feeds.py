"""What programs read of the site: sitemap, news feed, search description, robots.txt, llms.txt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime

from flask import Blueprint, Response, abort, g, render_template

from kb.model import Card, Kind
from webapp.addresses import root
from webapp.conditional import remembered_page
from webapp.site import current_site

NEWS = 30
MAP_SIZE = 5_000
"""Addresses in one sitemap file: far fewer than the protocol allows, since each brings its translations."""
TOPIC_SAMPLE = 20
"""Articles of a topic in llms.txt; the topic's page has them all."""

_XML = "application/xml"

blueprint = Blueprint("feeds", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the sitemap, with its translations by language."""

    card: Card
    versions: dict[str, str]


@blueprint.get("/sitemap.xml")
def sitemaps() -> Response:
    """The list of the sitemaps: each language has as many as it needs."""
    return _once("sitemaps", _XML, lambda: render_template("feeds/sitemaps.xml", files=_map_files()))


@blueprint.get("/sitemap/<lang>/<int:number>.xml")
def sitemap(lang: str, number: int) -> Response:
    """A part of the pages in one language."""
    if (lang, number) not in _map_files():
        abort(404)
    return _once(
        ("sitemap", lang, number),
        _XML,
        lambda: render_template("feeds/sitemap.xml", places=_places(lang, number)),
    )


@blueprint.get("/feeds/<lang>.xml")
def news(lang: str) -> Response:
    """New and updated articles as RSS."""
    if lang not in current_site().languages:
        abort(404)
    return _once(
        ("news", lang),
        "application/rss+xml",
        lambda: render_template(
            "feeds/news.xml",
            cards=current_site().kb.recent(lang, Kind.ARTICLE, NEWS),
            lang=lang,
            moment=_moment,
        ),
    )


@blueprint.get("/opensearch.xml")
def search_description() -> Response:
    """How a browser searches the site from its address bar."""
    return _once(
        "opensearch", "application/opensearchdescription+xml", lambda: render_template("feeds/opensearch.xml")
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave alone: pages that are made on demand, and forms."""
    return _once("robots", "text/plain", lambda: render_template("feeds/robots.txt"))


@blueprint.get("/llms.txt")
def llms() -> Response:
    """The help centre as a list of links with a sentence each, as llmstxt.org describes it."""
    kb, lang = current_site().kb, current_site().settings.language

    def render() -> str:
        shelves = [
            (
                topic,
                [card for card in kb.topic_cards(lang, topic.slug) if card.kind is Kind.ARTICLE][
                    :TOPIC_SAMPLE
                ],
            )
            for topic in kb.topics(lang)
        ]
        return render_template("feeds/llms.txt", shelves=shelves)

    return _once("llms", "text/plain", render)


def _once(name: object, mimetype: str, render: Callable[[], str]) -> Response:
    """One rendering for each index, language and address of the site."""
    response = remembered_page((current_site().kb.generation, name, g.lang, root()), render)
    response.mimetype = mimetype
    return response


def _map_files() -> tuple[tuple[str, int], ...]:
    languages = current_site().kb.status().languages
    return tuple(
        (lang, number + 1)
        for lang, pages in sorted(languages.items())
        for number in range(-(-pages // MAP_SIZE))
    )


def _places(lang: str, number: int) -> list[Place]:
    kb = current_site().kb
    cards = kb.pages(lang)[(number - 1) * MAP_SIZE : number * MAP_SIZE]
    languages = kb.status().languages
    urls = {other: {card.id: card.url for card in kb.pages(other)} for other in languages}

    def versions(card: Card) -> dict[str, str]:
        if card.kind is Kind.THREAD:
            return {}
        rest = card.id.partition("/")[2]
        found = {other: url for other in languages if (url := urls[other].get(f"{other}/{rest}"))}
        return found if len(found) > 1 else {}

    return [Place(card, versions(card)) for card in cards]


def _moment(card: Card) -> str:
    """The day of a page's last change, as RSS writes a moment; nothing where it is not known."""
    return format_datetime(datetime.combine(card.updated, time(), UTC), usegmt=True) if card.updated else ""
