"""The site as writers see it while they write: every saved change at once, drafts marked, errors on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kb.model import Article, Problem, Status
from kb.preview import Preview
from webapp import create_app

WAIT = 20.0
"""Seconds a browser waits for a change before it asks anew."""

blueprint = Blueprint("preview", __name__)

_HEADING = re.compile(r"(?=<h2[ >])")
_ID = re.compile(r'\sid="[^"]*"')


def create_preview(kb: Preview) -> Flask:
    """The preview over a knowledge base that follows its files."""
    app = create_app(kb.settings, kb)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["preview"] = _bar
    app.before_request(_show_broken)
    app.after_request(_keep_nothing)
    return app


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands above every page: the article it shows, if any, and what is to be said of it."""

    article: Article | None
    token: str
    source: str
    findings: tuple[object, ...]
    broken: int
    is_translated: bool

    @property
    def is_draft(self) -> bool:
        return self.article is not None and self.article.status is not Status.PUBLISHED


def _kb() -> Preview:
    kb: Preview = current_app.extensions["site"].kb
    return kb


def _bar() -> Bar:
    kb = _kb()
    one = kb.library.by_id.get(_article_id())
    return Bar(
        article=one.article if one else None,
        token=kb.token(one.article.id if one else ""),
        source=one.path if one else "",
        findings=kb.findings(one.article.id) if one else (),
        broken=len({problem.path for problem in kb.live.broken}),
        is_translated=bool(one and kb.translations(one.article)),
    )


def _article_id() -> str:
    """The article that this page shows or compares; empty for other pages."""
    found = request.view_args or {}
    if request.endpoint in {"pages.article", "preview.beside"}:
        return "/".join((found["lang"], found["topic"], found["slug"]))
    return ""


def _show_broken() -> ResponseReturnValue | None:
    """In the place of an article whose file cannot be read: why, and the lines it is about."""
    if request.endpoint != "pages.article":
        return None
    kb = _kb()
    broken = kb.live.broken_at(_article_id())
    if not broken or _article_id() in kb.library.by_id:
        return None
    return render_template("preview/broken.html", faults=[_fault(kb, problem) for problem in broken]), 500


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem, and the lines around it."""

    problem: Problem
    lines: list[tuple[int, str]]


def _fault(kb: Preview, problem: Problem) -> Fault:
    return Fault(problem, kb.live.excerpt(problem))


def _keep_nothing(response: Response) -> Response:
    if response.mimetype in {"text/html", "application/json"}:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/preview")
def overview() -> str:
    """Everything that wants a writer's attention."""
    kb = _kb()
    return render_template(
        "preview/overview.html",
        faults=[_fault(kb, problem) for problem in kb.live.broken],
        drafts=kb.drafts,
        findings=[finding for finding in kb.all_findings if finding.severity.value != "notice"],
    )


@blueprint.get("/preview/wait")
def wait() -> Response:
    """Answer when what a page shows has changed, or after a while."""
    article = request.args.get("article", "")
    return jsonify(token=_kb().wait(article, request.args.get("token", ""), WAIT))


@dataclass(frozen=True, slots=True)
class Row:
    """A section of the original beside that of the translation; either may be missing."""

    left: str
    right: str


@blueprint.get("/preview/beside/<lang>/<topic>/<slug>")
def beside(lang: str, topic: str, slug: str) -> str:
    """An article and its original, or its first translation, section by section."""
    kb = _kb()
    works = kb.library.works.get((topic, slug), {})
    right = works.get(lang) or abort(404)
    original = kb.library.original_of(right)
    left = (
        original or next((one for other, one in sorted(works.items()) if other != lang), None) or abort(404)
    )
    if original is None:
        left, right = right, left
    parts = _sections(left.article), _sections(right.article)
    rows = [
        Row(*(one[place] if place < len(one) else "" for one in parts))
        for place in range(max(map(len, parts)))
    ]
    return render_template("preview/beside.html", left=left.article, right=right.article, rows=rows)


def _sections(article: Article) -> list[str]:
    """The HTML cut before each heading of level 2; without ids, since two articles on a page may share them."""
    return [_ID.sub("", part) for part in _HEADING.split(article.html)]
