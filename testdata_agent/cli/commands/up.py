"""`testdata up`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from testdata_agent.cli import streams
from testdata_agent.cli.faults import Failure, is_unwritable, reported

if TYPE_CHECKING:
    import threading

    from testdata_agent.cli.service.home import Home
    from testdata_agent.cli.service.supervisor import Supervisor
    from testdata_agent.cli.settings import UpSettings

#: How long an earlier server's processes are given to end, in seconds: they drain their running calls.
_PATIENCE_SECONDS = 35.0


def up(context: typer.Context) -> None:
    """Start all of it on this machine: gateway, workers, Redis, Flower; Ctrl-C stops it.

    It needs no account and no container. GRPC_PORT (9091), HTTP_PORT (8091), FLOWER_PORT (5555), FLOWER_BASIC_AUTH,
    TLS_CERT_FILE, TLS_KEY_FILE, REDIS_URL, DATABASE_URL and TESTDATA_HOME are read from the environment or from .env;
    where no Redis and no database is named, they are the folder's own.
    """
    from testdata_agent.cli.service.home import Home
    from testdata_agent.cli.service.supervisor import stop_requested
    from testdata_agent.cli.settings import UpSettings, merged

    variables: Mapping[str, str] = context.obj
    with reported():
        _require_gateway()
        settings = UpSettings.read(variables, Path(".env"))
        home = Home(settings.home)
        try:
            home.open()
            with stop_requested() as stop:
                _serve(home, settings, merged(variables, Path(".env")), stop)
        except OSError as error:
            if is_unwritable(error):
                raise Failure(f"cannot use {home.path}: {(error.strerror or str(error)).lower()}") from error
            raise
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
    from testdata_agent.cli.service import ports
    from testdata_agent.cli.service.supervisor import Supervisor

    held = home.children_lock(_PATIENCE_SECONDS)
    ports.require_free(settings.grpc_port, "gRPC", "GRPC_PORT")
    ports.require_free(settings.http_port, "health and metrics", "HTTP_PORT")
    ports.require_free(settings.flower_port, "Flower", "FLOWER_PORT")
    supervisor = Supervisor(say=_say)
    try:
        if _started(supervisor, home, settings, variables, held, stop):
            supervisor.keep(stop)
    finally:
        supervisor.stop()
    _say("stopped")


def _say(line: str) -> None:
    """A line for whoever looks; a log on a full disk, or one that nobody reads any more, is no reason to end."""
    try:
        typer.echo(line)
    except OSError:
        streams.forget_stdout()


def _started(
    supervisor: "Supervisor",
    home: "Home",
    settings: "UpSettings",
    variables: Mapping[str, str],
    held: int,
    stop: "threading.Event",
) -> bool:
    """Starts all parts and shows the screen once callers can come; False: it was told to stop before."""
    from testdata_agent import __version__
    from testdata_agent.cli.service import screen
    from testdata_agent.cli.service.embedded_redis import embedded_in
    from testdata_agent.cli.service.parts import Parts, missing_for_jobs

    environment = {
        **variables,
        "GRPC_PORT": str(settings.grpc_port),
        "HTTP_PORT": str(settings.http_port),
        "TESTDATA_HOME": str(home.path),
    }
    missing = missing_for_jobs()
    flower = None
    if missing:
        parts = Parts(home, settings, environment, [held])
    else:
        server = None if settings.redis_url else embedded_in(home.path / "redis")
        environment["REDIS_URL"] = settings.redis_url or (server.url if server else "")
        environment["DATABASE_URL"] = settings.ledger_url
        parts = Parts(home, settings, environment, [held])
        if server is not None:
            redis = parts.redis(server)
            supervisor.start(redis)
            if not supervisor.await_ready(redis, stop):
                return False
    gateway = parts.gateway()
    supervisor.start(gateway)
    if not missing:
        _migrate(environment)
    if not supervisor.await_ready(gateway, stop):
        return False
    if not missing:
        # Not earlier: they would take the processor from what callers wait for.
        for worker in parts.workers():
            supervisor.start(worker)
        login, kept_in = parts.flower_login()
        supervisor.start(parts.flower(login))
        flower = screen.Flower(settings.flower_port, settings.flower_url_prefix, login, kept_in)
    addresses = screen.Addresses.of(settings)
    model = _model_state(addresses.health())
    _say(screen.compose(addresses, flower, missing, model, home.path, __version__))
    return True


def _migrate(environment: Mapping[str, str]) -> None:
    """In a process of its own, so that this one stays small.

    Raises:
        Failure: in its words.
    """
    command = [sys.executable, "-P", "-m", "testdata_agent.cli.main", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode:
        raise Failure(f"the database cannot be brought to this release's revision: {done.stderr.strip()}")


def _model_state(health_url: str) -> str:
    """By HTTP: the libraries of gRPC would stay in this process for as long as it lives."""
    from testdata_agent.cli.service.part import opened_here

    with opened_here(health_url, timeout_seconds=5.0) as answer:
        return str(json.load(answer)["components"]["model"])
