"""Searching, and the page of results."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb import KnowledgeBase
from kb.errors import KBError
from kb.model import Kind, Query, SearchResult
from webapp.addresses import root
from webapp.again import again
from webapp.conditional import remembered_body, response_of
from webapp.inputs import LAST_PAGE, LONGEST_QUERY, clean_line, language_code, page_number
from webapp.marks import marked
from webapp.pages import content_language
from webapp.site import current_site

_KINDS = {kind.value: kind for kind in Kind}
PER_PAGE = 10
POPULAR = 5
_COMPLETIONS_KEPT = 60
"""Seconds: who deletes a letter gets the same options again."""

blueprint = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address says it."""

    text: str
    kind: Kind | None = None
    topic: str = ""
    lang: str = ""
    only: str = ""
    """The one language to look in; otherwise what other languages have is offered too."""
    page: int = 1
    exact: bool = False
    explain: bool = False

    @classmethod
    def from_request(cls) -> Asked:
        """Whatever the address holds: values that make no sense are as good as absent."""
        args = request.args.to_dict()
        return cls(
            text=clean_line(args.get("q", ""), LONGEST_QUERY),
            kind=_KINDS.get(args.get("kind", "")),
            topic=clean_line(args.get("topic", ""), 100),
            lang=language_code(args.get("lang", "")) or g.lang,
            only=language_code(args.get("in", "")),
            page=page_number(args.get("page", "")),
            exact=args.get("exact") == "1",
            explain=args.get("explain") == "1",
        )

    @property
    def query(self) -> Query:
        """The same for the knowledge base."""
        return Query(
            text=self.text,
            lang=self.lang,
            kind=self.kind,
            topic=self.topic,
            offset=(self.page - 1) * PER_PAGE,
            limit=PER_PAGE,
            explain=self.explain,
            exact=self.exact,
            within=self.only,
        )

    @property
    def filtered(self) -> bool:
        """Whether a filter may be why nothing was found."""
        return bool(self.kind or self.topic or self.only)

    def url(self, **changes: object) -> str:
        """The address of this search with some of it changed; a change leads to page 1 unless it names one."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]  # names are checked by replace
        values: dict[str, Any] = {
            "q": asked.text,
            "kind": asked.kind.value if asked.kind else None,
            "topic": asked.topic or None,
            "lang": asked.lang,
            "in": asked.only or None,
            "page": asked.page if asked.page > 1 else None,
            "exact": "1" if asked.exact else None,
            "explain": "1" if asked.explain else None,
        }
        return url_for("search.results", **values)


@blueprint.get("/search")
def results() -> ResponseReturnValue:
    """Ten hits with where they come from; without a query, the search box and the topics."""
    site = current_site()
    asked = Asked.from_request()
    lang = content_language()
    if not asked.text:
        return render_template("search/start.html", topics=site.kb.topics(lang), content_lang=lang)
    edition = site.kb.searcher.edition  # before the search, or an old answer could be kept as new
    remembered = site.kb.searcher.remembers(asked.query)
    key = (edition, request.full_path, g.lang, g.preferred, root()) if remembered else None
    result = site.kb.search(asked.query)
    pages = min(math.ceil(result.total / PER_PAGE), LAST_PAGE)
    if asked.page > pages > 0:  # an old link, or a number typed into the address
        asked = replace(asked, page=pages)
        result = site.kb.search(asked.query)
    body = remembered_body(
        key,
        lambda: render_template(
            "search/results.html",
            asked=asked,
            result=result,
            pages=pages,
            tabs=_tabs(asked, result),
            topics=site.kb.topics(lang),
            content_lang=lang,
            marked=marked,
        ),
    )
    # Written down after it was sent: nobody waits for the log.
    record = partial(_record, site.kb, asked, result.total) if asked.page == 1 else None
    return again(response_of(body), edition if remembered else None, record)


def _record(kb: KnowledgeBase, asked: Asked, total: int) -> None:
    with suppress(KBError):  # a search is worth more than its entry in the log
        kb.record_search(asked.text, asked.lang, total)


@blueprint.get("/complete")
def complete() -> Response:
    """What the search box offers while one types; what is popular while nothing is typed."""
    kb = current_site().kb
    text = clean_line(request.args.get("q", ""), LONGEST_QUERY)
    html = render_template(
        "search/complete.html",
        text=text,
        completions=kb.complete(text, g.lang) if text else (),
        popular=() if text else kb.readership.popular_searches(g.lang, POPULAR),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = f"private, max-age={_COMPLETIONS_KEPT}"
    return response


@dataclass(frozen=True, slots=True)
class Tab:
    """One of All, Articles, Community; ``name`` is the tail of its message id."""

    name: str
    url: str
    hits: int
    current: bool


def _tabs(asked: Asked, result: SearchResult) -> list[Tab]:
    every = [Tab("all", asked.url(kind=None), sum(result.counts.values()), asked.kind is None)]
    return every + [
        Tab(kind.value, asked.url(kind=kind), result.counts.get(kind, 0), asked.kind is kind) for kind in Kind
    ]
