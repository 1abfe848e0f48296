"""Admitting requests to the engine without holding the event loop.

What was admitted before is known again in microseconds. All else is admitted beside the loop: the plan of an entity and
the tables that its first records and their score need take some hundred milliseconds, once; a tailored request, which
brings limits, scenarios or a schema, may take seconds. Both kinds have a lane, so that the first need not wait for the
second.
"""

import asyncio
import gc
import json
from concurrent.futures import ThreadPoolExecutor

from gateway.repeats import MAX_REQUEST_BYTES, Repeats, tailored
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.version import DEFAULT_AS_OF
from testdata_agent.generator import Generator
from testdata_agent.stores.pools.embedded import EmbeddedPools

#: Records of a new plan that are made and scored before it is used.
FIRST_RECORDS = 10
#: Names of fields that between them need what schemas need most often.
_COMMON_FIELDS = ("full_name", "email", "street", "city", "latitude", "company", "job_title", "notes", "product_name")


class Preparation:
    """The engines of one process."""

    def __init__(self, registry: Registry, pools: EmbeddedPools | None = None) -> None:
        """Takes the entities that are known by name, and the pools (None: the process's own)."""
        pools = EmbeddedPools() if pools is None else pools  # made to be shared between threads
        self._plain, self._tailored = (_Lane(Generator(pools, registry), name) for name in ("plain", "tailored"))
        self._repeats = Repeats()

    async def warm(self) -> None:
        """Loads what the first schema of a caller would have to wait for: meanings, pools and tables of en_US.

        It takes some hundred milliseconds in the thread of tailored requests, and holds nobody else up.
        """
        schema = {"name": "warming", "fields": dict.fromkeys(_COMMON_FIELDS, "string")}
        source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
        await self._tailored.admit(GenerationRequest(schema_source=source, seed=0, as_of=DEFAULT_AS_OF))

    async def prepare(self, request: GenerationRequest, size_bytes: int) -> Run:
        """Admits a request that has a seed and an instant; `size_bytes` is that of the message that it came in.

        Raises:
            InvalidRequest: naming every fault.
        """
        remembered = size_bytes <= MAX_REQUEST_BYTES
        run = self._repeats.find(request) if remembered else None
        if run is not None:
            return run
        if tailored(request):
            run = await self._tailored.admit(request)
        else:
            run = await self._plain.admit(request)
            if not run.cache_hit:
                # A plan of an entity stays. To look through it for garbage, again and again, would hold the loop.
                gc.freeze()
        if remembered:
            self._repeats.keep(request, run)
        return run


class _Lane:
    """An engine and the one thread that it runs in, since an engine's plans are not to be shared between threads."""

    def __init__(self, engine: Generator, name: str) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"plans-{name}")

    async def admit(self, request: GenerationRequest) -> Run:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._admitted, request)

    def _admitted(self, request: GenerationRequest) -> Run:
        run = self._engine.prepare_now(request)
        if not run.cache_hit:
            run.score(run.rows(0, min(run.count, FIRST_RECORDS)))
        return run
