"""The tables of registered schemas, beside the ledger's."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from testdata_agent.stores.jobs.tables import METADATA

SCHEMAS: Final = Table(
    "schemas",
    METADATA,
    Column("name", String(100), primary_key=True),
    #: The current one.
    Column("version", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index(None, "revision"),
)

VERSIONS: Final = Table(
    "schema_versions",
    METADATA,
    Column("name", String(100), ForeignKey("schemas.name", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("domain", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("client_id", String(200), nullable=False),
    Column("created_at", Float, nullable=False),
    Index(None, "name", "fingerprint", unique=True),
)

#: One row. Whoever writes a schema takes the next number first, and so waits for those that are writing: revisions
#: are seen in their order.
REVISION: Final = Table(
    "schema_revision",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
)
