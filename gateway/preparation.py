"""Admitting requests to the engine without holding the event loop.

What was admitted before is known again in microseconds. A plain request names an entity; its plan is there already, or
soon is. A tailored one brings limits, scenarios or a schema, whose plans take milliseconds each: they are made beside
the loop, in a thread with an engine of its own, since an engine's cache of plans is not to be shared between threads. A
request of many scenarios or with a large schema may take seconds: such ones have another thread, so that the rest need
not wait.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from gateway.repeats import MAX_REQUEST_BYTES, Repeats, tailored
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.generator import Generator
from testdata_agent.stores.pools.embedded import EmbeddedPools

#: Scenarios of a request whose plans are made in the thread of the large ones.
MANY_SCENARIOS = 20
#: Characters of a schema that is read in the thread of the large ones.
LONG_SCHEMA = 100_000


class Preparation:
    """The engines of one process."""

    def __init__(self, registry: Registry) -> None:
        pools = EmbeddedPools()  # made to be shared between threads
        self._plain = Generator(pools, registry)
        self._small, self._large = (_Lane(Generator(pools, registry), name) for name in ("small", "large"))
        self._repeats = Repeats()

    async def prepare(self, request: GenerationRequest, size_bytes: int) -> Run:
        """Admits a request that has a seed and an instant; `size_bytes` is that of the message that it came in.

        Raises:
            InvalidRequest: naming every fault.
        """
        if size_bytes > MAX_REQUEST_BYTES:
            return await self._admit(request)
        run = self._repeats.find(request)
        if run is None:
            run = await self._admit(request)
            self._repeats.keep(request, run)
        return run

    async def _admit(self, request: GenerationRequest) -> Run:
        if not tailored(request):
            return await self._plain.prepare(request)
        source = request.schema_source
        large = len(request.scenarios) > MANY_SCENARIOS or (source is not None and len(source.text) > LONG_SCHEMA)
        return await (self._large if large else self._small).prepare(request)


class _Lane:
    """An engine and the one thread that it runs in."""

    def __init__(self, engine: Generator, name: str) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"plans-{name}")

    async def prepare(self, request: GenerationRequest) -> Run:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.prepare_now, request)
