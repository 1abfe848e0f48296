"""Cassettes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "cassettes",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cassettes")),
    )
    op.create_index(op.f("ix_cassettes_created_at"), "cassettes", ["created_at"])


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_cassettes_created_at"), table_name="cassettes")
    op.drop_table("cassettes")
