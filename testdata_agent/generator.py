"""The engine together with a pool store: what the gateway, the command line and `generate` call."""

import secrets
import time
from functools import cache

from testdata_agent.engine.admission import Admission
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.version import DEFAULT_AS_OF, DRAWN_SEED_LIMIT
from testdata_agent.stores.pools.base import PoolStore, UnknownProvider
from testdata_agent.stores.pools.embedded import EmbeddedPools
from testdata_agent.stores.pools.locales import known_locales


class Generator:
    """Prepares runs."""

    def __init__(self, pools: PoolStore | None = None, registry: Registry | None = None) -> None:
        """Takes a pool store (None: embedded) and a registry (None: the catalogue)."""
        self.registry = registry if registry is not None else Registry()
        self._store = pools if pools is not None else EmbeddedPools()
        self._admission = Admission(self.registry, known_locales())
        self._pools: dict[PoolSpec, Pool] = {}

    async def prepare(self, request: GenerationRequest) -> Run:
        """Admits a request.

        Raises:
            InvalidRequest: naming every fault.
        """
        missing = [spec for spec in self._admission.pool_specs(request) if spec not in self._pools]
        if missing:
            try:
                self._pools.update(await self._store.load(missing))
            except UnknownProvider as error:
                raise self._refused(request, error) from error
        return self._admit(request)

    def prepare_now(self, request: GenerationRequest) -> Run:
        """`prepare` without an event loop; the store must be the embedded one."""
        missing = [spec for spec in self._admission.pool_specs(request) if spec not in self._pools]
        if missing:
            if not isinstance(self._store, EmbeddedPools):
                raise TypeError("prepare_now needs the embedded pool store")
            try:
                self._pools.update(self._store.load_now(missing))
            except UnknownProvider as error:
                raise self._refused(request, error) from error
        return self._admit(request)

    def _refused(self, request: GenerationRequest, error: UnknownProvider) -> InvalidRequest:
        """The refusal of a request that names a provider without fit values."""
        return InvalidRequest(self._admission.provider_faults(request, error.provider, str(error)))

    def _admit(self, request: GenerationRequest) -> Run:
        seed = secrets.randbelow(DRAWN_SEED_LIMIT) if request.seed is None else request.seed
        as_of = request.as_of
        if as_of is None:
            as_of = int(time.time()) if request.seed is None else DEFAULT_AS_OF
        return self._admission.admit(request, self._pools, seed=seed, as_of=as_of)


@cache
def default_generator() -> Generator:
    """The process's own generator."""
    return Generator()
