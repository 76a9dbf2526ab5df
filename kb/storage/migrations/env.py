"""Run by Alembic: applies the revisions on the connection, and inside the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from kb.storage import support_tables  # noqa: F401  # its tables register themselves
from kb.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # Alembic assumes that SQLite has none; a migration that dies must leave nothing
)
with context.begin_transaction():
    context.run_migrations()
