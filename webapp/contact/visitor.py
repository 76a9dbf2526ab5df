"""Who sends a message, as far as counting and limits need to know, and how it came about."""

from __future__ import annotations

import hashlib
from ipaddress import IPv6Address, ip_address

from flask import Response, current_app, request, session
from itsdangerous import BadSignature, TimestampSigner
from limits import RateLimitItem

from kb.ticket_model import Circumstances
from webapp.contact.form import ContactForm
from webapp.site import current_site
from webapp.texts import pick, span, text

_HOST_BITS = 64
"""Bits of an IPv6 address that a household chooses freely: they tell no visitors apart."""


def client() -> str:
    """The visitor's network address, found behind proxies by ``ProxyFix``; of IPv6 the half that a household has."""
    address = request.remote_addr or ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> _HOST_BITS << _HOST_BITS))
    return str(parsed)


def circumstances(form: ContactForm) -> Circumstances:
    """How the form came to be sent. The desk stores what tells visitors apart only as a hash of the day."""
    return Circumstances(
        session=form.key,
        visitor=f"{client()}\n{request.user_agent.string[:300]}",
        trail=form.trail,
        consent=consent_version(),
        too_quick=_age(form.began) < current_site().kb.desk.rules.limits.fastest,
    )


def wait(limit: RateLimitItem, what: str) -> int:
    """Count one more by this visitor; the seconds to wait, or 0. A session is known by its CSRF token."""
    return current_site().kb.desk.limiter().wait(limit, what, client(), session.get("csrf_token", ""))


def told_to_wait(response: Response, seconds: int) -> Response:
    """The page with status 429, and ``Retry-After`` for programs."""
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def begun() -> str:
    """A signed "now" for a form that is opened."""
    return _signer().sign(b"began").decode()


def privacy_sentence() -> str:
    """What is kept, how long and why: the centre's own sentence, or what the settings imply."""
    if own := pick(current_site().brand.privacy):
        return own
    days = current_site().kb.settings.retention_days
    return text("contact.privacy_kept", time=span(days)) if days else text("contact.privacy_kept_always")


def consent_version() -> str:
    """Which privacy sentence stands beside the form: a digest of its words."""
    return hashlib.sha256(privacy_sentence().encode()).hexdigest()[:12]


def _age(began: str) -> float:
    """Seconds since the form was opened; none for a form that is not ours."""
    try:
        _, when = _signer().unsign(began, return_timestamp=True)
    except BadSignature:
        return 0.0
    now = _signer().get_timestamp()
    return float(now - when.timestamp())


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="contact-began")
