"""The composition root: reads the environment, looks at the ports, starts what serves.

Exit codes: 0 after an orderly stop, 1 when it could not serve (a busy port), 2 for settings that cannot be used.
"""

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Sequence

from gateway.ports import PortBusyError, reserve, usable_host
from gateway.settings import Settings
from testdata_agent import __version__
from testdata_agent.service.settings import SettingsError

#: Host and port.
Address = tuple[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the gateway until it is told to stop; gives the exit code."""
    parser = argparse.ArgumentParser(prog="gateway", description="The gateway. It is set up by environment variables.")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--lifeline", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    gc.disable()  # until it serves: what is imported is no garbage
    try:
        settings = Settings.load()
        if options.child is not None:
            return asyncio.run(_child(settings, options.child, options.lifeline))
        host = usable_host(settings.server.gateway_host)
        grpc_port = reserve(host, settings.server.grpc_port, "GRPC_PORT")
        http_host = usable_host(settings.server.http_host or settings.server.gateway_host)
        http_setting = "HTTP_HOST" if settings.server.http_host else "GATEWAY_HOST"
        http = (http_host, reserve(http_host, settings.server.http_port, "HTTP_PORT", http_setting))
        start = _single if settings.server.gateway_processes == 1 else _parent
        return asyncio.run(start(settings, (host, grpc_port), http))
    except SettingsError as error:
        return _fail(f"settings: {error}", 2)
    except PortBusyError as error:
        return _fail(str(error), 1)


def _fail(line: str, code: int) -> int:
    sys.stderr.write(f"gateway: {line}\n")
    return code


async def _single(settings: Settings, grpc: Address, http: Address) -> int:
    """One process serves both ports."""
    from gateway.app import App, configure_logs, stop_on_signals  # noqa: PLC0415
    from gateway.http import HttpServer, Probes  # noqa: PLC0415

    configure_logs(settings, __version__)
    app = App(settings, __version__, share_port=False)
    health = app.health
    loop = asyncio.get_running_loop()
    probes = Probes(
        __version__,
        health.status,
        health.ready,
        app.metrics.exposition,
        health.components,
        look=lambda: health.look_from_beside(loop),
    )
    pages = HttpServer(*http, probes)
    pages.start()
    stop = stop_on_signals(loop, signal.SIGTERM, signal.SIGINT)
    try:
        await app.run(*grpc, stop)
    except RuntimeError as error:
        raise PortBusyError(f"port {grpc[1]} cannot be listened on; set GRPC_PORT to another port") from error
    finally:
        pages.close()
    return 0


async def _parent(settings: Settings, grpc: Address, http: Address) -> int:
    """Several processes share the gRPC port; this one serves the other and watches them."""
    from gateway.processes import Parent  # noqa: PLC0415
    from testdata_agent.service import logs  # noqa: PLC0415

    logs.configure(
        settings.logs.log_level,
        service="testdata-gateway",
        version=__version__,
        environment=settings.logs.environment,
    )
    gc.enable()
    return await Parent(settings, __version__, logs.logger()).run(grpc, http)


async def _child(settings: Settings, index: int, lifeline_fd: int) -> int:
    """One of several: gRPC alone, until its parent says so or is gone."""
    from gateway.app import App, configure_logs, stop_on_signals  # noqa: PLC0415
    from gateway.children import Lifeline  # noqa: PLC0415

    configure_logs(settings, __version__, child=index)
    loop = asyncio.get_running_loop()
    stop = stop_on_signals(loop, signal.SIGTERM)
    lifeline = Lifeline(lifeline_fd)
    lifeline.on_cut(loop, stop.set)
    app = App(settings, __version__, share_port=True)
    await app.run(usable_host(settings.server.gateway_host), settings.server.grpc_port, stop, lifeline.ready)
    return 0


if __name__ == "__main__":
    sys.exit(main())
