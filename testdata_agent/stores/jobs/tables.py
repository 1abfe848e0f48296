"""The ledger's tables. A change here needs a migration: `make migration`, and a test holds both together."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

#: Names that every database gives alike, so that migrations can speak of them.
METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

JOBS: Final = Table(
    "jobs",
    METADATA,
    Column("job_id", String(40), primary_key=True),
    Column("client_id", String(200), nullable=False),
    Column("request_id", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("request", JSON, nullable=False),
    Column("path", String(20), nullable=False),
    Column("engine_version", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("records_requested", BigInteger, nullable=False),
    Column("records_done", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("results_expire_at", Float),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("cost_micros", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("error_reason", String(60), nullable=False),
    Column("error", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("traceparent", String(64), nullable=False, server_default=""),
    Column("tokens_expected", BigInteger, nullable=False, server_default="0"),
    Column("token_ceilings", JSON, nullable=False, server_default="{}"),
    Index(None, "client_id", "request_id", unique=True),
    Index(None, "client_id", "created_at"),
    Index(None, "finished_at"),
)

BATCHES: Final = Table(
    "batches",
    METADATA,
    Column("job_id", String(40), ForeignKey("jobs.job_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("queue", String(20), nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("stop", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("owner", String(100), nullable=False),
    Column("records", BigInteger, nullable=False),
    #: While queued: when it is overdue in the queue; while running: when its lease ends.
    Column("due_at", Float, nullable=False),
    Index(None, "state", "due_at"),
    Index(None, "owner"),
)

#: What each client paid on each day: it outlives the jobs that it was paid for.
SPENDING: Final = Table(
    "spending",
    METADATA,
    Column("client_id", String(200), primary_key=True),
    #: Since 1970-01-01, by UTC.
    Column("day", Integer, primary_key=True),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("cost_micros", BigInteger),
)
