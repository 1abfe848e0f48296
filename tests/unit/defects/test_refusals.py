"""What cannot be given is refused with the way out."""

from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.defects.defect import DefectOptions
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.engine.request import OutputFormat
from tests.unit.defects.asking import records_of, run_of

_TEXTS = {"name": "thing", "fields": {"a": "string", "b": "boolean"}}


@pytest.mark.parametrize(
    ("asked", "field", "reason", "words"),
    [
        ({"output_format": OutputFormat.CSV}, "output_format", "DEFECTS_NEED_JSON", "NDJSON"),
        ({"output_format": OutputFormat.SQL}, "output_format", "DEFECTS_NEED_JSON", "_defect"),
        ({"envelope": False}, "envelope", "DEFECTS_NEED_ENVELOPE", "leave it on"),
        ({"defects": DefectOptions(classes=("unicod",))}, "defects.classes", "UNKNOWN_DEFECT_CLASS", "'unicode'"),
        ({"hints": ("defects:boundry",)}, "hints", "UNKNOWN_DEFECT_CLASS", "boundary"),
        ({"defects": DefectOptions(classes=("time",))}, "defects.classes", "NO_PLACE_FOR_DEFECT", "type_null"),
        ({"defects": DefectOptions(classes=("historical",))}, "defects.classes", "NO_STORED_DEFECTS", "RecordDefect"),
    ],
)
def test_refusals(asked: dict[str, Any], field: str, reason: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        run_of(schema=_TEXTS, **asked)
    (violation,) = refused.value.violations
    assert (violation.field, violation.reason) == (field, reason)
    assert words in violation.description


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(InvalidRequest) as refused:
        run_of("cart", count=0, envelope=False, defects=DefectOptions(classes=("x",)))
    assert {each.field for each in refused.value.violations} == {"count", "envelope", "defects.classes"}


def test_classes_are_chosen_by_option_or_hint() -> None:
    by_option = records_of(run_of("cart", count=20, defects=DefectOptions(classes=("time", "boundary"))))
    by_hint = records_of(run_of("cart", count=20, hints=("Defects: boundary, time",)))
    assert by_option == by_hint
    assert {record["_defect"]["class"] for record in by_option} == {"time", "boundary"}


def test_a_record_that_nothing_fits_is_told_of() -> None:
    optional = {"name": "t", "fields": {"a": "string", "n": {"type": "array", "item_schema": {"type": "integer"}}}}
    run = run_of(schema=optional, count=50, defects=DefectOptions(classes=("numeric",)), overrides={"n.length": "0"})
    with pytest.raises(UnsatisfiableError, match="ask for more classes"):
        run.rows(0, 50)


def test_the_library_gives_defects() -> None:
    records = generate("cart", count=6, seed=11, defects=["boundary", "time"])
    assert isinstance(records, list)
    assert records == records_of(run_of("cart", count=6, defects=DefectOptions(classes=("boundary", "time"))))
    assert [record["_defect"]["class"] for record in generate("cart", count=2, seed=1, defects="time")] == ["time"] * 2
    assert all("_defect" in record for record in generate("order", count=8, seed=1, defects=True))
    assert not any("_defect" in record for record in generate("order", count=8, seed=1))
