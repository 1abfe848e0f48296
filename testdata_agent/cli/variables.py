"""The environment of the command that runs, as its composition root hands it in."""

from collections.abc import Mapping
from contextvars import ContextVar

_of_this_command: ContextVar[Mapping[str, str]] = ContextVar("_of_this_command")


def use(variables: Mapping[str, str]) -> None:
    """Keeps them for the command."""
    _of_this_command.set(variables)


def current() -> Mapping[str, str]:
    """What was kept; nothing, where a command was called without any."""
    return _of_this_command.get({})
