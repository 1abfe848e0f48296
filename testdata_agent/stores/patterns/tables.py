"""The tables of patterns, beside the ledger's."""

from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from testdata_agent.stores.jobs.tables import METADATA

PATTERNS: Final = Table(
    "patterns",
    METADATA,
    Column("pattern_id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("domain", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("intent", Text, nullable=False),
    #: JSON.
    Column("record", Text, nullable=False),
    Column("locked_paths", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("source", Text, nullable=False),
    Column("quality", Float, nullable=False),
    Column("defect", JSON, nullable=False),
    Column("client_id", Text, nullable=False),
    #: Of a deleted pattern its id, so that the signature is free.
    Column("signature", Text, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("ratings", Integer, nullable=False, server_default="0"),
    Column("embedder_id", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Index(None, "signature", "entity", "domain", "kind", unique=True),
    Index(None, "revision"),
    Index(None, "deleted"),
)

#: One row. Whoever writes a pattern holds it first, and so waits for those that are writing: revisions are seen in
#: their order.
STANDING: Final = Table(
    "pattern_standing",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    #: Made up by the migration.
    Column("lineage", String(32), nullable=False),
    Column("embedder_id", Text, nullable=False),
)
