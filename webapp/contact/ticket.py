"""The private page of a ticket: its receipt, where it stands, and a place to add to it or close it."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from kb.errors import InvalidDraft, StorageError
from kb.model import Ticket, TicketStatus
from kb.ticket_model import LIMITS
from webapp.contact import form as forms
from webapp.contact.blueprint import blueprint
from webapp.contact.failures import note
from webapp.contact.visitor import told_to_wait, wait
from webapp.inputs import clean_line, clean_text
from webapp.languages import link
from webapp.site import current_site

_LONGEST_KEY = 100
STATUSES = {
    TicketStatus.OPEN: "contact.status.open",
    TicketStatus.WAITING: "contact.status.waiting",
    TicketStatus.SOLVED: "contact.status.solved",
    TicketStatus.CLOSED: "contact.status.closed",
}


@blueprint.get("/ticket")
def ticket() -> ResponseReturnValue:
    """Everything the requester may see of a ticket, for whoever has its link."""
    return _page(_asked(request.args.get("key", "")))


@blueprint.post("/ticket")
def add_to_ticket() -> ResponseReturnValue:
    """Add a message, or close the ticket, with a last word if there is one."""
    found = _asked(request.form.get("key", ""))
    typed = clean_text(request.form.get("body", ""))
    if not forms.csrf_is_valid(request.form.get("csrf_token", "")):
        return _page(found, typed, "contact.error.expired", 400)
    desk = current_site().kb.desk
    if seconds := wait(desk.rules.limits.messages, "message"):
        return told_to_wait(_page(found, typed, "contact.error.too_many"), seconds)
    try:
        closing = request.form.get("do") == "close"
        if typed or not closing:
            desk.add_message(found, typed, request.form.get("once", "")[:_LONGEST_KEY])
        if closing:
            desk.close_ticket(found)
    except InvalidDraft as error:
        return _page(found, typed, forms.sentences(error.fields)["body"], 400)
    except StorageError as error:
        note("A message could not be stored", error)
        return _page(found, typed, "contact.error.not_stored", 503)
    return redirect(link("contact.ticket", key=found.access_key), 303)


def _asked(key: str) -> Ticket:
    return current_site().kb.desk.tickets.by_access_key(clean_line(key, _LONGEST_KEY))


def _page(found: Ticket, typed: str = "", error: str = "", status: int = 200) -> Response:
    desk = current_site().kb.desk
    html = render_template(
        "contact/ticket.html",
        file=desk.file(found),
        category=desk.rules.category(found.category),
        statuses=STATUSES,
        is_new=request.args.get("new") == "1",
        typed=typed,
        error=error,
        once=forms.new_key(),
        limit=LIMITS["body"],
        csrf_token=generate_csrf(),
        ended=found.status in {TicketStatus.SOLVED, TicketStatus.CLOSED},
        lang=g.lang,
    )
    response = make_response(html, status)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
