"""Which source a command uses."""

# ruff: noqa: PLC0415 - only the source that is used is loaded: gRPC or the engine

from testdata_agent.cli.sources.base import Source


def choose(server: str | None) -> Source:
    """The named gateway, or this process where none is named. Only what is used is imported."""
    if server:
        from testdata_agent.cli.sources.server import ServerSource

        return ServerSource(server)
    from testdata_agent.cli.sources.local import LocalSource

    return LocalSource()
