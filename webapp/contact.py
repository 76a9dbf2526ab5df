"""The contact form: first what already answers the message, then a ticket and its receipt."""

from __future__ import annotations

import logging
from traceback import format_tb

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, Signer

from kb.errors import InvalidDraft, KBError
from kb.model import Suggestion, TicketDraft
from webapp import forms
from webapp.forms import ContactForm
from webapp.inputs import clean_line
from webapp.languages import link
from webapp.marks import marked
from webapp.site import current_site

log = logging.getLogger(__name__)

blueprint = Blueprint("contact", __name__, url_prefix="/contact")


@blueprint.get("")
def form() -> Response:
    """An empty form, with a subject when the address brings one."""
    subject = clean_line(request.args.get("subject", ""), forms.SUBJECT_LIMIT)
    return _page(ContactForm(subject=subject))


@blueprint.post("")
def send() -> ResponseReturnValue:
    """Show once what answers the message; send it when nothing does, or when the writer says so."""
    sent = ContactForm.from_fields(request.form).checked(request.form.get("csrf_token", ""))
    if sent.errors:
        return _page(sent, status=400)
    draft = sent.draft(g.lang)
    suggestions = () if sent.seen else _suggestions(draft)
    if suggestions:
        return _page(sent, suggestions)
    try:
        ticket = current_site().kb.submit(draft)
    except InvalidDraft as error:
        return _page(sent.refused(forms.sentences(error.fields)), status=400)
    except Exception as error:  # noqa: BLE001  # whatever failed, what was typed must not be lost
        _note("A ticket could not be stored", error)
        return _page(sent.refused({"form": "contact.error.not_stored"}), status=503)
    return redirect(link("contact.receipt", token=_signer().sign(ticket.reference).decode()), 303)


@blueprint.post("/solved")
def solve() -> ResponseReturnValue:
    """An article answered: nothing is kept of the message."""
    if not forms.csrf_is_valid(request.form.get("csrf_token", "")):
        abort(400)
    return redirect(link("contact.solved"), 303)


@blueprint.get("/solved")
def solved() -> str:
    """Thanks, and nothing more asked."""
    return render_template("contact/solved.html")


@blueprint.get("/sent/<token>")
def receipt(token: str) -> Response:
    """The reference of a ticket, for whoever has the signed address; nothing of what was written."""
    try:
        reference = _signer().unsign(token).decode()
    except BadSignature:
        abort(404)
    return _private(make_response(render_template("contact/sent.html", reference=reference)))


def _suggestions(draft: TicketDraft) -> tuple[Suggestion, ...]:
    """What answers the draft. A search that fails is no reason to keep anyone from writing to us."""
    try:
        return current_site().kb.suggest(draft).suggestions
    except Exception as error:  # noqa: BLE001  # see above
        _note("No suggestions for a ticket", error)
        return ()


def _note(what: str, error: Exception) -> None:
    """Log a failure: our own errors with their message, others without, for it may quote what was typed."""
    why = str(error) if isinstance(error, KBError) else "".join(format_tb(error.__traceback__))
    log.error("%s: %s: %s", what, type(error).__name__, why)


def _page(contact: ContactForm, suggestions: tuple[Suggestion, ...] = (), status: int = 200) -> Response:
    html = render_template(
        "contact/form.html",
        form=contact,
        forms=forms,
        csrf_token=generate_csrf(),
        suggestions=suggestions,
        marked=marked,
    )
    return _private(make_response(html, status))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _signer() -> Signer:
    return Signer(str(current_app.secret_key), salt="contact-receipt")
