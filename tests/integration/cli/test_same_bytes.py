"""The command in its own process, the command through a gateway, the client and the library: the same bytes."""

import json
from typing import Any

import pytest

import testdata_agent
from testdata_agent.client import Client

REQUESTS = {
    "carts": ["cart"],
    "orders": ["order"],
    "payments": ["payment"],
    "products": ["product"],
    "reviews": ["review"],
    "users": ["user"],
    "lines": ["cart", "--format", "ndjson"],
    "cells": ["order", "--format", "csv"],
    "guarded cells": ["user", "--format", "csv", "--guard-formulas"],
    "cells of scenarios": ["cart", "--format", "csv", "--scenario", "big:10:items.length=9", "--set", "items.length=2"],
    "statements": ["order", "--format", "sql"],
    "statements for SQLite": ["user", "--format", "sql", "--dialect", "sqlite", "--scenario", "old:10"],
    "no records' envelope": ["cart", "--no-envelope"],
    "defects": ["order", "--defects", "all"],
    "defects of two classes": ["user", "--defects", "boundary,cross_field", "--format", "ndjson"],
    "a set of defects": ["payment", "--coverage"],
    "another locale": ["user", "--locale", "de_DE"],
    "rows further on": ["cart", "--first-row", "5000"],
    "another instant": ["cart", "--as-of", "2024-02-29T12:00:00Z"],
    "a constraint": ["cart", "--constraint", "items.price=min:5,max:20"],
    "an override": ["cart", "--set", "currency=EUR"],
    "scenarios": ["order", "--scenario", "sent:10:status=shipped", "--scenario", "plain:5"],
    "scenarios and an override": ["cart", "--scenario", "big:10:items.length=5", "--set", "currency=EUR"],
}


@pytest.mark.parametrize("words", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_seed_gives_the_same_bytes_in_process_and_through_a_gateway(
    testdata: Any, server: str, words: list[str]
) -> None:
    here = testdata("generate", *words, "-n", "100", "--seed", "7")
    there = testdata("generate", *words, "-n", "100", "--seed", "7", "--server", server)

    assert here.code == there.code == 0, here.err + there.err
    assert here.out == there.out


@pytest.mark.parametrize(("name", "of_record", "more"), [("csv", b"\r\n", 1), ("sql", b'INSERT INTO "user" ', 0)])
def test_many_slices_are_one_table(testdata: Any, server: str, name: str, of_record: bytes, more: int) -> None:
    here = testdata("generate", "user", "-n", "20000", "--seed", "7", "--format", name)
    there = testdata("generate", "user", "-n", "20000", "--seed", "7", "--format", name, "--server", server)

    assert here.out == there.out
    assert here.out.count(of_record) == 20_000 + more


def test_many_slices_and_many_chunks_are_one_array(testdata: Any, server: str) -> None:
    here = testdata("generate", "user", "-n", "20000", "--seed", "7")
    there = testdata("generate", "user", "-n", "20000", "--seed", "7", "--server", server)

    assert here.out == there.out
    assert [user["_index"] for user in json.loads(here.out)] == list(range(20_000))


def test_the_commands_bytes_are_the_answers_data(testdata: Any, server: str) -> None:
    with Client(server) as client:
        answer = client.generate("cart", count=1000, seed=7)

    assert testdata("generate", "cart", "-n", "1000", "--seed", "7").out.decode() == answer.text


def test_the_library_gives_the_records_that_the_gateway_does(server: str) -> None:
    with Client(server) as client:
        remote = client.generate("cart", count=20, seed=7)

    assert testdata_agent.generate("cart", count=20, seed=7) == list(remote)


def test_the_line_that_shows_a_drawn_seed_replays_it(testdata: Any, server: str) -> None:
    for where in ([], ["--server", server]):
        first = testdata("generate", "cart", *where)
        shown = first.err.split(": ")[1].removesuffix(" replays this\n").split()

        assert testdata("generate", "cart", *shown).out == first.out


def test_the_variable_names_the_server_too(testdata: Any, server: str) -> None:
    there = testdata("generate", "cart", "--seed", "7", TESTDATA_SERVER=server)

    assert there.out == testdata("generate", "cart", "--seed", "7").out
    assert testdata("health", TESTDATA_SERVER=server).out.startswith(f"{server} is healthy\n".encode())


def test_schemas_are_the_same_list(testdata: Any, server: str) -> None:
    for words in (["schemas"], ["schemas", "cart"]):
        here, there = testdata(*words), testdata(*words, "--server", server)

        assert here.code == there.code == 0
        assert here.out == there.out
