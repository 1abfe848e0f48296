"""The connection to a Weaviate."""

# ruff: noqa: PLC0415 - importing the client takes half a second and 60 MB: only who asks a server does

import asyncio
import importlib
import sys
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from testdata_agent.stores.hiding import hidden
from testdata_agent.stores.patterns.base import IndexUnreachable
from testdata_agent.stores.patterns.collecting import uncollected

if TYPE_CHECKING:
    from weaviate import WeaviateAsyncClient

#: Work in the background is given up after this.
WORK_SECONDS: Final = 10.0
DEFAULT_GRPC_PORT: Final = 50051

_T = TypeVar("_T")


class Weaviate:
    """A server, connected to when it is first needed; for use on one event loop.

    Args:
        url: `http://host:port` of its REST interface.
        grpc_url: Of its gRPC interface; empty: the same host, port 50051.
        api_key: Empty: it lets anybody in.
    """

    def __init__(self, url: str, *, grpc_url: str = "", api_key: str = "") -> None:
        rest, grpc = urlsplit(url), urlsplit(grpc_url or url)
        if not rest.hostname or not grpc.hostname:
            raise ValueError("WEAVIATE_URL names no host")
        secure = rest.scheme == "https"
        self._where: Mapping[str, Any] = {
            "http_host": rest.hostname,
            "http_port": rest.port or (443 if secure else 80),
            "http_secure": secure,
            "grpc_host": grpc.hostname,
            "grpc_port": (grpc.port if grpc_url else None) or DEFAULT_GRPC_PORT,
            "grpc_secure": grpc.scheme == "https",
        }
        self._api_key = api_key
        self._client: WeaviateAsyncClient | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> "WeaviateAsyncClient":
        """The connected client.

        Raises:
            IndexUnreachable: the server does not answer.
        """
        async with self._connecting:
            if self._client is None:
                await _imported()
                # Connecting holds the event loop for 80 ms, for certificates, even where there is nobody.
                await self.within(WORK_SECONDS, self._knock())
                self._client = await self._connected()
            return self._client

    async def close(self) -> None:
        """Ends the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def within(self, seconds: float, work: Awaitable[_T]) -> _T:
        """Awaits what the server answers: by itself the client would go on asking one that is gone for a minute.

        Raises:
            IndexUnreachable: it does not answer, not in time, or with an error.
        """
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError as error:
            raise IndexUnreachable(f"weaviate does not answer within {seconds:g} s") from error
        except errors() as error:
            words = hidden(str(error), self._api_key)[:160]
            raise IndexUnreachable(f"weaviate does not answer ({type(error).__name__}: {words})") from error

    async def _knock(self) -> None:
        """Raises OSError where nobody listens."""
        _, writer = await asyncio.open_connection(self._where["http_host"], self._where["http_port"])
        writer.close()
        await writer.wait_closed()

    async def _connected(self) -> "WeaviateAsyncClient":
        client = self._made()
        try:
            await self.within(WORK_SECONDS, client.connect())
        except (IndexUnreachable, asyncio.CancelledError):
            await client.close()
            raise
        return client

    def _made(self) -> "WeaviateAsyncClient":
        import weaviate
        from weaviate.classes.init import AdditionalConfig, Auth, Timeout
        from weaviate.config import GrpcConfig

        # Without these a server that is back is found after minutes.
        again = {"initial_reconnect_backoff_ms": 100, "min_reconnect_backoff_ms": 100, "max_reconnect_backoff_ms": 1000}
        return weaviate.use_async_with_custom(
            **self._where,
            auth_credentials=Auth.api_key(self._api_key) if self._api_key else None,
            # They ask a package index for the newest version of the client.
            skip_init_checks=True,
            additional_config=AdditionalConfig(
                timeout=Timeout(init=2, query=WORK_SECONDS, insert=WORK_SECONDS),
                grpc_config=GrpcConfig(channel_options=[(f"grpc.{name}", value) for name, value in again.items()]),
            ),
        )


async def _imported() -> None:
    """Sees to it that the client is imported, which takes half a second, without keeping the event loop."""
    if "weaviate.classes" not in sys.modules:
        with uncollected():
            await asyncio.to_thread(importlib.import_module, "weaviate.classes")


def errors() -> tuple[type[BaseException], ...]:
    """What the client raises where the server does not do what it is asked."""
    from weaviate.exceptions import WeaviateBaseError

    return (WeaviateBaseError, OSError)
