"""What tickets carry, their messages and attachments, deliveries, the contact form's sessions, rate limits."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _extend_tickets()
    op.create_table(
        "ticket_messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text, nullable=True),
        sa.UniqueConstraint("idempotency_key", name="ticket_messages_idempotency_key"),
    )
    op.create_index("ticket_messages_reference", "ticket_messages", ["reference"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
    )
    op.create_index("attachments_session", "attachments", ["session"])
    op.create_index("attachments_reference", "attachments", ["reference"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("message", sa.Integer, nullable=True),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_index("deliveries_state_due", "deliveries", ["state", "due"])
    op.create_index("deliveries_reference", "deliveries", ["reference"])
    op.create_table(
        "contact_sessions",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("opened", sa.JSON, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("visitor", sa.Text, nullable=False),
        sa.Column("gist", sa.JSON, nullable=False),
    )
    op.create_index("contact_sessions_day", "contact_sessions", ["day"])
    op.create_index("contact_sessions_visitor", "contact_sessions", ["visitor"])
    op.create_table(
        "salts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("salt", sa.Text, nullable=False),
    )
    op.create_table(
        "rate_hits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("rate_hits_key_at", "rate_hits", ["key", "at"])


def _extend_tickets() -> None:
    for column in (
        sa.Column("access_key", sa.Text, nullable=True),
        sa.Column("category", sa.Text, nullable=False, server_default=""),
        sa.Column("queue", sa.Text, nullable=False, server_default=""),
        sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        sa.Column("assignee", sa.Text, nullable=False, server_default=""),
        sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("masked", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("consent", sa.Text, nullable=False, server_default=""),
        sa.Column("updated", _MOMENT, nullable=True),
        sa.Column("context", sa.JSON, nullable=False, server_default="{}"),
    ):
        op.add_column("tickets", column)
    tickets = sa.table("tickets", sa.column("reference"), sa.column("access_key"))
    connection = op.get_bind()
    for (reference,) in connection.execute(sa.select(tickets.c.reference)).all():
        mine = sa.update(tickets).where(tickets.c.reference == reference)
        connection.execute(mine.values(access_key=secrets.token_urlsafe(24)))
    op.create_index("tickets_access_key", "tickets", ["access_key"], unique=True)
    op.create_index("tickets_email", "tickets", ["email"])
