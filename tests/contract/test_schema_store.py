"""What every store of registered schemas promises."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.schemas import OthersSchema, RegisteredSchema, SchemaStore, TooManySchemas, UnknownSchema
from testdata_agent.stores.schemas.sql import SqlSchemas

MOST = 5


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SchemaStore]:
    engine = open_database(database_url)
    await migrations.upgrade(engine)
    yield SqlSchemas(engine, most=MOST)
    await engine.dispose()


async def registered(
    store: SchemaStore, name: str = "employee", text: str = "{1}", domain: str = ""
) -> RegisteredSchema:
    return await store.register(name, domain=domain, text=text, client_id="me")


async def test_what_is_registered_is_found_whole(store: SchemaStore) -> None:
    made = await store.register("employee", domain="hr", text="Größe", client_id="me")
    assert (made.name, made.version, made.domain, made.text) == ("employee", 1, "hr", "Größe")
    assert (made.client_id, made.deleted) == ("me", False)
    assert made.created_at > 1_700_000_000
    assert await store.get("employee") == made
    assert await store.get("employee", 1) == made


async def test_another_text_is_the_next_version_and_the_same_text_is_the_same_version(store: SchemaStore) -> None:
    one, same, two = [await registered(store, text=text) for text in ("{1}", "{1}", "{2}")]
    assert (one.version, same, two.version) == (1, one, 2)
    assert (await store.get("employee")).text == "{2}"
    assert (await store.get("employee", 1)).text == "{1}"


async def test_the_text_of_an_older_version_makes_that_version_current_again(store: SchemaStore) -> None:
    one, _, again = [await registered(store, text=text) for text in ("{1}", "{2}", "{1}")]
    assert (again.version, again.created_at) == (one.version, one.created_at)
    assert (await store.get("employee")).version == 1
    assert (await registered(store, text="{3}")).version == 3


async def test_another_domain_is_another_version(store: SchemaStore) -> None:
    assert [(await registered(store, domain=domain)).version for domain in ("hr", "it", "hr")] == [1, 2, 1]


async def test_a_deleted_name_is_unknown_until_it_is_registered_again(store: SchemaStore) -> None:
    await registered(store)
    gone = await store.delete("employee")
    assert (gone.version, gone.deleted) == (1, True)
    for ask in (store.get("employee"), store.get("employee", 1), store.delete("employee")):
        with pytest.raises(UnknownSchema, match="'employee'"):
            await ask
    assert (await registered(store, text="{2}")).version == 2
    assert (await store.get("employee", 1)).text == "{1}"


async def test_an_unknown_version_is_named(store: SchemaStore) -> None:
    await registered(store)
    with pytest.raises(UnknownSchema, match="no version 7 of a schema is registered under the name 'employee'"):
        await store.get("employee", 7)


async def test_lists_come_in_pages_by_name_without_texts(store: SchemaStore) -> None:
    for name in ("b", "d", "a", "c"):
        await registered(store, name, domain="odd" if name in "ac" else "even")
    await store.delete("d")
    first = await store.page(domain="", size=2, token="")
    rest = await store.page(domain="", size=2, token=first.next_token)
    assert [schema.name for schema in (*first.schemas, *rest.schemas)] == ["a", "b", "c"]
    assert (rest.next_token, {schema.text for schema in first.schemas}) == ("", {""})
    assert [schema.name for schema in (await store.page(domain="odd", size=9, token="")).schemas] == ["a", "c"]


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "/w=="])
async def test_a_token_that_is_none_is_refused(store: SchemaStore, token: str) -> None:
    with pytest.raises(ValueError, match="page_token"):
        await store.page(domain="", size=2, token=token)


async def test_changes_are_told_from_a_revision_on_and_none_is_missed(store: SchemaStore) -> None:
    assert await store.changes(0) == ()
    one, two = await registered(store, "one"), await registered(store, "two")
    assert await store.changes(0) == (one, two)
    assert await store.changes(one.revision) == (two,)
    newer = await registered(store, "one", "{2}")
    gone = await store.delete("two")
    assert await store.changes(two.revision) == (newer, gone)
    await registered(store, "one", "{2}")
    assert await store.changes(gone.revision) == ()


async def test_names_have_an_end_and_deleting_makes_room(store: SchemaStore) -> None:
    for number in range(MOST):
        await registered(store, f"s{number}")
    with pytest.raises(TooManySchemas, match="delete one first"):
        await registered(store, "another")
    await registered(store, "s0", "{2}")
    await store.delete("s0")
    await registered(store, "another")
    with pytest.raises(TooManySchemas):
        await registered(store, "s0")


async def test_registering_side_by_side_loses_nothing(store: SchemaStore) -> None:
    made = await asyncio.gather(*(registered(store, text=str(number % 4)) for number in range(12)))
    assert {schema.version for schema in made} == {1, 2, 3, 4}
    assert len({(schema.version, schema.text) for schema in made}) == 4


async def test_a_database_that_cannot_answer_is_told(database_url: str) -> None:
    engine = open_database(database_url)  # nobody has migrated it
    try:
        with pytest.raises(LedgerUnreachable):
            await SqlSchemas(engine).changes(0)
    finally:
        await engine.dispose()


async def test_a_name_belongs_to_whoever_registered_it_first_in_use_or_not(store: SchemaStore) -> None:
    await registered(store)
    by_another: dict[str, Any] = {"domain": "", "text": "{2}", "client_id": "another"}
    with pytest.raises(OthersSchema, match="'employee' belongs to another client"):
        await store.register("employee", **by_another, own_alone=True)
    with pytest.raises(OthersSchema):
        await store.delete("employee", owner="another")
    assert (await store.register("employee", **by_another)).version == 2
    with pytest.raises(OthersSchema):
        await store.register("employee", **by_another | {"text": "{3}"}, own_alone=True)
    assert (await store.delete("employee", owner="me")).deleted
    with pytest.raises(UnknownSchema):
        await store.delete("employee", owner="another")
    with pytest.raises(OthersSchema):
        await store.register("employee", **by_another, own_alone=True)
    assert (await store.register("employee", domain="", text="{2}", client_id="me", own_alone=True)).version == 2
    assert (await store.register("own", **by_another, own_alone=True)).version == 1
