"""The clients' ways with stored patterns, against a real gateway."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testdata_agent.client import AsyncClient, Client, Defect, InvalidRequestError, PathUnavailableError, PatternDraft
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, start

DESK = {"name": "desk", "fields": {"height": {"type": "integer", "min": 60, "max": 130}}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    url = f"sqlite:///{folder / 'ledger.db'}"
    migrate(url)
    running = start(folder, DATABASE_URL=url)
    yield running
    running.end()


def desks(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"height": 60 + number % 70}


def test_a_pattern_from_its_record_to_its_end(served: Gateway) -> None:
    with Client(served.target) as client:
        learned = client.patterns.learn(desks(2_500), schema=DESK, intent="a desk to be raised", tags=["oak"])
        assert (learned.received, learned.refused) == (2_500, 0)
        assert learned.learned + learned.merged == 2_500
        match = client.patterns.search("desk", "raised desk", tags=["oak"], limit=1).matches[0]
        assert (match.pattern.entity, match.pattern.kind, match.pattern.intent) == (
            "desk",
            "pattern",
            "a desk to be raised",
        )
        assert match.pattern.defect is None
        answer = client.generate(schema=DESK, count=5, seed=3, learn_from_history=True)
        assert client.generate(schema=DESK, count=5, seed=3, patterns=answer.patterns).text == answer.text
        counts = client.patterns.stats("desk").counts
        assert [(count.entity, count.kind, count.patterns) for count in counts] == [
            ("desk", "pattern", learned.learned)
        ]
        assert client.patterns.delete(learned.pattern_ids) == learned.learned
        assert client.patterns.search("desk").matches == ()


async def test_the_same_in_asyncio(served: Gateway) -> None:
    async with AsyncClient(served.target) as client:
        learned = await client.patterns.learn("height\n80\n", schema=DESK, name="low")
        assert learned.learned == 1
        assert (await client.patterns.search("desk")).matches[0].pattern.name == "low"
        kept = await client.patterns.record_defect(
            "desk", {"height": -1}, "It sank", schema=DESK, defect=Defect(pointer="/height", verdict="reject")
        )
        assert (kept.merged, kept.pattern.record) == (False, {"height": -1})
        assert kept.pattern.defect == Defect("historical", "/height", "", "reject")
        draft = PatternDraft(entity="cart", record={}, name="empty", intent="nothing")
        assert (await client.patterns.learn_drafts([draft])).refusals[0].reason == "INVALID_RECORD"
        assert (await client.patterns.stats("desk")).patterns == 2
        assert await client.patterns.delete([*learned.pattern_ids, kept.pattern.pattern_id]) == 2


def test_what_is_refused_has_its_kind(served: Gateway, gateway: Gateway) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield {"height": 80}
        raise OSError("the disk is gone")

    with Client(served.target) as client:
        with pytest.raises(InvalidRequestError, match="crat"):
            client.patterns.learn("[]", "crat")
        with pytest.raises(InvalidRequestError, match="no 'patern'"):
            client.patterns.search("cart", kinds=["patern"])  # type: ignore[list-item]
        with pytest.raises(InvalidRequestError, match="quality"):
            client.patterns.learn_drafts([PatternDraft(entity="a", record={}, name="a", intent="a", quality="x")])  # type: ignore[arg-type]
        with pytest.raises(OSError, match="the disk is gone"):
            client.patterns.learn(broken(), schema=DESK)
    with Client(gateway.target) as client, pytest.raises(PathUnavailableError, match="DATABASE_URL"):
        client.patterns.stats()
