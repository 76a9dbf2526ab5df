"""The pages one reads: home, topics, tags, articles and their images."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, g, render_template, request, send_from_directory, url_for

from kb.model import Article, Card, Kind, Topic
from webapp import structured
from webapp.addresses import root
from webapp.assets import IMMUTABLE
from webapp.conditional import conditional_page, remembered_page
from webapp.head import Head, versions_of_home
from webapp.readers import counted
from webapp.site import current_site
from webapp.texts import pick, text

READ = 5
RECENT = 5
SOLVED = 5
RELATED = 4

_MEDIA_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}\.(png|jpe?g|gif|webp|avif)\Z")
"""A name the indexer gives. SVG is left out: it can carry script."""

_IMAGE = re.compile(r'<img [^>]*src="(/media/[^"]+)"')

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> Response:
    """The search box, the topics, what is new and what the community solved."""
    kb = current_site().kb
    lang = content_language()
    return conditional_page(
        render_template(
            "pages/home.html",
            content_lang=lang,
            topics=kb.topics(lang),
            recent=kb.recent(lang, Kind.ARTICLE, RECENT),
            read=kb.readership.most_read(lang, READ),
            helpful=kb.readership.most_helpful(lang, READ),
            solved=[card for card in kb.recent(lang, Kind.THREAD, SOLVED) if card.accepted],
            head=Head(
                path=url_for("pages.home", lang=request.args.get("lang")),
                title=text("home.title"),
                description=pick(current_site().brand.tagline),
                versions=versions_of_home(),
                structured=(structured.of_site(),),
            ),
        )
    )


@blueprint.get("/topics/<lang>/<topic>")
def topic(lang: str, topic: str) -> Response:
    """What one topic holds: the articles, then the community's threads."""
    kb = current_site().kb
    shelf = shelf_of(lang, topic) or abort(404)
    versions = {other: found.url for other in current_site().languages if (found := shelf_of(other, topic))}
    return conditional_page(
        render_template(
            "pages/topic.html",
            shelf=shelf,
            **_by_kind(kb.topic_cards(lang, topic)),
            topics=kb.topics(lang),
            alternatives=versions,
            head=Head(
                path=shelf.url,
                title=shelf.title,
                description=shelf.description,
                versions=versions,
                structured=(structured.of_path(shelf),),
            ),
        )
    )


@blueprint.get("/tags/<lang>/<path:tag>")
def tag(lang: str, tag: str) -> Response:
    """What carries one tag."""
    kb = current_site().kb
    cards = kb.tag_cards(lang, tag) or abort(404)
    versions = {
        other: url_for("pages.tag", lang=other, tag=tag)
        for other in current_site().languages
        if kb.tag_cards(other, tag)
    }
    return conditional_page(
        render_template(
            "pages/tag.html",
            tag=tag,
            content_lang=lang,
            **_by_kind(cards),
            alternatives=versions,
            head=Head(
                path=url_for("pages.tag", lang=lang, tag=tag),
                title=text("tag.title", tag=tag),
                versions=versions,
            ),
        )
    )


@blueprint.get("/articles/<lang>/<topic>/<slug>")
def article(lang: str, topic: str, slug: str) -> Response:
    """One official article with its outline and what is close to it."""
    kb = current_site().kb
    key = (kb.generation, request.path, g.lang, g.preferred, root())
    article_id = f"{lang}/{topic}/{slug}"
    response = remembered_page(key, lambda: _article(kb.article(article_id)))
    return counted(response, article_id, lang)


def _article(page: Article) -> str:
    kb = current_site().kb
    translations = kb.translations(page)
    versions = {card.lang: card.url for card in translations} | {page.lang: page.url}
    shelf = shelf_of(page.lang, page.topic)
    return render_template(
        "pages/article.html",
        article=page,
        shelf=shelf,
        outline=_outline(page),
        related=kb.related(page.id, RELATED, Kind.ARTICLE),
        threads=kb.related(page.id, RELATED, Kind.THREAD),
        neighbours=kb.neighbours(page),
        translations=translations,
        alternatives=versions,
        head=Head(
            path=page.url,
            title=page.title,
            description=page.summary,
            kind="article",
            versions=versions if translations else {},
            image=_first_image(page),
            structured=(*structured.of_article(page), structured.of_path(*filter(None, [shelf]), page)),
        ),
    )


def _first_image(page: Article) -> str:
    found = _IMAGE.search(page.html)
    return found[1] if found else ""


@blueprint.get("/media/<name>")
def media(name: str) -> Response:
    """An image of an article; its name changes with its content, so it may be kept for ever."""
    if not _MEDIA_NAME.match(name):
        abort(404)
    response = send_from_directory(current_site().settings.media_folder.resolve(), name)
    response.headers["Cache-Control"] = IMMUTABLE
    return response


def content_language() -> str:
    """The language to list content in: the page's, or the site's default where the page's has none."""
    site = current_site()
    lang = str(g.lang)
    return lang if site.kb.topics(lang) else site.settings.language


def shelf_of(lang: str, topic: str) -> Topic | None:
    """The topic with that name in a language."""
    return next((shelf for shelf in current_site().kb.topics(lang) if shelf.slug == topic), None)


def _by_kind(cards: tuple[Card, ...]) -> dict[str, list[Card]]:
    return {
        "articles": [card for card in cards if card.kind is Kind.ARTICLE],
        "threads": [card for card in cards if card.kind is Kind.THREAD],
    }


def _outline(page: Article) -> list[tuple[int, str, str]]:
    """Level, anchor and title of the headings worth a line; none when there is only one."""
    lines = [
        (section.level, section.anchor, section.title)
        for section in page.sections
        if section.title and section.anchor and section.level in {2, 3}
    ]
    return lines if len(lines) > 1 else []
