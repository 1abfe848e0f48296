"""Value pools: fixed lists of believable words that columns index by hash.

The engine only names the pools it needs, as `PoolSpec`s; a pool store (see `testdata_agent.stores.pools`) fills them.
"""

import hashlib
from dataclasses import dataclass

#: More values than any provider gives, few enough that one pool cannot fill the memory of a process.
MAX_POOL_SIZE = 100_000


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """What a pool is made of: a provider, a locale and the number of values wanted.

    `provider` is the name of a word source ("first_name", "street_name", "company", "job"); `locale` is a locale code
    such as "de_DE"; `size` is an upper bound, since many sources know fewer words.
    """

    provider: str
    locale: str
    size: int

    def __post_init__(self) -> None:
        """Refuse a size outside 1..MAX_POOL_SIZE: it is a programmer's mistake, never a user's."""
        if not 1 <= self.size <= MAX_POOL_SIZE:
            msg = f"pool size {self.size} is not between 1 and {MAX_POOL_SIZE}"
            raise ValueError(msg)

    def key(self) -> str:
        """A stable text for cache keys, e.g. `first_name:en_US:1000`."""
        return f"{self.provider}:{self.locale}:{self.size}"


@dataclass(frozen=True, slots=True)
class Pool:
    """The values of one spec, the same in every process of one engine version.

    `values` are distinct, sorted by code point, at least one and at most `spec.size`, without control characters.
    `slugs[i]` is `values[i]` in lower-case ASCII letters and digits, never empty; two values may share a slug.
    `source_locale` is the locale the words really come from.
    """

    spec: PoolSpec
    values: tuple[str, ...]
    slugs: tuple[str, ...]
    source_locale: str

    def __post_init__(self) -> None:
        """Hold the promises that columns rely on when they index the pool."""
        if not self.values or len(self.values) != len(self.slugs):
            msg = f"pool {self.spec.key()} needs values and one slug for each"
            raise ValueError(msg)

    def __len__(self) -> int:
        """The number of values, which may be below `spec.size`."""
        return len(self.values)

    @property
    def fallback(self) -> bool:
        """Whether the words were borrowed from another locale, because the one asked for has none."""
        return self.source_locale != self.spec.locale

    def hash_key(self) -> str:
        """A hex digest of spec and contents: equal digests mean interchangeable pools."""
        digest = hashlib.sha256(self.spec.key().encode())
        for text in (self.source_locale, *self.values, *self.slugs):
            digest.update(b"\x00")
            digest.update(text.encode())
        return digest.hexdigest()
