"""Which language a page speaks, and how a visitor changes it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, make_response, redirect, request, url_for
from werkzeug.datastructures import LanguageAccept, MultiDict
from werkzeug.http import parse_accept_header

from webapp.site import Site, current_site

COOKIE = "lang"
YEAR = 365 * 24 * 3600

blueprint = Blueprint("languages", __name__)


def init_app(app: Flask) -> None:
    """Choose the language before each request; let templates write links that keep it."""
    app.before_request(_choose)
    app.after_request(_announce)
    app.jinja_env.globals.update(link=link, switch_links=switch_links)


def _choose() -> None:
    site = current_site()
    preferred = _of_the_visitor(site)
    asked = (part["lang"] for part in (request.args, request.view_args) if part and "lang" in part)
    g.preferred, g.lang = preferred, next((lang for lang in asked if lang in site.languages), preferred)


def _of_the_visitor(site: Site) -> str:
    """What the visitor gets where neither the address nor the page says otherwise."""
    # what werkzeug makes of a request costs a search a hundredth of its time
    sent = request.environ
    if "HTTP_COOKIE" in sent and (stored := request.cookies.get(COOKIE, "")) in site.languages:
        return stored
    default = site.settings.language if site.settings.language in site.languages else site.languages[0]
    return _best(sent.get("HTTP_ACCEPT_LANGUAGE", ""), site.languages, default)


@lru_cache(maxsize=256)
def _best(accepted: str, languages: tuple[str, ...], default: str) -> str:
    """The one of our languages that suits what a browser accepts; browsers say the same each time."""
    return parse_accept_header(accepted, LanguageAccept).best_match(languages, default) or default


def _announce(response: Response) -> Response:
    if request.endpoint != "assets.static":
        if response.headers.getlist("Vary"):  # "in" raises within itself where there is none
            response.vary.update(("Accept-Language", "Cookie"))
        else:
            response.headers["Vary"] = "Accept-Language, Cookie"
    if response.mimetype == "text/html" and "lang" in g:
        response.content_language.add(g.lang)
    return response


def link(endpoint: str, **values: Any) -> str:
    """A link to one of our pages that stays in the language of this one."""
    if "lang" not in values and g.get("lang") != g.get("preferred"):
        values["lang"] = g.lang
    return url_for(endpoint, **values)


def switch_links(alternatives: dict[str, str] | None = None) -> dict[str, str]:
    """For each language of the frame, the address that changes to it and stays on this page.

    :param alternatives: where the page is to be found in other languages, if not at its own address.
    """
    alternatives = alternatives or {}
    return {
        lang: url_for("languages.switch", lang=lang, to=alternatives.get(lang) or _same_page(lang))
        for lang in current_site().languages
    }


def _same_page(lang: str) -> str:
    """This page's address in another language; the home page when it exists in one language only."""
    if request.url_rule is None or "lang" in (request.view_args or {}):
        return url_for("pages.home")
    args: MultiDict[str, str] = MultiDict(request.args)
    if "lang" in args:
        args["lang"] = lang
    return request.path + ("?" + urlencode(list(args.items(multi=True))) if args else "")


@blueprint.get("/language/<lang>")
def switch(lang: str) -> Response:
    """Remember a language and go back to where the visitor was."""
    response = make_response(redirect(_own_address(request.args.get("to", "/")), 303))
    if lang in current_site().languages:
        response.set_cookie(
            COOKIE,
            lang,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=current_site().settings.secure_cookies,
        )
    response.headers["Cache-Control"] = "no-store"
    return response


def _own_address(target: str) -> str:
    """``target`` when it is a path on this site, the home page otherwise: never a way to another host."""
    outside = target.startswith("//") or "\\" in target or not target.isprintable()
    return target if target.startswith("/") and not outside else url_for("pages.home")
