"""Registered schemas."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "schemas",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schemas")),
    )
    op.create_index(op.f("ix_schemas_revision"), "schemas", ["revision"])
    op.create_table(
        "schema_versions",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(100), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["schemas.name"], name=op.f("fk_schema_versions_name"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_schema_versions")),
    )
    op.create_index(
        op.f("ix_schema_versions_name_fingerprint"), "schema_versions", ["name", "fingerprint"], unique=True
    )
    revisions = op.create_table(
        "schema_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_revision")),
    )
    op.bulk_insert(revisions, [{"id": 1, "value": 0}])


def downgrade() -> None:
    """Back."""
    op.drop_table("schema_revision")
    op.drop_index(op.f("ix_schema_versions_name_fingerprint"), table_name="schema_versions")
    op.drop_table("schema_versions")
    op.drop_index(op.f("ix_schemas_revision"), table_name="schemas")
    op.drop_table("schemas")
