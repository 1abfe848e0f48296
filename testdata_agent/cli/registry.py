"""Registered schemas as the command line asks for them."""

from testdata_agent.cli.connection import connect, told
from testdata_agent.client import RegisteredSchema


class RegistrySource:
    """The schemas of a gateway.

    Its methods raise `Mistake` for what the caller can mend, and `Failure` for all else.
    """

    def __init__(self, server: str | None) -> None:
        """Takes `host:port`; None: this machine's."""
        self._registry = connect(server).registry

    def register(self, text: str, name: str, domain: str) -> RegisteredSchema:
        """Makes a text the current version of a name; an empty name or domain is the schema's own."""
        with told():
            return self._registry.register(text, name=name, domain=domain)

    def delete(self, name: str) -> RegisteredSchema:
        """Puts a name out of use."""
        with told():
            return self._registry.delete(name)
