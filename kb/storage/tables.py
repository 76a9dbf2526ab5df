"""The tables as they are now. A change needs a revision in ``migrations/versions`` and a new ``SCHEMA``."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

SCHEMA = "0006"
"""The revision these tables are at: known without importing Alembic, so that a start costs milliseconds."""

METADATA = MetaData()


class UTCDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC. SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


threads = Table(
    "threads",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("lang", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("record", JSON, nullable=False),
)

tickets = Table(
    "tickets",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("created", UTCDateTime, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("idempotency_key", Text, nullable=True),  # no key is NULL: NULLs are never equal, "" would be
    Column("access_key", Text, nullable=True),
    Column("category", Text, nullable=False, server_default=""),
    Column("queue", Text, nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("status", Text, nullable=False, server_default="open"),
    Column("assignee", Text, nullable=False, server_default=""),
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("masked", JSON, nullable=False, server_default="[]"),
    Column("consent", Text, nullable=False, server_default=""),
    Column("updated", UTCDateTime, nullable=True),
    Column("context", JSON, nullable=False, server_default="{}"),
    UniqueConstraint("idempotency_key", name="tickets_idempotency_key"),
    Index("tickets_access_key", "access_key", unique=True),
    Index("tickets_email", "email"),
)

search_events = Table(
    "search_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),  # no finer: a moment would point at a person
    Column("query", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("total", Integer, nullable=False),
)

page_views = Table(
    "page_views",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("document", Text, primary_key=True),
    Column("lang", Text, nullable=False),
    Column("views", Integer, nullable=False),
)

votes = Table(
    "votes",
    METADATA,
    Column("key", Text, primary_key=True),  # random: whoever has it may say more about the vote
    Column("day", Date, nullable=False),
    Column("document", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("comment", Text, nullable=False),
)

search_opens = Table(
    "search_opens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("query", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index("search_opens_day", "day"),
)
