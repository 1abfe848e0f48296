"""The database that ledgers and catalogues live in: SQLite by default, PostgreSQL in production."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import URL, ColumnElement, Connection, event, func, literal_column, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from testdata_agent.stores.sqlite import connect_sqlite

#: How long a writer waits for the others, and a statement for its answer, in seconds.
BUSY_SECONDS = 10
#: Connections of one process.
POOL_SIZE = 5
#: How long PostgreSQL may take to let one in, in seconds.
CONNECT_SECONDS = 5

#: What a URL says of TLS in the words of libpq, which every other program takes: psql, KEDA, poolers.
_TLS: Final = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslcrl",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
)

_DRIVERS = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}


class UnknownDatabase(ValueError):  # noqa: N818 - a fault of the settings, in the words of the house
    """A DATABASE_URL that names no database this product works with."""


def open_database(url: str) -> AsyncEngine:
    """An engine for `sqlite:///file` or `postgresql://user@host/name`; it connects when first used.

    Raises:
        UnknownDatabase: naming the kinds there are, or what the driver does not take.
    """
    scheme, separator, rest = url.partition("://")
    driver = _DRIVERS.get(scheme.partition("+")[0])
    if driver is None or not separator:
        raise UnknownDatabase(f"DATABASE_URL begins with sqlite:// or postgresql://, not {scheme[:20]!r}")
    address = _parsed(f"{driver}://{rest}")
    if driver.startswith("postgresql"):
        address, tls = asyncpg_address(address)
        _require_known(address)
        return create_async_engine(
            address,
            pool_size=POOL_SIZE,
            pool_pre_ping=True,
            pool_timeout=BUSY_SECONDS,
            connect_args={"timeout": CONNECT_SECONDS, "command_timeout": BUSY_SECONDS, **tls},
        )
    arguments = {"timeout": BUSY_SECONDS, "async_creator_fn": connect_sqlite}
    engine = create_async_engine(address, connect_args=arguments)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None  # its words would quote the URL, and so the password
    if parsed is None or "@" in (parsed.host or ""):
        raise UnknownDatabase("DATABASE_URL: host and port cannot be told from it; in a password, @ is written %40")
    return parsed


def _require_known(address: URL) -> None:
    """Raises UnknownDatabase for what no connection could be made with: every one would fail, and say so too late."""
    import asyncpg  # noqa: PLC0415 - SQLite does without

    try:
        _, arguments = address.get_dialect()().create_connect_args(address)
    except ArgumentError as error:
        raise UnknownDatabase(f"DATABASE_URL: {error}") from error
    known = {*inspect.signature(asyncpg.connect).parameters, "prepared_statement_cache_size"}
    unknown = sorted(set(arguments) - known)
    if unknown:
        words = f"PostgreSQL's driver takes no {' and no '.join(map(repr, unknown))}"
        raise UnknownDatabase(f"DATABASE_URL: {words}; of TLS it takes {', '.join(_TLS)}")


def asyncpg_address(url: URL) -> tuple[URL, dict[str, str]]:
    """A URL without what asyncpg reads of TLS in an address of its own alone; and that address, as its argument."""
    tls = {name: url.query[name] for name in _TLS if name in url.query}
    return url.difference_update_query(tls), {"dsn": f"postgresql://?{urlencode(tls)}"} if tls else {}


@contextmanager
def reading(connection: AsyncConnection) -> Iterator[AsyncConnection]:
    """Marks a connection whose transaction only reads, so that on SQLite it waits for no writer."""
    marks = connection.sync_connection.info  # type: ignore[union-attr]
    marks["reading"] = True
    try:
        yield connection
    finally:
        # Where nothing was read, say because the caller left, the next one of this connection may write.
        marks.pop("reading", None)


def now(dialect: str) -> ColumnElement[Any]:
    """Epoch seconds by the database's own clock, so that no two processes differ."""
    if dialect == "postgresql":
        return func.extract("epoch", func.clock_timestamp())
    return literal_column("((julianday('now') - 2440587.5) * 86400.0)")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun by _begin_sqlite, not by the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A read that turns into a write fails at once when another process wrote in between; one that says so waits.
    connection.exec_driver_sql("BEGIN" if connection.info.pop("reading", False) else "BEGIN IMMEDIATE")
