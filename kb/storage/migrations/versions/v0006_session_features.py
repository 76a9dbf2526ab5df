"""How well the suggestions of a session matched, in numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "contact_sessions", sa.Column("features", sa.JSON, nullable=False, server_default=sa.text("'{}'"))
    )
