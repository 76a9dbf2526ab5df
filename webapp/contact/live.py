"""While a message is being written: what may answer it, and which details it still lacks."""

from __future__ import annotations

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from webapp.contact import form as forms
from webapp.contact.blueprint import blueprint
from webapp.contact.form import ContactForm
from webapp.contact.visitor import told_to_wait, wait
from webapp.contact.writing import found_for
from webapp.inputs import clean_line
from webapp.marks import marked
from webapp.site import current_site

_LONGEST_ID = 300


@blueprint.post("/suggest")
def suggest() -> ResponseReturnValue:
    """The two parts of the form that change while it is written, as HTML: suggestions and checklist."""
    if not forms.csrf_is_valid(request.form.get("csrf_token", "")):
        abort(400)
    desk = current_site().kb.desk
    if seconds := wait(desk.rules.limits.suggestions, "suggestions"):
        return told_to_wait(Response(), seconds)
    written = ContactForm.from_fields(request.form)
    draft = written.draft(g.lang)
    html = render_template(
        "contact/live.html",
        form=written,
        csrf_token=generate_csrf(),
        suggestions=found_for(draft, written),
        advice=desk.advise(draft),
        rules=desk.rules,
        category=desk.rules.category(written.category),
        marked=marked,
    )
    return make_response(html)


@blueprint.get("/open")
def open_suggestion() -> ResponseReturnValue:
    """Note that a suggestion is opened, and lead to it. It leads to documents of the index and nowhere else."""
    kb = current_site().kb
    card = next(iter(kb.cards([clean_line(request.args.get("id", ""), _LONGEST_ID)])), None)
    if card is None:
        abort(404)
    if key := forms.session_key(request.args):
        kb.desk.ledger.opened(key, card.id)
    anchor = clean_line(request.args.get("section", ""), _LONGEST_ID)
    return redirect(f"{card.url}#{anchor}" if anchor else card.url, 303)
