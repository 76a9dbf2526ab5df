"""The contact form and what follows from it: suggestions while writing, a ticket, its private page."""

from __future__ import annotations

from webapp.contact import live, ticket, writing
from webapp.contact.blueprint import blueprint

__all__ = ["blueprint", "live", "ticket", "writing"]
