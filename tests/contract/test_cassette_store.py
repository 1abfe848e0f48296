"""Cassettes in files, in the database and in layers: one contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from testdata_agent.stores import migrations
from testdata_agent.stores.cassettes.base import Cassette, CassetteStore, cassette_key
from testdata_agent.stores.cassettes.files import FileCassettes
from testdata_agent.stores.cassettes.layered import LayeredCassettes
from testdata_agent.stores.cassettes.sql import SqlCassettes
from testdata_agent.stores.database import open_database

KEY = "a" * 64
ANSWER = Cassette("claude", '{"r":[{"n":"Grüße"}]}', complete=False, input_tokens=7, output_tokens=9)


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[SqlCassettes]:
    database = open_database(database_url)
    await migrations.upgrade(database)
    yield SqlCassettes(database)
    await database.dispose()


@pytest.fixture(params=["files", "sql", "layers"])
def store(request: pytest.FixtureRequest, tmp_path: Path, rows: SqlCassettes) -> CassetteStore:
    files = FileCassettes(tmp_path / "cassettes")
    stores: dict[str, CassetteStore] = {"files": files, "sql": rows, "layers": LayeredCassettes([files, rows])}
    return stores[request.param]


async def test_what_was_kept_is_found_whole(store: CassetteStore) -> None:
    assert await store.get(KEY) is None
    await store.put(KEY, ANSWER)
    assert await store.get(KEY) == ANSWER
    assert await store.get("b" * 64) is None


async def test_what_is_there_stays(store: CassetteStore) -> None:
    await store.put(KEY, ANSWER)
    await store.put(KEY, Cassette("claude", "other"))
    assert await store.get(KEY) == ANSWER


async def test_a_broken_file_is_no_cassette(tmp_path: Path) -> None:
    (tmp_path / f"{KEY}.json").write_text('{"model": "cut off')
    assert await FileCassettes(tmp_path).get(KEY) is None


async def test_a_folder_that_cannot_be_written_to_keeps_nothing_from_the_database(
    tmp_path: Path, rows: SqlCassettes
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    layers = LayeredCassettes([FileCassettes(in_the_way), rows])
    with pytest.raises(OSError, match="file"):
        await layers.put(KEY, ANSWER)
    assert await layers.get(KEY) == ANSWER


async def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        await FileCassettes(tmp_path).get("../secret")


async def test_old_rows_are_forgotten(rows: SqlCassettes) -> None:
    await rows.put(KEY, ANSWER)
    assert (await rows.expire(older_than=60), await rows.expire(older_than=-60)) == (0, 1)
    assert await rows.get(KEY) is None


def test_a_key_depends_on_all_that_the_answer_depends_on() -> None:
    def key(**changes: object) -> str:
        parts: dict[str, object] = {
            "schema": {"type": "object"},
            "prompt": ("a", "b"),
            "model": "m",
            "parameters": {"max_tokens": 1},
            "engine_version": "1.0.0",
            "pattern_ids": (),
        }
        return cassette_key(**{**parts, **changes})  # type: ignore[arg-type]

    others = [
        key(schema={"type": "array"}),
        key(prompt=("ab", "")),
        key(model="n"),
        key(parameters={"max_tokens": 2}),
        key(engine_version="1.0.1"),
        key(pattern_ids=("p",)),
    ]
    assert key() == key()
    assert len({key(), *others}) == 7
