"""The table of cassettes, beside the ledger's."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text

from testdata_agent.stores.jobs.tables import METADATA

CASSETTES: Final = Table(
    "cassettes",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("model", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
    Index(None, "created_at"),
)
