"""Patterns."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "patterns",
        sa.Column("pattern_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("locked_paths", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("defect", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("embedder_id", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pattern_id", name=op.f("pk_patterns")),
    )
    op.create_index(
        op.f("ix_patterns_signature_entity_domain_kind"),
        "patterns",
        ["signature", "entity", "domain", "kind"],
        unique=True,
    )
    op.create_index(op.f("ix_patterns_revision"), "patterns", ["revision"])
    op.create_index(op.f("ix_patterns_deleted"), "patterns", ["deleted"])
    standing = op.create_table(
        "pattern_standing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("lineage", sa.String(32), nullable=False),
        sa.Column("embedder_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_standing")),
    )
    op.bulk_insert(standing, [{"id": 1, "revision": 0, "lineage": uuid.uuid4().hex, "embedder_id": ""}])


def downgrade() -> None:
    """Back."""
    op.drop_table("pattern_standing")
    op.drop_index(op.f("ix_patterns_deleted"), table_name="patterns")
    op.drop_index(op.f("ix_patterns_revision"), table_name="patterns")
    op.drop_index(op.f("ix_patterns_signature_entity_domain_kind"), table_name="patterns")
    op.drop_table("patterns")
