"""Value pools, filled once and shared."""

from testdata_agent.stores.pools.base import PoolFault, PoolStore, UnknownProvider
from testdata_agent.stores.pools.embedded import EmbeddedPools
from testdata_agent.stores.pools.locales import LocaleFault, UnknownLocale, known_locales, locale_fault

__all__ = [
    "EmbeddedPools",
    "LocaleFault",
    "PoolFault",
    "PoolStore",
    "UnknownLocale",
    "UnknownProvider",
    "known_locales",
    "locale_fault",
]
