"""Rows of somebody else's table, in PostgreSQL or SQLite: never written, and drawn by the server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from testdata_agent.stores.database import UnknownDatabase, asyncpg_address
from testdata_agent.stores.sqlite import connect_sqlite

#: Seconds that a connection, and then the sample, may take.
CONNECT_SECONDS: Final = 15
SAMPLE_SECONDS: Final = 120
#: Rows that are drawn for each that is wanted, since what lies together is drawn together.
_SPARE: Final = 2
#: Tables of more rows are drawn from by their pages, which reads no more of them than is wanted.
_LARGE: Final = 1_000_000
_DRIVERS: Final = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}


class UnknownTable(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """The database has no such table or view; str() names those that it has."""


class SourceUnreachable(ConnectionError):  # noqa: N818 - as LedgerUnreachable
    """The database does not answer, or not in time, or does not let this user read; no password is in str()."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of a table.

    Attributes:
        columns: Names, in the table's order.
        rows: By column.
        estimate: About how many rows the table has; None: nobody knows without counting.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    estimate: int | None = None


async def sampled(url: str, table: str, most: int) -> Sample:
    """Draws at most so many rows by chance.

    Args:
        url: `postgresql://user:password@host/name` or `sqlite:///file`.
        table: A table or view, `schema.table` where it is in no schema of the search path.
        most: At least 1.

    Raises:
        UnknownDatabase, UnknownTable, SourceUnreachable.
    """
    address = _address(url)
    engine = _engine(address)
    try:
        async with (
            asyncio.timeout(CONNECT_SECONDS + SAMPLE_SECONDS),
            _translated(address),
            engine.connect() as connection,
        ):
            return await _drawn(connection, table, most)
    except TimeoutError as error:
        words = f"{_shown(address)} took longer than {CONNECT_SECONDS + SAMPLE_SECONDS} s"
        raise SourceUnreachable(words) from error
    finally:
        await engine.dispose()


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise UnknownDatabase("a database is named as sqlite:///file or postgresql://user@host/name") from None
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise UnknownDatabase(f"records are read from postgresql:// and sqlite://, not {address.drivername[:20]}://")
    return address.set(drivername=driver)


def _engine(address: URL) -> AsyncEngine:
    if address.get_backend_name() == "sqlite":
        if not address.database or address.database == ":memory:":
            raise UnknownDatabase("a SQLite database is a file: sqlite:///path/to/it.db")
        # Read only, so that a misspelt name makes no file, and nothing of a file is changed.
        read_only = address.set(database=f"file:{quote(address.database)}", query={"mode": "ro", "uri": "true"})
        return create_async_engine(read_only, poolclass=NullPool, connect_args={"async_creator_fn": connect_sqlite})
    address, tls = asyncpg_address(address)
    arguments = {
        **tls,
        "timeout": CONNECT_SECONDS,
        "server_settings": {
            "default_transaction_read_only": "on",
            "statement_timeout": str(SAMPLE_SECONDS * 1000),
            "application_name": "testdata patterns learn",
        },
    }
    return create_async_engine(address, poolclass=NullPool, connect_args=arguments)


@asynccontextmanager
async def _translated(address: URL) -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        told = str(cause).strip().split("\n")[0][:200]
        if address.password:
            told = told.replace(str(address.password), "***")
        raise SourceUnreachable(f"cannot read {_shown(address)}: {told}") from error


def _shown(address: URL) -> str:
    return address.set(drivername=address.get_backend_name()).render_as_string(hide_password=True)


# -- the sample -----------------------------------------------------------------------------------------------


async def _drawn(connection: AsyncConnection, table: str, most: int) -> Sample:
    schema, name, columns = await connection.run_sync(_found, table)
    source = sa.table(name, *(sa.column(column) for column in columns), schema=schema)
    estimate = None
    rows: Sequence[Mapping[str, Any]] = ()
    if connection.dialect.name == "postgresql":
        estimate = await _estimate(connection, schema, name)
        if estimate is not None and estimate > _SPARE * most:
            rows = await _rows(connection, _scattered(source, estimate, most))
    if len(rows) < most:
        # Small, a view, or of fewer rows than was thought.
        rows = await _rows(connection, sa.select(source).order_by(sa.func.random()).limit(most))
    return Sample(tuple(columns), tuple(rows), estimate)


def _found(connection: sa.Connection, table: str) -> tuple[str | None, str, list[str]]:
    """(schema, table, columns) of what the caller names."""
    inspector = sa.inspect(connection)
    schema, _, name = table.rpartition(".")
    known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
    if name not in known:
        near = get_close_matches(name, known, n=3) or sorted(known)[:10]
        hint = f"; there are {', '.join(near)}" if near else "; there are none that this user may see"
        raise UnknownTable(f"there is no table {table[:100]!r}{hint}")
    return schema or None, name, [str(column["name"]) for column in inspector.get_columns(name, schema or None)]


async def _estimate(connection: AsyncConnection, schema: str | None, table: str) -> int | None:
    """Rows of a table as the server last counted them; None for a view, or one that was never counted."""
    named = (
        sa.func.quote_ident(table)
        if schema is None
        else sa.func.concat(sa.func.quote_ident(schema), ".", sa.func.quote_ident(table))
    )
    catalog = sa.table("pg_class", sa.column("oid"), sa.column("reltuples"), sa.column("relkind"))
    query = sa.select(catalog.c.reltuples, sa.cast(catalog.c.relkind, sa.String)).where(
        catalog.c.oid == sa.cast(sa.cast(named, sa.Text), _Regclass())
    )
    found = (await connection.execute(query)).one_or_none()
    if found is None or found[1] not in {"r", "m"} or found[0] < 0:
        return None
    return int(found[0])


class _Regclass(sa.types.UserDefinedType[Any]):
    """PostgreSQL's name of a relation."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "regclass"


def _scattered(source: sa.TableClause, estimate: int, most: int) -> sa.Select[Any]:
    """Rows that the server draws while it reads, in any order."""
    percent = min(100.0, 100.0 * _SPARE * most / estimate)
    method = sa.func.system(percent) if estimate > _LARGE else sa.func.bernoulli(percent)
    drawn = source.tablesample(method)
    return sa.select(drawn).order_by(sa.func.random()).limit(most)


async def _rows(connection: AsyncConnection, query: sa.Select[Any]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
