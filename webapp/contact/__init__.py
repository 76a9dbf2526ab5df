"""The contact form and what follows from it: suggestions while writing, a ticket, its private page."""

from __future__ import annotations

from webapp.contact import files, live, ticket, writing
from webapp.contact.blueprint import blueprint

__all__ = ["blueprint", "files", "live", "ticket", "writing"]
