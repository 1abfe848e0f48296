"""The database that the settings name, opened. Its drivers come with an extra and are imported only here and below."""

# ruff: noqa: PLC0415 - a gateway without a database does not have the drivers

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from testdata_agent.service.settings import SettingsError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def drivers_for(settings: str) -> Iterator[None]:
    """Around imports: raises SettingsError, which says how what these settings need is installed."""
    try:
        yield
    except ImportError as error:
        extra = "pip install 'test-data-agent[gateway,stores]'"
        raise SettingsError(f"{settings} needs {error.name}: {extra}") from error


def opened(url: SecretStr) -> "AsyncEngine":
    """The database at an address; it is connected to when first used.

    Raises:
        SettingsError: it is of a kind that is not known, or its drivers are not installed.
    """
    with drivers_for("DATABASE_URL"):
        from testdata_agent.stores.database import UnknownDatabase, open_database
    try:
        return open_database(url.get_secret_value())
    except UnknownDatabase as error:
        raise SettingsError(str(error)) from error
