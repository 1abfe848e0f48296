"""`testdata patterns` as a person types it, against a real gateway."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Ended
from tests.integration.gateway.running import start

CARTS = [
    {"items": [{"sku": "KIT-00001", "name": "Cookwell Chef Cutting Board", "quantity": count, "price": 20.0}]}
    for count in (1, 2)
]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[str]:
    running = start(tmp_path_factory.mktemp("gateway"), DATABASE_URL=database_url)
    yield running.target
    running.end()


@pytest.fixture
def at_server(testdata: Callable[..., Ended], target: str) -> Callable[..., Ended]:
    return lambda *words: testdata("patterns", *words, TESTDATA_SERVER=target)


def test_what_is_shipped_is_found_deleted_and_seeded_again(
    at_server: Callable[..., Ended], testdata: Callable[..., Ended], database_url: str
) -> None:
    found = at_server("search", "cart", "nursery", "for", "expecting", "parents", "--json", "-n", "1")
    assert found.code == 0, found.err
    first = json.loads(found.out)
    assert "nursery" in first["intent"].lower()
    assert first["record"]["items"]
    rated = at_server("rate", "unhelpful", first["pattern_id"], "pat-none")
    assert rated.code == 0, rated.err
    assert float(rated.out.split()[2]) < first["quality"]
    assert "1 of them are not stored" in rated.err
    told = at_server("stats", "cart", "--fields")
    assert told.code == 0, told.err
    assert told.out.startswith(b"DOMAIN ")
    assert b"\nitems.quantity " in told.out
    gone = at_server("delete", first["pattern_id"], "pat-none")
    assert (gone.code, gone.out) == (0, b"1 of 2 deleted; there is no other\n")
    seeded = at_server("seed")
    assert seeded.code == 0, seeded.err
    assert b" 1 learned, " in seeded.out
    assert b" 0 refused" in seeded.out
    again = testdata("patterns", "seed", "--database", database_url)
    assert again.code == 0, again.err
    assert b" 0 learned, " in again.out


def test_a_file_is_learned_and_counted(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    schema = {"name": "desk", "fields": {"height": {"type": "integer", "min": 60, "max": 130}, "made_of": "string"}}
    (tmp_path / "desk.json").write_text(json.dumps(schema))
    (tmp_path / "desks.ndjson").write_text("\n".join(json.dumps({"height": height}) for height in (70, 90, 120)))
    learned = at_server("learn", "desks.ndjson", "--schema", "desk.json", "--intent", "desks that can be raised")
    assert learned.code == 0, learned.err
    assert learned.out.startswith(b"3 received: ")
    counted = at_server("stats", "desk")
    assert counted.out.splitlines()[1].split()[-5:-2] == [b"desk", b"pattern", b"3"]
    assert "index: memory" in counted.err
    assert b"desks that can be raised" in at_server("search", "desk").out


def test_a_table_is_learned_as_samples_that_are_scrubbed_here(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "shop.db")
    database.execute("CREATE TABLE buyers (email TEXT, height INTEGER)")
    database.executemany(
        "INSERT INTO buyers VALUES (?, ?)", [(f"wanda{number}@corp.example.io", 60 + number) for number in range(40)]
    )
    database.commit()
    database.close()
    schema = {"name": "buyer", "fields": {"email": "email", "height": {"type": "integer", "min": 50, "max": 130}}}
    (tmp_path / "buyer.json").write_text(json.dumps(schema))
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    learned = at_server("learn", "--from", url, "--table", "buyers", "--schema", "buyer.json")
    assert learned.code == 0, learned.err
    assert learned.out.startswith(b"40 received: ")
    assert "40 rows drawn" in learned.err
    found = at_server("search", "buyer", "--kind", "sample", "--json", "-n", "50")
    assert found.out
    assert b"wanda" not in found.out
    half = at_server("learn", "", "--from", url, "--schema", "buyer.json")
    assert (half.code, "--table" in half.err) == (2, True)


def test_refused_records_are_told_and_the_exit_code_says_so(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "carts.json").write_text("[7]")
    refused = at_server("learn", "cart", "carts.json")
    assert refused.code == 1
    assert refused.out == b"1 received: 0 learned, 0 merged, 1 refused\n"
    assert "record 1" in refused.err


def test_a_bug_is_kept(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "cart.json").write_text(json.dumps({"items": [{"quantity": -7}]}))
    kept = at_server("defect", "cart", "cart.json", "The total went negative", "--pointer", "/items/0/quantity")
    assert kept.code == 0, kept.err
    assert kept.out.endswith(b" is kept\n")
    again = at_server("defect", "cart", "cart.json", "The total went negative", "--pointer", "/items/0/quantity")
    assert again.out.endswith(b" was known already\n")
    assert b"The total went negative" in at_server("search", "cart", "negative", "total", "--kind", "defect").out


def test_mistakes_are_lines_and_exit_code_2(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "carts.json").write_text("[{}]")
    for words, said in (
        (("search", "cart", "--kind", "patern"), "no kind 'patern'"),
        (("learn", "cart"), "FILE"),
        (("learn", "cart", "nowhere.json"), "nowhere.json"),
        (("learn", "crat", "carts.json"), "crat"),
    ):
        ended = at_server(*words)
        assert (ended.code, said in ended.err) == (2, True), ended.err
