""" "Was this helpful?": a click, then, for who likes to say more, the reasons and a comment."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from kb.errors import NotFound, StorageError
from kb.model import Article
from kb.readership import LONGEST_COMMENT
from webapp.contact.visitor import wait
from webapp.inputs import clean_line, clean_text
from webapp.languages import link
from webapp.site import current_site

REMEMBERED = 20
"""Votes that a visitor's own cookie remembers, so that a second thought replaces the first."""

FRAGMENT = "fragment"
"""The value of ``X-Requested-With`` of a script that puts the answer into the page."""

blueprint = Blueprint("feedback", __name__, url_prefix="/feedback")


@blueprint.before_request
def only_from_here() -> None:
    """Refuse what another site makes its visitors send. (No token: an article is the same page for everyone.)"""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "")
    foreign = origin not in {"", "null"} and urlsplit(origin).netloc != request.host
    if request.method == "POST" and (foreign or site not in {"same-origin", "none"}):
        abort(400)


@blueprint.post("")
def vote() -> ResponseReturnValue:
    """Store a click on Yes or No, and ask why."""
    article = _article(request.form.get("article", ""))
    helpful = request.form.get("helpful")
    if helpful not in {"yes", "no"}:
        abort(400)
    if seconds := _seconds_to_wait():
        return _failed(article, 429, seconds)
    try:
        key = current_site().kb.readership.vote(article.id, helpful=helpful == "yes", key=_key(article))
    except StorageError:
        return _failed(article, 503)
    _remember(article, key)
    if _wants_fragment():
        return _why(article, helpful=helpful == "yes")
    return redirect(link("feedback.why", article=article.id, helpful=helpful), 303)


@blueprint.get("/why")
def why() -> ResponseReturnValue:
    """The reasons to choose from, for who has voted; the article for everyone else."""
    article = _article(request.args.get("article", ""))
    if not _key(article):
        return redirect(article.url, 303)
    return _why(article, helpful=request.args.get("helpful") == "yes")


@blueprint.post("/why")
def explain() -> ResponseReturnValue:
    """Store the reasons."""
    article = _article(request.form.get("article", ""))
    if seconds := _seconds_to_wait():
        return _failed(article, 429, seconds)
    comment = clean_text(request.form.get("comment", "")[: 2 * LONGEST_COMMENT])
    reasons = [clean_line(reason, 50) for reason in request.form.getlist("reason")[:20]]
    try:
        current_site().kb.readership.explain(_key(article), reasons, comment)
    except NotFound:  # the cookie has gone: better thanked than told off
        pass
    except StorageError:
        return _failed(article, 503)
    if _wants_fragment():
        return _answer("feedback/thanks.html", article=article)
    return redirect(link("feedback.thanks", article=article.id), 303)


@blueprint.get("/thanks")
def thanks() -> ResponseReturnValue:
    """Thanks, and the way back."""
    return _answer("feedback/thanks.html", article=_article(request.args.get("article", "")))


def _why(article: Article, *, helpful: bool) -> Response:
    reasons = current_site().kb.readership.reasons(helpful=helpful)
    return _answer(
        "feedback/why.html", article=article, helpful=helpful, reasons=reasons, limit=LONGEST_COMMENT
    )


def _seconds_to_wait() -> int:
    """Count one more by this visitor. (By address, not by session: who floods throws cookies away.)"""
    try:
        return wait(current_site().kb.desk.rules.limits.votes, "vote")
    except StorageError:  # where nothing can be counted nobody is turned away
        return 0


def _failed(article: Article, status: int, seconds: int = 60) -> Response:
    """Say so, with everything that was sent ready to be sent again."""
    response = _answer("feedback/failed.html", status, article=article, sent=request.form.items(multi=True))
    response.headers["Retry-After"] = str(seconds)
    return response


def _answer(template: str, status: int = 200, **values: object) -> Response:
    html = render_template(
        template, status=status, frame="fragment.html" if _wants_fragment() else "base.html", **values
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_fragment() -> bool:
    return request.headers.get("X-Requested-With") == FRAGMENT


def _article(article_id: str) -> Article:
    """:raises NotFound: the form speaks of no article."""
    return current_site().kb.article(clean_line(article_id, 300))


def _key(article: Article) -> str:
    return str(session.get("votes", {}).get(article.id, ""))


def _remember(article: Article, key: str) -> None:
    votes = {**session.get("votes", {}), article.id: key}
    session["votes"] = dict(list(votes.items())[-REMEMBERED:])
