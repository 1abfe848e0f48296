"""The drivers' errors of a database that does not answer, or cannot keep a text, as the port's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from testdata_agent.stores.jobs.base import LedgerUnreachable, NotText

#: What PostgreSQL says (SQLSTATE, or its class of two characters) while it cannot be worked with: no connection, no
#: entry, no such database, a lock not given, no room, ending or starting, a fault of its machine, nobody has migrated.
_AWAY: Final = ("08", "28", "3D", "40", "42P01", "53", "55", "57", "58")

#: What SQLite says of a file that is no database, or no whole one.
_DAMAGED: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT")

#: What PostgreSQL says of a text with U+0000, as it is and written as JSON writes it.
_NOT_TEXT: Final = ("22021", "22P05")


@contextmanager
def translated() -> Iterator[None]:
    """Raises the port's errors in place of what drivers raise.

    Raises:
        LedgerUnreachable: a database is away, or busy for too long.
        NotText: it cannot keep, nor look for, a text.
    """
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        if isinstance(error, DBAPIError) and _sqlstate(error) in _NOT_TEXT:
            raise NotText("a text has the character U+0000, which the database cannot keep: leave it out") from error
        if isinstance(error, DBAPIError) and not _is_outage(error):
            raise
        raise LedgerUnreachable(f"the database does not answer ({_name(error)})") from error


def _is_outage(error: DBAPIError) -> bool:
    """Whether it is the database's state that is at fault, not a statement."""
    if error.connection_invalidated or isinstance(error, InterfaceError | OperationalError):
        return True
    return _sqlstate(error).startswith(_AWAY) or _name(error).startswith(_DAMAGED)


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _name(error: Exception) -> str:
    """Of what the database said, which tells more than the name that all drivers share."""
    said = error.orig if isinstance(error, DBAPIError) else None
    cause = said if said is None else said.__cause__ or said
    # Of SQLite's errors the name tells "busy" from "disk full": SQLITE_BUSY_SNAPSHOT.
    return str(getattr(cause, "sqlite_errorname", "") or type(cause or error).__name__)
