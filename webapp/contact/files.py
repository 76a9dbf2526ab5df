"""Files sent along: taken while the form is filled in, served as downloads to whoever may see the ticket."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.utils import secure_filename

from kb.ticket_model import MOST_FILES
from webapp.contact import form as forms
from webapp.contact.blueprint import blueprint
from webapp.contact.form import ContactForm
from webapp.contact.uploads import LARGEST_REQUEST, take
from webapp.contact.writing import page
from webapp.inputs import clean_line
from webapp.site import current_site

_FROM_SCRIPT = "X-Requested-With"


@blueprint.post("/files")
def files() -> ResponseReturnValue:
    """Add files to the form, or remove one; answers with the list alone, or with the whole form."""
    request.max_content_length = LARGEST_REQUEST
    sent = ContactForm.from_fields(request.form)
    if not forms.csrf_is_valid(request.form.get("csrf_token", "")):
        return page(sent.refused({"form": "contact.error.expired"}), status=400)
    if chosen := request.form.get("remove", ""):
        current_site().kb.desk.attachments.remove(sent.key, chosen[:100])
    taken = take(sent.key, request.files.getlist("files"))
    listed = sent.refused({}, taken.refused)
    return taken.answered(_list(listed) if request.headers.get(_FROM_SCRIPT) else page(listed))


@blueprint.get("/ticket/file")
def ticket_file() -> Response:
    """One file of a ticket, for whoever has its private link; never shown, always saved."""
    desk = current_site().kb.desk
    ticket = desk.tickets.by_access_key(clean_line(request.args.get("key", ""), 100))
    wanted = request.args.get("id", "")
    found = next((one for one in desk.attachments.of_ticket(ticket.reference) if one.id == wanted), None)
    if found is None:
        abort(404)
    response = make_response(desk.attachments.read(found))
    response.mimetype = "application/octet-stream"
    response.headers.set("Content-Disposition", "attachment", filename=secure_filename(found.name) or "file")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _list(sent: ContactForm) -> Response:
    html = render_template(
        "contact/files.html",
        form=sent,
        attachments=current_site().kb.desk.attachments.of_session(sent.key),
        most_files=MOST_FILES,
        csrf_token=generate_csrf(),
    )
    return make_response(html)
