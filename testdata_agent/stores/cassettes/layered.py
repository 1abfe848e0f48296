"""Several stores as one: the first that has an answer gives it, and all keep what is new."""

from collections.abc import Sequence

from testdata_agent.stores.cassettes.base import Cassette, CassetteStore


class LayeredCassettes(CassetteStore):
    """Stores in the order in which they are asked; with none of them, nothing is kept."""

    def __init__(self, stores: Sequence[CassetteStore]) -> None:
        """Takes the stores."""
        self._stores = tuple(stores)

    async def get(self, key: str) -> Cassette | None:
        """See CassetteStore."""
        for store in self._stores:
            found = await store.get(key)
            if found is not None:
                return found
        return None

    async def put(self, key: str, cassette: Cassette) -> None:
        """See CassetteStore."""
        fault: OSError | None = None
        for store in self._stores:
            try:
                await store.put(key, cassette)
            except OSError as error:
                fault = error  # the others keep it all the same
        if fault is not None:
            raise fault
