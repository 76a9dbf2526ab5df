"""The tables of the contact form: what belongs to tickets, what is still to be sent, what is counted."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Float, Index, Integer, Table, Text, UniqueConstraint

from kb.storage.tables import METADATA, UTCDateTime

ticket_messages = Table(
    "ticket_messages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("created", UTCDateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("idempotency_key", Text, nullable=True),
    UniqueConstraint("idempotency_key", name="ticket_messages_idempotency_key"),
    Index("ticket_messages_reference", "reference"),
)

attachments = Table(
    "attachments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("session", Text, nullable=False),  # the form it was sent with, before there is a ticket
    Column("reference", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("created", UTCDateTime, nullable=False),
    Index("attachments_session", "session"),
    Index("attachments_reference", "reference"),
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("reference", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message", Integer, nullable=True),
    Column("created", UTCDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", UTCDateTime, nullable=False),  # claimed by a worker: when another may take it up
    Column("error", Text, nullable=False),
    Index("deliveries_state_due", "state", "due"),
    Index("deliveries_reference", "reference"),
)

contact_sessions = Table(
    "contact_sessions",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("day", Date, nullable=False),  # no finer: a moment would point at a person
    Column("lang", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("opened", JSON, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("visitor", Text, nullable=False),  # a hash with the day's salt; means nothing once that is gone
    Column("gist", JSON, nullable=False),  # hashes of the message's words, with the same salt
    Column("features", JSON, nullable=False, server_default="{}"),  # how well what was shown matched
    Index("contact_sessions_day", "day"),
    Index("contact_sessions_visitor", "visitor"),
)

salts = Table(
    "salts",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("salt", Text, nullable=False),
)

rate_hits = Table(
    "rate_hits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
    Index("rate_hits_key_at", "key", "at"),
)
