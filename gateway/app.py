"""One serving process, put together from settings: everything that needs grpc."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from structlog.typing import FilteringBoundLogger

from gateway.admission import Admission
from gateway.dry_runs import DryRuns
from gateway.entities import Entities
from gateway.health import Health, configured
from gateway.interceptors.api_keys import ApiKeys
from gateway.interceptors.base import Interceptor
from gateway.interceptors.call_metrics import CallMetrics
from gateway.interceptors.call_tracing import CallTracing
from gateway.interceptors.chain import Chain
from gateway.interceptors.correlation import Correlation
from gateway.interceptors.deadline import Deadline
from gateway.interceptors.identity import Identity
from gateway.interceptors.legacy_errors import LegacyErrors
from gateway.interceptors.rate_limits import RateLimits
from gateway.interceptors.request_log import RequestLog
from gateway.jobs.assembly import Jobs
from gateway.jobs.stores import missing_settings
from gateway.keys import follow
from gateway.lag import watch_lag
from gateway.lookout import Lookout
from gateway.metrics import Metrics
from gateway.paths import Paths, built_in_paths
from gateway.patterns.assembly import Patterns
from gateway.patterns.bugs import Bugs
from gateway.patterns.choosing import Choosing
from gateway.patterns.runner import HybridRunner, RagRunner
from gateway.pools import open_pools
from gateway.preparation import Preparation
from gateway.rates import Rates
from gateway.registered.assembly import Registered
from gateway.registered.registration import Registration
from gateway.schemas import SchemaList
from gateway.scoring import Scoring
from gateway.server import GrpcServer
from gateway.servicers.absent_jobs import AbsentJobServicer
from gateway.servicers.absent_patterns import AbsentPatternServicer
from gateway.servicers.absent_schemas import AbsentSchemaServicer
from gateway.servicers.jobs import JobServicer
from gateway.servicers.schemas import SchemaServicer
from gateway.servicers.test_data import TestDataServicer
from gateway.settings import Settings
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.service import logs
from testdata_agent.service.access.opening import open_keys
from testdata_agent.service.labels import Labels
from testdata_agent.service.prices import Prices
from testdata_agent.service.tracing import NoTracing, tracing_of
from testdata_agent.v1 import jobs_pb2_grpc, patterns_pb2_grpc, schemas_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc

if TYPE_CHECKING:
    from gateway.tls.renewal import Renewal

SERVICE = "testdata.v1.TestDataService"
JOB_SERVICE = "testdata.v1.JobService"
SCHEMA_SERVICE = "testdata.v1.SchemaService"
PATTERN_SERVICE = "testdata.v1.PatternService"

#: How long a thread that scores may keep the interpreter from the event loop.
SWITCH_SECONDS = 0.001


class App:
    """The gateway within one process: metrics, health and the gRPC server."""

    def __init__(self, settings: Settings, version: str, *, share_port: bool) -> None:
        self._settings = settings
        self.log = logs.logger()
        self.metrics = Metrics()
        self.tracing = tracing_of(settings.tracing, "testdata-gateway", version)
        self._keys = open_keys(settings.access, self.log, stale=self.metrics.state.keys_stale)
        self._jobs = Jobs.open(settings.stores, settings.model_path, self.metrics, self.tracing, self.log)
        self._rates = None
        if self._keys is not None or settings.rates.any:
            self._rates = Rates.open(settings.rates, settings.stores, self.metrics, self.log)
        self._patterns = Patterns.open(settings.stores, settings.patterns, self.log)
        looks = {} if self._jobs is None else dict(self._jobs.stores.looks)
        if self._patterns is not None:
            looks["patterns"] = self._patterns.look
        if self._rates is not None:
            looks["rate_limits"] = self._rates.look
        self.health = Health(configured(settings), Lookout(looks))
        chain = Chain(self._interceptors(), self.log, stall_seconds=settings.server.stream_stall_seconds)
        self.server = GrpcServer(
            chain,
            self.health,
            max_message_bytes=settings.server.max_message_bytes,
            compression=settings.server.grpc_compression,
            share_port=share_port,
            connection_age_seconds=settings.server.connection_age_seconds,
        )
        self._background: list[asyncio.Task[None]] = []
        self._registered = Registered.open(settings.stores, self.log)
        self._known = None if self._registered is None else self._registered.known
        registry = Registry(others=() if self._known is None else self._known.names)
        preparation = self._preparation = Preparation(registry, open_pools(settings.stores, self.log))
        admission = self._admission(registry, preparation)
        self.server.add(SERVICE, self._servicer(registry, admission), pb_grpc.add_TestDataServiceServicer_to_server)
        self.server.add(
            JOB_SERVICE, self._job_servicer(preparation, admission), jobs_pb2_grpc.add_JobServiceServicer_to_server
        )
        self.server.add(
            SCHEMA_SERVICE,
            self._schema_servicer(registry, preparation),
            schemas_pb2_grpc.add_SchemaServiceServicer_to_server,
        )
        self.server.add(
            PATTERN_SERVICE,
            self._pattern_servicer(registry, preparation),
            patterns_pb2_grpc.add_PatternServiceServicer_to_server,
        )

    async def run(self, host: str, port: int, stop: asyncio.Event, started: Callable[[], None] = lambda: None) -> None:
        """Serves until `stop` is set, then drains; `started` is called once it serves.

        Raises:
            RuntimeError: the port cannot be bound.
        """
        settings = self._settings.server
        sys.setswitchinterval(SWITCH_SECONDS)
        tls = self._tls()
        bound = await self.server.start(host, port, None if tls is None else tls.credentials())
        self.metrics.state.serving(serves=True)
        self._begin("watching the loop", watch_lag(self.metrics.state))
        if tls is not None:
            self._begin("watching certificates", tls.watch())
        if self._jobs is not None:
            self._begin("watching the queues", self._jobs.watch(self.metrics))
        self.log.info("serving", grpc_port=bound, process_id=os.getpid())
        first_look = asyncio.ensure_future(self.health.look())
        if self._keys is not None:
            self._begin("following keys", follow(self._keys))
        if self._known is not None:
            self._begin("following schemas", self._known.follow())
        if self._patterns is not None:
            self._patterns.library.start()
            self._begin("watching patterns", self._patterns.watch(self.metrics))
        started()
        # What is there now stays: looking through all of it for garbage would hold the loop for a tenth of a second.
        gc.freeze()
        gc.enable()
        warming = self._begin("warming", self._preparation.warm())
        warming.add_done_callback(lambda _: gc.freeze())
        await stop.wait()
        warming.cancel()
        await first_look
        self.log.info("draining", seconds=settings.drain_seconds)
        self.metrics.state.serving(serves=False)
        if self._jobs is not None:
            self._jobs.draining.begin()
        await self.server.drain(settings.drain_seconds)
        for task in self._background:
            task.cancel()
        await asyncio.wait(self._background)
        if self._patterns is not None:
            await self._patterns.close()
        if self._registered is not None:
            await self._registered.close()
        if self._jobs is not None:
            await self._jobs.close()
        if self._rates is not None:
            await self._rates.close()
        self.tracing.close()
        self.log.info("stopped")

    def _tls(self) -> "Renewal | None":
        if self._settings.tls.tls_cert_file is None:
            return None
        # What reads certificates is loaded where there are some.
        from gateway.tls.files import TlsFiles  # noqa: PLC0415
        from gateway.tls.renewal import Renewal  # noqa: PLC0415

        return Renewal(TlsFiles.named_in(self._settings.tls), self.log, self.metrics.state.certificate)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Work beside the calls, until the gateway ends."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._background.append(task)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """No call depends on it, but a failure is a bug of ours."""
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            self.log.error("background_failed", work=task.get_name(), error_type=type(failure).__qualname__)

    def _interceptors(self) -> list[Interceptor]:
        """In order, the outermost first."""
        row: list[Interceptor] = [Correlation(), RequestLog(self.log), CallMetrics(self.metrics)]
        if not isinstance(self.tracing, NoTracing):
            row.append(CallTracing(self.tracing))
        if self._settings.server.legacy_errors:
            row.append(LegacyErrors({"GenerateData": _failed_answer}))
        # Behind all that must hear of every call's beginning: it may refuse.
        row += [self._identity(), Deadline()]
        if self._rates is not None:
            row.append(RateLimits(self._rates))
        return row

    def _identity(self) -> Interceptor:
        """What finds out whose call it is: by its key where keys are set up, else by what it says."""
        named = self._settings.server.client_id_metadata
        if self._keys is None:
            return Identity(named)
        if named:
            self.log.warning("client_id_metadata_ignored", why="API_KEYS_FILE is set: a key says who calls")
        return ApiKeys(self._keys)

    def _paths(self, preparation: Preparation) -> Paths:
        jobs = None if self._jobs is None else self._jobs.runner(preparation)
        configured = self._settings.model.configured
        if self._patterns is None:
            return built_in_paths(model_configured=configured, jobs=jobs)
        library = self._patterns.library
        choosing = Choosing(library)
        rag = RagRunner(choosing, library.used, threshold=self._settings.quality.coherence_threshold)
        hybrid = None if jobs is None else HybridRunner(choosing, jobs)
        return built_in_paths(model_configured=configured, jobs=jobs, rag=rag, hybrid=hybrid)

    def _admission(self, registry: Registry, preparation: Preparation) -> Admission:
        return Admission(
            Entities(registry, self._known),
            preparation,
            self._paths(preparation),
            Labels(registry),
            bugs=Bugs(None if self._patterns is None else self._patterns.library),
            metrics=self.metrics,
            tracing=self.tracing,
            log=self.log,
            max_sync_records=self._settings.server.max_sync_records,
            rates=self._rates,
        )

    def _servicer(self, registry: Registry, admission: Admission) -> TestDataServicer:
        return TestDataServicer(
            admission,
            Scoring(self.metrics, self.log),
            SchemaList(registry, self._known),
            self.health,
            dry_runs=DryRuns(Prices.of(self._settings.model_path), None if self._jobs is None else self._jobs.ceilings),
            tracing=self.tracing,
            max_message_bytes=self._settings.server.max_message_bytes,
        )

    def _job_servicer(self, preparation: Preparation, admission: Admission) -> JobServicer | AbsentJobServicer:
        if self._jobs is None:
            return AbsentJobServicer(missing_settings(self._settings.stores))
        return JobServicer(
            self._jobs, admission, preparation, max_message_bytes=self._settings.server.max_message_bytes
        )

    def _schema_servicer(self, registry: Registry, preparation: Preparation) -> SchemaServicer | AbsentSchemaServicer:
        if self._registered is None:
            return AbsentSchemaServicer()
        names = [schema.name for schema in registry.list()]
        return SchemaServicer(self._registered, Registration(self._registered, preparation, names))

    def _pattern_servicer(self, registry: Registry, preparation: Preparation) -> object:
        if self._patterns is None:
            return AbsentPatternServicer()
        # What learns is loaded where there is something to learn into.
        from gateway.patterns.distributions import Distributions  # noqa: PLC0415
        from gateway.patterns.learning import Learning  # noqa: PLC0415
        from gateway.patterns.subjects import Subjects  # noqa: PLC0415
        from gateway.servicers.patterns import PatternServicer  # noqa: PLC0415

        library, subjects = self._patterns.library, Subjects(Entities(registry, self._known), preparation)
        return PatternServicer(self._patterns, Learning(library, subjects), Distributions(library, subjects))


def stop_on_signals(loop: asyncio.AbstractEventLoop, *signals: signal.Signals) -> asyncio.Event:
    """An event that the first of `signals` sets."""
    stop = asyncio.Event()
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    return stop


def _failed_answer(request_id: str, text: str) -> pb.GenerateResponse:
    return pb.GenerateResponse(request_id=request_id, success=False, error=text)


def configure_logs(settings: Settings, version: str, **constants: Any) -> FilteringBoundLogger:
    """Sets logging up for this process and gives its logger."""
    logs.configure(
        settings.logs.log_level,
        service="testdata-gateway",
        version=version,
        environment=settings.logs.environment,
        **constants,
    )
    return logs.logger()
