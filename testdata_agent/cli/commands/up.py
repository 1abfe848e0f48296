"""`testdata up`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from testdata_agent.cli.faults import Failure, reported

if TYPE_CHECKING:
    import threading

    from testdata_agent.cli.service.home import Home
    from testdata_agent.cli.settings import UpSettings

#: How long an earlier server's processes are given to end, in seconds: they drain their running calls.
_PATIENCE_SECONDS = 35.0


def up(context: typer.Context) -> None:
    """Start the gateway on this machine; Ctrl-C stops it.

    It needs no account and no container. GRPC_PORT (9091), HTTP_PORT (8091) and TESTDATA_HOME are read from the
    environment or from .env.
    """
    from testdata_agent.cli.service.home import Home
    from testdata_agent.cli.service.supervisor import stop_requested
    from testdata_agent.cli.settings import UpSettings

    variables: Mapping[str, str] = context.obj
    with reported():
        _require_gateway()
        settings = UpSettings.read(variables, Path(".env"))
        home = Home(settings.home)
        try:
            home.open()
            with stop_requested() as stop:
                _serve(home, settings, variables, stop)
        finally:
            home.close()


def _require_gateway() -> None:
    """The gateway is not in the wheel: a package of that name there would overwrite its user's own."""
    if importlib.util.find_spec("gateway") is None or importlib.util.find_spec("grpc") is None:
        raise Failure(
            "`testdata up` needs the server, which a plain install leaves out: run `make run` in a clone of the"
            " repository, or name a running server with --server HOST:PORT"
        )


def _serve(home: "Home", settings: "UpSettings", variables: Mapping[str, str], stop: "threading.Event") -> None:
    from testdata_agent import __version__
    from testdata_agent.cli.service import ports, screen, tether
    from testdata_agent.cli.service.child import Child
    from testdata_agent.cli.service.supervisor import Supervisor

    held = home.children_lock(_PATIENCE_SECONDS)
    ports.require_free(settings.grpc_port, "gRPC", "GRPC_PORT")
    ports.require_free(settings.http_port, "health and metrics", "HTTP_PORT")
    addresses = screen.Addresses(settings.grpc_port, settings.http_port)
    own = {
        "GRPC_PORT": str(settings.grpc_port),
        "HTTP_PORT": str(settings.http_port),
        "TESTDATA_HOME": str(home.path),
    }
    child = Child(tether.command("gateway.main"), {**variables, **own}, home.log, [held])
    supervisor = Supervisor(
        child, name="gateway", ready_url=addresses.health("/health/ready"), log=home.log, say=typer.echo
    )
    try:
        if supervisor.start(stop):
            typer.echo(screen.compose(addresses, _model_state(addresses.gateway), home.path, home.log, __version__))
            supervisor.keep(stop)
    finally:
        supervisor.stop()
    typer.echo("stopped")


def _model_state(target: str) -> str:
    from testdata_agent.cli.sources.server import ServerSource

    return ServerSource(target).health().components.get("model", "not configured")
