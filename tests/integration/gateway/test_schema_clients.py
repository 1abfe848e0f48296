"""The clients' ways with registered schemas, against a real gateway."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from testdata_agent.client import AsyncClient, Client, InvalidRequestError, NotFoundError, PathUnavailableError
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, start

STAFF = {"fields": {"badge": {"type": "string"}}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    url = f"sqlite:///{folder / 'ledger.db'}"
    migrate(url)
    running = start(folder, DATABASE_URL=url)
    yield running
    running.end()


def test_a_schema_from_its_registration_to_its_end(served: Gateway) -> None:
    with Client(served.target) as client:
        made = client.registry.register(STAFF, name="clerk", domain="hr")
        assert (made.name, made.version, made.domain, made.deleted) == ("clerk", 1, "hr", False)
        assert json.loads(made.text) == STAFF
        assert made.created_at.year >= 2026
        assert client.registry.register(json.dumps(STAFF), name="clerk", domain="hr") == made
        assert client.registry.get("clerk") == client.registry.get("clerk", 1) == made
        assert [schema.name for schema in client.registry.list("hr", page_size=1).schemas] == ["clerk"]
        assert client.registry.list("hr").next_page_token == ""
        answer = client.generate("clerk", count=2)
        assert [set(record) - {"_index", "_scenario"} for record in answer.records] == [{"badge"}] * 2
        assert "clerk" in {schema.name for schema in client.schemas("hr")}
        assert client.registry.delete("clerk").deleted
        with pytest.raises(NotFoundError, match="'clerk'"):
            client.registry.get("clerk")


async def test_the_same_in_asyncio(served: Gateway) -> None:
    async with AsyncClient(served.target) as client:
        made = await client.registry.register(STAFF, name="cook")
        assert await client.registry.get("cook") == made
        assert [schema.name for schema in (await client.registry.list()).schemas] == ["cook"]
        assert (await client.generate("cook", count=1)).metadata.schema_version == 1
        assert (await client.registry.delete("cook")).version == 1


def test_what_is_refused_has_its_kind(served: Gateway, gateway: Gateway) -> None:
    with Client(served.target) as client:
        with pytest.raises(InvalidRequestError) as refused:
            client.registry.register({"fields": {}}, name="cart")
        assert {violation.field for violation in refused.value.violations} == {"name", "schema.fields"}
        with pytest.raises(InvalidRequestError, match="schema"):
            client.registry.register("\ud800", name="x")
    with Client(gateway.target) as client, pytest.raises(PathUnavailableError, match="DATABASE_URL"):
        client.registry.list()
