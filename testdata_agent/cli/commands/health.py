"""`testdata health`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import typer

from testdata_agent.cli.faults import EXIT_FAILURE, reported
from testdata_agent.cli.options import ServerOption


def health(server: ServerOption = None) -> None:
    """Ask a gateway (localhost:9091 if none is named) how it is. Exit code 1 if it is unhealthy or does not answer."""
    from testdata_agent.cli.sources.server import ServerSource
    from testdata_agent.client.transport import DEFAULT_TARGET

    with reported():
        target = server or DEFAULT_TARGET
        answer = ServerSource(target).health()
        typer.echo(f"{target} is {answer.status}")
        width = max(map(len, answer.components), default=0)
        for name, state in sorted(answer.components.items()):
            typer.echo(f"  {name:<{width}}  {state}")
        if answer.status == "unhealthy":
            raise typer.Exit(EXIT_FAILURE)
