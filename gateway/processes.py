"""The parent of several gateway processes: it serves HTTP, sums their metrics and keeps them alive.

The children share the gRPC port; the system spreads connections over them. The parent never imports grpc.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from structlog.typing import FilteringBoundLogger

from gateway.children import Child, own_command
from gateway.health import HEALTHY, UNHEALTHY, configured
from gateway.http import HttpServer, Probes
from gateway.metrics import SummedMetrics
from gateway.settings import Settings

#: What children get beyond their drain before they are killed.
KILL_AFTER_SECONDS = 5.0


class Parent:
    """Runs `gateway_processes` children until it is told to stop."""

    def __init__(self, settings: Settings, version: str, log: FilteringBoundLogger) -> None:
        self._settings = settings
        self._version = version
        self._log = log
        self._was_ready = False
        self._stopping = False
        self._folder = Path(tempfile.mkdtemp(prefix="testdata-gateway-"))
        self._metrics = SummedMetrics(self._folder)
        self._children: list[Child] = []

    async def run(self, grpc: tuple[str, int], http: tuple[str, int]) -> int:
        """Serves until SIGTERM or SIGINT, or until a child fails before it ever served.

        Args:
            grpc: Host and port that the children share.
            http: Those of this process's own pages.

        Returns:
            The exit code.
        """
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        probes = Probes(
            self._version, self._status, self._ready, self._metrics.exposition, lambda: configured(self._settings)
        )
        pages = HttpServer(*http, probes)
        pages.start()
        try:
            self._children = [self._child(index, grpc[1]) for index in range(self._settings.server.gateway_processes)]
            self._log.info("starting", grpc_port=grpc[1], http_port=pages.port, processes=len(self._children))
            return await self._until(stop)
        finally:
            pages.close()
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _until(self, stop: asyncio.Event) -> int:
        keepers = [asyncio.ensure_future(child.keep()) for child in self._children]
        stopped = asyncio.ensure_future(stop.wait())
        done, _ = await asyncio.wait((*keepers, stopped), return_when=asyncio.FIRST_COMPLETED)
        failed = [keeper.result() for keeper in keepers if keeper in done]
        stopped.cancel()
        await self._end(keepers)
        if stop.is_set() or not failed:
            return 0
        return failed[0] if failed[0] > 0 else 1

    async def _end(self, keepers: Sequence[asyncio.Future[int]]) -> None:
        self._stopping = True
        for child in self._children:
            child.stop()
        _, left = await asyncio.wait(keepers, timeout=self._settings.server.drain_seconds + KILL_AFTER_SECONDS)
        if left:
            self._log.error("children_killed", children=len(left))
            for child in self._children:
                child.stop(signal.SIGKILL)
            await asyncio.wait(left)
        self._log.info("stopped")

    def _child(self, index: int, grpc_port: int) -> Child:
        environment = os.environ | {
            "GRPC_PORT": str(grpc_port),
            "GATEWAY_PROCESSES": "1",
            "PROMETHEUS_MULTIPROC_DIR": str(self._folder),
        }
        return Child(index, own_command(), environment, log=self._log, ended=self._metrics.forget)

    def _status(self) -> str:
        return HEALTHY if self._ready()[0] else UNHEALTHY

    def _ready(self) -> tuple[bool, dict[str, Any]]:
        """Ready once every child has come up, and from then on for as long as any is."""
        up = sum(child.serving for child in self._children)
        wanted = len(self._children)
        self._was_ready = self._was_ready or (wanted > 0 and up == wanted)
        return self._was_ready and up > 0 and not self._stopping, {"processes": wanted, "serving": up}
