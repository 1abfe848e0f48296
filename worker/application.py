"""The Celery app of workers: its settings, its task, and what happens when its processes start and end."""

import asyncio
import atexit
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import Celery, signals

from testdata_agent import __version__
from testdata_agent.service import logs
from testdata_agent.stores import migrations
from testdata_agent.stores.database import UnknownDatabase, open_database
from testdata_agent.stores.queue.base import BULK, MODEL
from testdata_agent.stores.queue.celery import SOCKET_OPTIONS, broker_url
from worker import batches, metrics
from worker.connection import Amqp
from worker.lifeline import Lifeline
from worker.logs import take_over
from worker.process import Process
from worker.pulse import Pulse
from worker.services import OpenServices, services_of
from worker.settings import Settings

#: A message that is not acknowledged for so long goes back to its queue. Longer than any batch.
VISIBILITY_SECONDS = 12 * 3600

_CONFIGURATION: dict[str, Any] = {
    # What is delivered may be delivered again, and must not be lost with its worker; the ledger sorts it out.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "broker_transport_options": {
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        **SOCKET_OPTIONS,
    },
    "broker_connection_timeout": SOCKET_OPTIONS["socket_connect_timeout"],
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_publish_retry": False,
    # What becomes of a batch is in the ledger.
    "result_backend": None,
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    "result_extended": False,
    "accept_content": ["json"],
    "task_serializer": "json",
    # A worker without -Q takes both.
    "task_queues": {name: {"exchange": name, "routing_key": name} for name in (BULK, MODEL)},
    "task_default_queue": BULK,
    "task_default_priority": 5,
    # Flower sees tasks by their events.
    "worker_send_task_events": True,
    "task_track_started": True,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "timezone": "UTC",
}


class WorkerApp:
    """A Celery app, and the process of ours that belongs to the process that this runs in.

    Args:
        settings: As the environment has them.
        services: What its processes work with.
    """

    def __init__(self, settings: Settings, services: Callable[[Settings, Celery], OpenServices] = services_of) -> None:
        self.settings = settings
        self._services = services
        self.celery = Celery("worker", broker=broker_url(settings.redis_url), amqp=Amqp, set_as_current=False)
        self.celery.conf.update(_CONFIGURATION)
        self._process: Process | None = None
        self._starting = threading.Lock()
        self._lifeline: Lifeline | None = None
        batches.register(self.celery, self.process)

    def process(self) -> Process:
        """This process's, started when it is first asked for."""
        with self._starting:
            if self._process is None or self._process.pid != os.getpid():
                self._process = self._started()
            return self._process

    def close(self) -> None:
        """Ends this process's."""
        if self._process is not None and self._process.pid == os.getpid():
            self._process.close()
            self._process = None
            logs.flush()

    def listen(self) -> None:
        """Follows the life of a worker that `celery -A worker worker` starts in this process."""
        for signal, receiver in (
            (signals.setup_logging, self._on_setup_logging),
            (signals.worker_init, self._on_worker_init),
            (signals.worker_ready, self._on_ready),
            (signals.worker_process_init, self._on_process_init),
            (signals.worker_process_shutdown, self._on_process_shutdown),
            (signals.worker_shutting_down, self._on_shutting_down),
            (signals.worker_shutdown, self._on_shutdown),
        ):
            signal.connect(receiver, weak=False)

    def _started(self) -> Process:
        worker = self.settings.worker
        process = Process(
            self._services(self.settings, self.celery),
            metrics=metrics.Metrics(),
            log=logs.logger(),
            batch_seconds=worker.worker_batch_seconds,
            rows_ttl=worker.jobs_ttl_seconds,
        )
        process.start()
        return process

    def _configure_logs(self) -> None:
        log = self.settings.logs
        logs.configure(
            log.log_level,
            service="testdata-worker",
            version=__version__,
            environment=log.environment,
            process=os.getpid(),
        )
        take_over(logs.logger(), log.log_level)

    def _serve_metrics(self) -> None:
        host, port = self.settings.worker.worker_metrics_host, self.settings.worker.worker_metrics_port
        if not port:
            return
        folder = Path(tempfile.mkdtemp(prefix="testdata-worker-"))
        atexit.register(_remove, folder, os.getpid())
        metrics.count_in(folder)
        try:
            metrics.serve(host, port, folder)
        except OSError as error:
            sys.stderr.write(
                f"worker: {host}:{port} cannot be listened on ({error.strerror or error}); set WORKER_METRICS_PORT to"
                " another port, of each worker on a machine one of its own, or WORKER_METRICS_HOST to an address here\n"
            )
            raise SystemExit(1) from error

    def _show_pulse(self) -> None:
        file = self.settings.worker.worker_heartbeat_file
        if file is not None:
            pulse = Pulse(file)
            try:
                pulse.check()
            except OSError as error:
                sys.stderr.write(f"worker: settings: WORKER_HEARTBEAT_FILE={str(file)!r}: {error.strerror}\n")
                raise SystemExit(2) from error
            pulse.follow()

    def _on_setup_logging(self, **_: Any) -> None:
        self._configure_logs()

    def _on_worker_init(self, sender: Any, **_: Any) -> None:
        """Before any process is forked: the ledger must be one that this release knows."""
        if _forks(sender):
            self._lifeline = Lifeline()
        self._serve_metrics()
        self._show_pulse()
        try:
            asyncio.run(_check(self.settings.database_url))
        except migrations.WrongRevision as error:
            sys.stderr.write(f"worker: {error}\n")
            raise SystemExit(1) from error
        except UnknownDatabase as error:
            sys.stderr.write(f"worker: settings: {error}\n")
            raise SystemExit(2) from error

    def _on_ready(self, sender: Any, **_: Any) -> None:
        if self._lifeline is None:
            self.process()
        logs.logger().info("worker_ready", queues=[queue.name for queue in sender.task_consumer.queues])

    def _on_process_init(self, **_: Any) -> None:
        self._configure_logs()
        process = self.process()
        if self._lifeline is not None:
            parent = os.getppid()
            self._lifeline.watch(lambda: _end(process, parent))

    def _on_process_shutdown(self, **_: Any) -> None:
        self.close()

    def _on_shutting_down(self, **_: Any) -> None:
        if self._lifeline is not None:
            self._lifeline.cut()
        elif self._process is not None:
            self._process.interrupt()

    def _on_shutdown(self, **_: Any) -> None:
        self.close()


def _remove(folder: Path, pid: int) -> None:
    if os.getpid() == pid:  # children inherit what is registered
        shutil.rmtree(folder, ignore_errors=True)


def _forks(controller: Any) -> bool:
    return bool(controller.pool_cls.__module__.endswith("prefork"))


def _end(process: Process, parent: int) -> None:
    """The parent wants its children to stop, or is gone; then nobody is left to end them."""
    process.interrupt()
    if os.getppid() != parent:
        process.close()
        logs.flush()
        os._exit(1)


async def _check(database_url: str) -> None:
    engine = open_database(database_url)
    try:
        await migrations.check(engine)
    finally:
        await engine.dispose()
