"""Pools kept in the process itself."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.stores.pools.faker_filler import fill as faker_fill

#: Pools held at once; beyond it the longest unused go. A pool of 1,000 words is about 150 KB.
MAX_POOLS = 256


class EmbeddedPools:
    """A pool store in memory: each spec is filled once, by one thread, however many ask for it at once.

    Safe to share between threads and between event loops. A spec that cannot be filled is not remembered.
    """

    def __init__(self, fill: Callable[[PoolSpec], Pool] = faker_fill, max_pools: int = MAX_POOLS) -> None:
        """`fill` makes the pool of a spec and must be pure; `max_pools` bounds the memory."""
        self._fill = fill
        self._max_pools = max_pools
        self._lock = threading.Lock()
        self._pools: OrderedDict[PoolSpec, Future[Pool]] = OrderedDict()
        # One thread: filling is pure Python, a second one would only contend for the interpreter.
        self._filler = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pools")

    async def load(self, specs: Collection[PoolSpec]) -> Mapping[PoolSpec, Pool]:
        """One pool for each distinct spec; the event loop stays free while they are filled."""
        futures, claimed = self._claim(specs)
        if claimed:
            self._filler.submit(self._fill_claimed, claimed)
        pending = [asyncio.wrap_future(future) for future in futures.values() if not future.done()]
        if pending:
            await asyncio.wait(pending)
            for waited in pending:
                # Reading it marks a failure as seen; the loop below raises it.
                waited.exception()
        return {spec: future.result() for spec, future in futures.items()}

    def load_now(self, specs: Collection[PoolSpec]) -> Mapping[PoolSpec, Pool]:
        """As `load`, in the calling thread: for use in process, where no event loop runs."""
        futures, claimed = self._claim(specs)
        self._fill_claimed(claimed)
        return {spec: future.result() for spec, future in futures.items()}

    def _claim(self, specs: Collection[PoolSpec]) -> tuple[dict[PoolSpec, Future[Pool]], dict[PoolSpec, Future[Pool]]]:
        """The futures of all the specs, and those of them which the caller must now fill."""
        futures: dict[PoolSpec, Future[Pool]] = {}
        claimed: dict[PoolSpec, Future[Pool]] = {}
        with self._lock:
            for spec in dict.fromkeys(specs):
                future = self._pools.get(spec)
                if future is None:
                    future = Future()
                    # Running from the start: a waiter that is cancelled must not cancel it for the others.
                    future.set_running_or_notify_cancel()
                    claimed[spec] = self._pools[spec] = future
                self._pools.move_to_end(spec)
                futures[spec] = future
            while len(self._pools) > self._max_pools:
                self._pools.popitem(last=False)
        return futures, claimed

    def _fill_claimed(self, claimed: Mapping[PoolSpec, Future[Pool]]) -> None:
        for spec, future in claimed.items():
            try:
                pool = self._fill(spec)
            except BaseException as error:  # noqa: BLE001 - whoever waits for the future must see it, whatever it is
                with self._lock:
                    if self._pools.get(spec) is future:
                        del self._pools[spec]
                future.set_exception(error)
            else:
                future.set_result(pool)
