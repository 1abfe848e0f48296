"""CSV: RFC 4180, one line of names, and the same records as JSON when it is read back."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from testdata_agent import generate
from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.reading.csv import read_csv
from testdata_agent.engine.render.csv import CELLS, cell, guarded_cell
from testdata_agent.engine.render.flat import MAX_COLUMNS
from testdata_agent.engine.schema.registry import Registry
from tests.unit.render.drawing import NASTY, VARIED, records_of, run_of, schemas, text_of

ENTITIES = ("cart", "order", "payment", "product", "review", "user")


def lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")


def said(value: Any) -> Any:
    """A value without what CSV does not tell from absence: null, what is empty, empty items at the end."""
    if isinstance(value, dict):
        return {key: kept for key, member in value.items() if (kept := said(member)) not in (None, {}, [])}
    if isinstance(value, list):
        items = [said(item) for item in value]
        while items and items[-1] in (None, {}, []):
            items.pop()
        return [None if item in ({}, []) else item for item in items]
    return value


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("a,b", '"a,b"'),
        ('say "hi"', '"say ""hi"""'),
        ("two\nlines", '"two\nlines"'),
        ("two\r\nlines", '"two\r\nlines"'),
        (" spaces ", " spaces "),
        ("it's", "it's"),
        ("a;b\tc", "a;b\tc"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_is_quoted_only_where_it_has_to_be(text: str, written: str) -> None:
    assert cell(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra", '"\'\ra"'),
        ("a=1", "a=1"),
        ("=a,b", '"\'=a,b"'),
        ("", '""'),
    ],
)
def test_a_guarded_cell_is_no_formula(text: str, written: str) -> None:
    assert guarded_cell(text) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, ""), (True, "true"), (-5, "-5"), (10.5, "10.5"), ("12", "12"), ([1, "a"], '"[1,""a""]"'), ({}, "{}")],
)
def test_json_values_are_cells_as_json_writes_them(value: Any, written: str) -> None:
    assert CELLS.scalar(value) == written


@pytest.mark.parametrize("text", NASTY)
def test_any_text_comes_back(text: str) -> None:
    schema = {"fields": {"a": {"type": "enum", "values": [text]}, "b": {"type": "enum", "values": [text, "x"]}}}
    rows = list(csv.reader(lines(text_of(run_of(schema, "csv", count=3)))))
    assert rows[0] == ["a", "b"]
    assert [row[0] for row in rows[1:]] == [text] * 3


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_six_entities_read_back_equal(entity: str) -> None:
    text = generate(entity, count=500, seed=11, output_format="csv")
    assert list(read_csv(lines(text), Registry().get(entity))) == generate(entity, count=500, seed=11, envelope=False)


def test_lines_end_as_the_rfc_says_and_the_header_names_nested_parts() -> None:
    text = generate("order", count=2, seed=1, output_format="csv")
    head, first, second, end = text.split("\r\n")
    assert end == ""
    names = head.split(",")
    assert names[:4] == ["order_id", "customer_id", "items[0].sku", "items[0].name"]
    assert names.count("shipping_address.city") == 1
    assert "items[9].price" in names
    assert "items[10].price" not in names
    assert len(next(csv.reader([first]))) == len(next(csv.reader([second]))) == len(names)


def test_numbers_have_jsons_digits() -> None:
    schema = {"fields": {"price": {"type": "float", "semantic": "money", "min": 10, "max": 10}, "n": "integer"}}
    assert text_of(run_of(schema, "csv", count=1)).split("\r\n")[1].split(",")[0] == "10.00"


def test_an_empty_text_and_an_absent_one_can_be_told_apart() -> None:
    schema = {
        "fields": {"a": {"type": "enum", "values": [""], "required": False}, "b": {"type": "enum", "values": ["x"]}}
    }
    cells = {line.split(",")[0] for line in text_of(run_of(schema, "csv", count=200)).split("\r\n")[1:-1]}
    assert cells == {"", '""'}


def test_scenarios_have_one_header_which_is_long_enough_for_all() -> None:
    text = generate("cart", count=3, seed=1, output_format="csv", overrides={"items.length": "2"})
    assert "items[1].sku" in text
    assert "items[2].sku" not in text


def test_slices_put_together_are_the_whole() -> None:
    run = run_of({"fields": {"a": "string", "b": {"type": "array", "item_schema": "integer"}}}, "csv", count=50)
    pieces = [run.document(run.rows(start, start + 10), head=start == 0) for start in range(0, 50, 10)]
    assert "".join(pieces) == text_of(run)


def test_formulas_are_guarded_when_asked_and_numbers_never_touched() -> None:
    schema = {"fields": {"=t": {"type": "enum", "values": ["=1+1"]}, "n": {"type": "integer", "min": -5, "max": -5}}}
    assert text_of(run_of(schema, "csv", count=1)) == "=t,n\r\n=1+1,-5\r\n"
    assert text_of(run_of(schema, "csv", count=1, hints=("CSV_formula_guard",))) == "'=t,n\r\n'=1+1,-5\r\n"


def test_an_array_that_would_spread_too_wide_is_one_cell_of_json() -> None:
    schema = {
        "fields": {
            "wide": {"type": "array", "min_items": 2, "max_items": MAX_COLUMNS + 1, "item_schema": "integer"},
            "deep": {"type": "array", "item_schema": {"type": "object", "fields": {"a": "integer"}}, "max_items": 2},
        }
    }
    text = text_of(run_of(schema, "csv", count=2))
    rows = list(csv.reader(lines(text)))
    assert rows[0] == ["wide", "deep[0].a", "deep[1].a"]
    assert rows[1][0].startswith("[")
    read = list(read_csv(lines(text), run_of(schema, "csv").schema))
    assert read == records_of(schema, 2)


def test_two_columns_of_one_name_are_refused_by_name() -> None:
    schema = {"fields": {"a": {"type": "array", "item_schema": "integer"}, "a[0]": "integer"}}
    with pytest.raises(InvalidRequest, match=r"output_format: two columns would be named 'a\[0\]'"):
        run_of(schema, "csv")


def test_fields_of_several_kinds_and_nulls_read_back() -> None:
    run = run_of(VARIED, "csv", count=200)
    read = [said(record) for record in read_csv(lines(text_of(run)), run.schema)]
    assert read == [said(record) for record in records_of(VARIED, 200)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas)
def test_what_is_read_back_is_what_json_says(schema: dict[str, Any]) -> None:
    try:
        run = run_of(schema, "csv")
    except InvalidRequest as refused:
        assert {"COLUMN_COLLISION"} == {violation.reason for violation in refused.violations}
        return
    text = text_of(run)
    assert [said(record) for record in read_csv(lines(text), run.schema)] == [
        said(record) for record in records_of(schema)
    ]
    rows = list(csv.reader(lines(text)))
    assert len({len(row) for row in rows if row}) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas)
def test_what_is_read_back_has_no_faults_that_json_has_not(schema: dict[str, Any]) -> None:
    try:
        run = run_of(schema, "csv")
    except InvalidRequest:
        return
    scorer = Scorer(run.schema, as_of=run.as_of)
    read = scorer.score_records(list(read_csv(lines(text_of(run)), run.schema)))
    whole = scorer.score_json(run.json_rows(range(run.count)))
    # Records that differ in what is empty alone are alike in CSV.
    found = {fault.message for fault in read.faults if fault.check != "duplicates"}
    assert found <= {fault.message for fault in whole.faults}
