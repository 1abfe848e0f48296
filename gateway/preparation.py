"""Admitting requests to the engine without holding the event loop.

What was admitted before is known again in microseconds. A plain request names an entity; its plan is there already, or
soon is. A tailored one brings limits, scenarios or a schema, whose plans may take seconds to make: that is done beside
the loop, in one thread with an engine of its own, since an engine's cache of plans is not to be shared between threads.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from gateway.repeats import MAX_REQUEST_BYTES, Repeats, tailored
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.generator import Generator
from testdata_agent.stores.pools.embedded import EmbeddedPools


class Preparation:
    """The engines of one process."""

    def __init__(self, registry: Registry) -> None:
        pools = EmbeddedPools()  # made to be shared between threads
        self._plain = Generator(pools, registry)
        self._tailored = Generator(pools, registry)
        self._repeats = Repeats()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="plans")

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
        if tailored(request):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._tailored.prepare_now, request)
        return await self._plain.prepare(request)
