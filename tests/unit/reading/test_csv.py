"""CSV of any origin is read by its header and the schema."""

import io
from typing import Any

import pytest

from testdata_agent.engine.reading.csv import read_csv
from testdata_agent.engine.reading.errors import UnreadableText
from testdata_agent.engine.schema.house import read_schema

SCHEMA = read_schema(
    {
        "fields": {
            "id": "integer",
            "name": {"type": "string", "required": False},
            "ok": {"type": "boolean", "nullable": True},
            "place": {"type": "object", "required": False, "fields": {"city": "string", "zip": "string"}},
            "tags": {"type": "array", "min_items": 0, "item_schema": "string"},
            "rows": {"type": "array", "item_schema": {"type": "object", "fields": {"n": "float"}}, "required": False},
            "level": {"type": "enum", "values": [1, "1st", True]},
            "shape": {"type": "enum", "values": [{"a": 1}, "x,y", 2]},
            "grid": {"type": "array", "item_schema": {"type": "array", "item_schema": "integer"}, "required": False},
        }
    },
    "schema",
)


def read(text: str) -> list[dict[str, Any]]:
    return list(read_csv(io.StringIO(text, newline=""), SCHEMA))


READ: list[tuple[str, list[dict[str, Any]]]] = [
    ("id,name\r\n1,a\r\n2,\r\n", [{"id": 1, "name": "a"}, {"id": 2}]),
    ("id,name\n1,a\n2,b", [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]),
    ("\ufeffid,name\n1,a\n", [{"id": 1, "name": "a"}]),
    ('id,name\n1,""\n', [{"id": 1, "name": ""}]),
    ('"id","name"\n"1","a ""b"", c\nd"\n', [{"id": 1, "name": 'a "b", c\nd'}]),
    ("id\n1\n\n2\n", [{"id": 1}, {}, {"id": 2}]),
    ("id,name\n1,a\n\n2,b\n", [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]),
    ("id\nx\n1.5\n007\n-3\n1e3\n", [{"id": "x"}, {"id": 1.5}, {"id": "007"}, {"id": -3}, {"id": 1000.0}]),
    ("ok\ntrue\nFALSE\nyes\n", [{"ok": True}, {"ok": False}, {"ok": "yes"}]),
    ('id,ok\n"",""\n', [{"ok": None}]),
    ("id,place.city,place.zip\n1,Bonn,5\n2,,\n", [{"id": 1, "place": {"city": "Bonn", "zip": "5"}}, {"id": 2}]),
    ("tags[0],tags[1]\na,b\na,\n,b\n,\n", [{"tags": ["a", "b"]}, {"tags": ["a"]}, {"tags": [None, "b"]}, {"tags": []}]),
    ("rows[0].n,rows[1].n,id\n1.50,,1\n,,2\n", [{"rows": [{"n": 1.5}], "id": 1}, {"id": 2}]),
    ("level,id\n1,1\n1st,2\ntrue,3\n", [{"level": 1, "id": 1}, {"level": "1st", "id": 2}, {"level": True, "id": 3}]),
    ("level\nx\n", [{"level": "x"}]),
    ('shape\n"{""a"":1}"\n"x,y"\n2\n', [{"shape": {"a": 1}}, {"shape": "x,y"}, {"shape": 2}]),
    ('grid,id\n"[[1,2],[3]]",1\n"[[1",2\n', [{"grid": [[1, 2], [3]], "id": 1}, {"grid": "[[1", "id": 2}]),
    ("colour,id,place.x\nred,1,y\n", [{"colour": "red", "id": 1, "place": {"x": "y"}}]),
    ("tags[99999999],id\nx,1\n", [{"tags[99999999]": "x", "id": 1}]),
]


@pytest.mark.parametrize(("text", "records"), READ)
def test_cells_are_what_the_schema_says(text: str, records: list[dict[str, Any]]) -> None:
    assert read(text) == records


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: a CSV text begins with a line of column names"),
        ("id,id\n1,2\n", "line 1, cell 2: the column 'id' is there twice"),
        ("id,\n1,2\n", "line 1, cell 2: a column without a name"),
        ("id,name\n1\n", "line 2: 1 cells where the header has 2"),
        ("id,name\n1,a,b\n", "line 2: 3 cells where the header has 2"),
        ('id,name\n1,"a\nb\n', "line 2: a quotation mark is opened and never closed"),
        ('id,name\n1,a"b"c\n', "line 2, cell 2: write a quotation mark in a cell twice"),
        ('id,name\n1,"a\n"\n2,3,4\n', "line 4: 3 cells where the header has 2"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, words: str) -> None:
    with pytest.raises(UnreadableText, match=words):
        read(text)
