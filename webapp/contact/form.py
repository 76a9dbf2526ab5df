"""The contact form: what was typed, cleaned, and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from kb.model import TicketDraft
from kb.ticket_model import LIMITS, Trail, is_email
from webapp.contact.trail import read_trail
from webapp.inputs import clean_line, clean_text

TRAP = "website"
"""A field people do not see; whoever fills it is a program."""

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_key() -> str:
    """A random idempotency key: one form on the screen, one ticket."""
    return secrets.token_urlsafe(18)


def session_key(fields: Mapping[str, str]) -> str:
    """The key that the fields of a form, or an address, name; empty when it is none of ours."""
    key = fields.get("key", "")
    return key if _KEY.fullmatch(key) else ""


@dataclass(frozen=True, slots=True)
class RefusedUpload:
    """A file that was not kept, and the id of the sentence that says why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The fields as typed. ``errors`` maps a field to the id of the sentence that says what is wrong."""

    name: str = ""
    email: str = ""
    subject: str = ""
    body: str = ""
    category: str = ""
    key: str = field(default_factory=new_key)
    began: str = ""
    """When the form was opened, signed."""
    trail: Trail = field(default_factory=Trail)
    seen: bool = False
    """Whether the writer has seen the suggestions, and sends all the same."""
    trapped: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    refused_files: tuple[RefusedUpload, ...] = ()
    """The files that the error of the files is about."""

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> ContactForm:
        """The form as it was sent; nothing typed is lost, except what no field can hold."""
        return cls(
            name=clean_line(fields.get("name", ""), 4 * LIMITS["name"]),
            email=clean_line(fields.get("email", ""), 4 * LIMITS["email"]),
            subject=clean_line(fields.get("subject", ""), 4 * LIMITS["subject"]),
            body=clean_text(fields.get("body", "")),
            category=clean_line(fields.get("category", ""), LIMITS["category"]),
            key=session_key(fields) or new_key(),
            began=fields.get("began", "")[:200],
            trail=read_trail(fields.get("trail", "")),
            seen=fields.get("seen") == "1",
            trapped=bool(fields.get(TRAP, "")),
        )

    def checked(self, csrf_token: str) -> ContactForm:
        """The same form with what is wrong with it."""
        errors = {
            "form": self._form_error(csrf_token),
            "subject": _error(self.subject, LIMITS["subject"], "contact.error.subject"),
            "body": _error(self.body, LIMITS["body"], "contact.error.body"),
            "email": self._email_error(),
            "name": "contact.error.too_long" if len(self.name) > LIMITS["name"] else "",
        }
        return self.refused({name: error for name, error in errors.items() if error})

    def refused(self, errors: Mapping[str, str], files: tuple[RefusedUpload, ...] = ()) -> ContactForm:
        """The same form with these errors, and with those of the files."""
        of_files = {"files": files[0].why} if files else {}
        return replace(self, errors={**errors, **of_files}, refused_files=files)

    def draft(self, lang: str) -> TicketDraft:
        """The message for the knowledge base."""
        return TicketDraft(
            subject=self.subject,
            body=self.body,
            name=self.name,
            email=self.email,
            lang=lang,
            idempotency_key=f"{self.key}.{self._digest()}",
            category=self.category,
        )

    def _digest(self) -> str:
        """Of what was typed: sent twice it is one ticket, but sent, changed and sent again it is two."""
        typed = "\0".join((self.subject, self.body, self.email, self.name, self.category))
        return hashlib.sha256(typed.encode()).hexdigest()[:32]

    def _form_error(self, csrf_token: str) -> str:
        if not csrf_is_valid(csrf_token):
            return "contact.error.expired"
        return "contact.error.trap" if self.trapped else ""  # a browser may have filled it in for a person

    def _email_error(self) -> str:
        if not self.email:
            return "contact.error.email_missing"
        return "" if is_email(self.email) else "contact.error.email"


def _error(text: str, limit: int, missing: str) -> str:
    if not text:
        return missing
    return "contact.error.too_long" if len(text) > limit else ""


_SENTENCES = {
    "email-missing": "contact.error.email_missing",
    "email-invalid": "contact.error.email",
    "body-missing": "contact.error.body",
}


def sentences(refusals: Mapping[str, str]) -> dict[str, str]:
    """What the knowledge base refused, as sentences at the fields of this form."""
    return {
        name if name in _FIELDS else "form": _SENTENCES.get(
            why, "contact.error.too_long" if why.endswith("-too-long") else "contact.error.refused"
        )
        for name, why in refusals.items()
    }


_FIELDS = ("name", "email", "subject", "body")


def csrf_is_valid(token: str) -> bool:
    """Whether the form was ours and this visitor's."""
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True
