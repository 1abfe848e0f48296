"""The trace that a job belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """To this revision."""
    op.add_column("jobs", sa.Column("traceparent", sa.String(64), server_default="", nullable=False))


def downgrade() -> None:
    """Back."""
    op.drop_column("jobs", "traceparent")
