"""Threads of the community: the accepted answer first, and always told apart from what is official."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request

from kb.model import Card, ForumThread, Kind
from webapp import structured
from webapp.addresses import root
from webapp.conditional import remembered_page
from webapp.head import Head
from webapp.pages import RELATED, shelf_of
from webapp.readers import counted
from webapp.site import current_site

_DESCRIPTION = 160
"""Characters: about what search engines show."""

blueprint = Blueprint("community", __name__)


@blueprint.get("/community/<id>")
def thread(id: str) -> Response:  # noqa: A002  # the name in the address
    """One question, its answers, and the official article nearest to it."""
    kb = current_site().kb
    page = kb.thread(id)
    key = (kb.generation, request.path, g.lang, g.preferred, root())
    return counted(remembered_page(key, lambda: _thread(page)), f"community/{page.id}", page.lang)


def _thread(page: ForumThread) -> str:
    kb = current_site().kb
    document = f"community/{page.id}"
    official = kb.official_article(document)
    return render_template(
        "community/thread.html",
        thread=page,
        shelf=shelf_of(page.lang, page.topic),
        official=official,
        official_is_newer=_is_newer(official, page),
        related=kb.related(document, RELATED, Kind.THREAD),
        head=Head(
            path=page.url,
            title=page.title,
            description=" ".join(page.text.split())[:_DESCRIPTION],
            kind="article",
            structured=(structured.of_thread(page),),
        ),
    )


def _is_newer(official: Card | None, page: ForumThread) -> bool:
    """Whether the official article was changed after the community's answer, or after the last word where none was
    accepted."""
    answers = [page.accepted_answer] if page.accepted_answer else page.answers
    said = [moment.date() for moment in (page.created, *(answer.created for answer in answers)) if moment]
    return bool(official and official.updated and said and official.updated > max(said))
