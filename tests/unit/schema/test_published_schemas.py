"""Published schemas: each gives records that an independent validator accepts, or is refused where it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.generator import default_generator
from tests.unit.schema.json_schemas import faults_of, generated, refusals

FOLDER = Path(__file__).parents[2] / "fixtures" / "schemas"
FILES = sorted(FOLDER.glob("*.json"))


def held(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data


MADE = [file for file in FILES if "refused" not in held(file)]
REFUSED = [file for file in FILES if "refused" in held(file)]


def test_there_are_enough_of_them_and_each_names_its_source() -> None:
    assert len(MADE) >= 40
    assert all(held(file)["source"] for file in FILES)


@pytest.mark.parametrize("file", MADE, ids=lambda file: file.stem)
def test_records_are_valid_and_score_full(file: Path) -> None:
    schema = held(file)["schema"]
    rows = generated(schema, count=40, seed=11)
    assert not list(faults_of(schema, rows))
    assert generated(schema, count=40, seed=11) == rows
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = default_generator().prepare_now(GenerationRequest(entity="probe", count=40, seed=11, schema_source=source))
    assert run.score(run.rows(0, 40)).score in {None, 1.0}


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.stem)
def test_what_cannot_be_made_is_refused_by_pointer_and_reason(file: Path) -> None:
    data = held(file)
    found = {fault.field.removeprefix("inline_schema#"): fault.reason for fault in refusals(data["schema"])}
    assert found == data["refused"]
