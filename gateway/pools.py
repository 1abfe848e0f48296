"""The pools of one gateway process: shared through Redis where there is one."""

from importlib.util import find_spec

from structlog.typing import FilteringBoundLogger

from testdata_agent.service.settings import SettingsError, StoreSettings
from testdata_agent.stores.pools.embedded import EmbeddedPools
from testdata_agent.stores.pools.redis import RedisPools


def open_pools(settings: StoreSettings, log: FilteringBoundLogger) -> EmbeddedPools:
    """Pools that other processes share where the settings name a Redis; nothing is connected yet.

    Raises:
        SettingsError: Redis's driver is not installed, or can make nothing of the address.
    """
    if settings.redis_url is None:
        return EmbeddedPools()
    if find_spec("redis") is None:
        raise SettingsError("REDIS_URL needs redis: pip install 'test-data-agent[gateway,stores]'")
    from testdata_agent.stores.redis_connections import fault_of  # noqa: PLC0415 - it needs the driver

    address = settings.redis_url.get_secret_value()
    if fault := fault_of(address):
        raise SettingsError(f"REDIS_URL: {fault}")
    return RedisPools(
        address,
        on_failure=lambda error: log.warning("pools_not_shared", error=error[:200]),
    )
