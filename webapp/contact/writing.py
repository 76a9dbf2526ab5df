"""Writing a message: first what already answers it, then a ticket."""

from __future__ import annotations

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from kb.errors import InvalidDraft
from kb.model import Suggestion, TicketDraft
from kb.ticket_model import LIMITS, MOST_FILES
from webapp.contact import form as forms
from webapp.contact.blueprint import blueprint
from webapp.contact.failures import note
from webapp.contact.form import ContactForm
from webapp.contact.uploads import LARGEST_REQUEST, take
from webapp.contact.visitor import begun, circumstances, privacy_sentence, told_to_wait, wait
from webapp.inputs import clean_line
from webapp.languages import link
from webapp.marks import marked
from webapp.site import current_site


@blueprint.get("")
def form() -> Response:
    """An empty form, with a subject when the address brings one."""
    subject = clean_line(request.args.get("subject", ""), LIMITS["subject"])
    category = clean_line(request.args.get("category", ""), LIMITS["category"])
    return page(ContactForm(subject=subject, category=category, began=begun()))


@blueprint.post("")
def send() -> ResponseReturnValue:
    """Show once what answers the message; send it when nothing does, or when the writer says so."""
    request.max_content_length = LARGEST_REQUEST
    sent = ContactForm.from_fields(request.form).checked(request.form.get("csrf_token", ""))
    if "form" not in sent.errors:
        taken = take(sent.key, request.files.getlist("files"))
        if taken.refused:
            return taken.answered(page(sent.refused(sent.errors, taken.refused)))
    if sent.errors:
        return page(sent, status=400)
    draft = sent.draft(g.lang)
    suggestions = () if sent.seen else found_for(draft, sent)
    if suggestions:
        return page(sent, suggestions)
    if seconds := wait(current_site().kb.desk.rules.limits.tickets, "ticket"):
        return told_to_wait(page(sent.refused({"form": "contact.error.too_many"})), seconds)
    return _submit(sent, draft)


@blueprint.post("/solved")
def solve() -> ResponseReturnValue:
    """An article answered: the session is counted, and nothing is kept of the message."""
    if not forms.csrf_is_valid(request.form.get("csrf_token", "")):
        abort(400)
    if key := forms.session_key(request.form):
        desk = current_site().kb.desk
        desk.ledger.confirmed(key)
        desk.attachments.remove_all(key)
    return redirect(link("contact.solved"), 303)


@blueprint.get("/solved")
def solved() -> str:
    """Thanks, and nothing more asked."""
    return render_template("contact/solved.html")


def found_for(draft: TicketDraft, contact: ContactForm) -> tuple[Suggestion, ...]:
    """What answers the draft. A search that fails is no reason to keep anyone from writing to us."""
    try:
        return current_site().kb.desk.suggest(draft, circumstances(contact)).suggestions
    except Exception as error:  # noqa: BLE001  # see above
        note("No suggestions for a ticket", error)
        return ()


def page(contact: ContactForm, suggestions: tuple[Suggestion, ...] = (), status: int = 200) -> Response:
    """The form with everything typed."""
    desk = current_site().kb.desk
    html = render_template(
        "contact/form.html",
        form=contact,
        limits=LIMITS,
        csrf_token=generate_csrf(),
        suggestions=suggestions,
        advice=desk.advise(contact.draft(g.lang)),
        rules=desk.rules,
        category=desk.rules.category(contact.category),
        privacy=privacy_sentence(),
        attachments=desk.attachments.of_session(contact.key),
        most_files=MOST_FILES,
        marked=marked,
    )
    return make_response(html, status)


def _submit(sent: ContactForm, draft: TicketDraft) -> ResponseReturnValue:
    try:
        ticket = current_site().kb.desk.submit(draft, circumstances(sent))
    except InvalidDraft as error:
        return page(sent.refused(forms.sentences(error.fields)), status=400)
    except Exception as error:  # noqa: BLE001  # whatever failed, what was typed must not be lost
        note("A ticket could not be stored", error)
        return page(sent.refused({"form": "contact.error.not_stored"}), status=503)
    return redirect(link("contact.ticket", key=ticket.access_key, new=1), 303)
