"""The gateway that a command asks: connected to as the environment says, its refusals in the command line's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from testdata_agent.cli import variables
from testdata_agent.cli.faults import Failure, Mistake, line
from testdata_agent.client import (
    AuthenticationError,
    Client,
    ClientError,
    InvalidRequestError,
    NotFoundError,
    RequestConflictError,
    SetupError,
)
from testdata_agent.client.environment import connection_of
from testdata_agent.client.transport import DEFAULT_TARGET


def connect(server: str | None) -> Client:
    """A client of `server`; of this machine's gateway where it is None.

    Raises:
        Mistake: The environment's variables say something that cannot be done.
    """
    with told():
        return Client(server or DEFAULT_TARGET, **connection_of(variables.current()))


@contextmanager
def told() -> Iterator[None]:
    """Client errors as the command line's own."""
    try:
        yield
    except InvalidRequestError as error:
        lines = [line(v.field, v.description) for v in error.violations]
        raise Mistake(lines or [str(error)]) from error
    except AuthenticationError as error:
        raise Mistake([f"{error} (TESTDATA_API_KEY is the key that is sent)"]) from error
    except (NotFoundError, RequestConflictError, SetupError) as error:
        raise Mistake([str(error)]) from error
    except UnicodeEncodeError as error:
        raise Mistake([f"{error.object!r} is not UTF-8 text"]) from error
    except ClientError as error:
        raise Failure(str(error)) from error
