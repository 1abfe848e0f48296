"""What clients spend by day, and what jobs are expected to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """To this revision."""
    op.add_column("jobs", sa.Column("tokens_expected", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "spending",
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "day", name=op.f("pk_spending")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("spending")
    op.drop_column("jobs", "tokens_expected")
