import asyncio
from typing import Any

import pytest
from typing_extensions import override

from gateway.interceptors.base import Call, Interceptor
from gateway.interceptors.chain import Chain
from testdata_agent.service import logs


class Pairs(Interceptor):
    """Hears of the beginnings and ends of calls."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @override
    def began(self, call: Call, request: Any) -> None:
        self.heard.append("began")

    @override
    def ended(self, call: Call) -> None:
        self.heard.append("ended")

    @override
    def after(self, call: Call) -> None:
        self.heard.append("after")


@pytest.mark.parametrize("kind", ["unary", "stream"])
async def test_a_call_that_leaves_a_server_that_drains_before_it_is_begun_does_not_end(kind: str) -> None:
    pairs = Pairs()
    chain = Chain([pairs], logs.logger(), stall_seconds=1)
    chain.hold()
    handle = getattr(chain, kind)("GenerateData", None)
    task = asyncio.ensure_future(handle(object(), object()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert pairs.heard == []
