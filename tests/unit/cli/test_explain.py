"""`testdata explain`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from testdata_agent.cli.app import app

RUNNER = CliRunner()


def schema_file(folder: Path, fields: dict[str, object]) -> str:
    path = folder / "employee.json"
    path.write_text(json.dumps({"name": "employee", "fields": fields}), encoding="utf-8")
    return str(path)


def test_it_says_what_fields_were_taken_for_and_why(tmp_path: Path) -> None:
    file = schema_file(
        tmp_path, {"hire_date": "date", "left_on": "date", "badge": {"type": "string", "regex": "B[0-9]"}}
    )
    result = RUNNER.invoke(app, ["explain", "--schema", file])
    assert result.exit_code == 0
    lines = {words[0]: " ".join(words) for line in result.stdout.splitlines() if (words := line.split())}
    assert lines["hire_date"] == "hire_date date hire_date by its name"
    assert lines["left_on"] == "left_on date termination_date by its name, beside `hire_date`"
    assert lines["badge"] == "badge string said by the schema: matches B[0-9]"
    assert "Example:" in result.stdout
    assert '"semantic"' in result.stdout


def test_machines_get_json_with_units_rules_and_a_record(tmp_path: Path) -> None:
    file = schema_file(tmp_path, dict.fromkeys(("total", "subtotal", "tax"), "float"))
    result = RUNNER.invoke(app, ["explain", file, "--json"])
    told = json.loads(result.stdout)
    assert [field["unit"] for field in told["fields"]] == ["money"] * 3
    assert told["rules"] == [{"text": "total = subtotal + tax", "words": "total is subtotal plus tax", "implied": True}]
    assert set(told["example"]) == {"total", "subtotal", "tax"}


def test_an_entity_says_what_its_data_file_does() -> None:
    result = RUNNER.invoke(app, ["explain", "user"])
    assert result.exit_code == 0
    assert "said by the schema: generate person, first_name" in result.stdout


def test_all_meanings_are_listed() -> None:
    listed = json.loads(RUNNER.invoke(app, ["explain", "--meanings", "--json"]).stdout)
    assert len(listed) >= 120
    assert {"isbn13", "salary", "latitude"} <= {meaning["name"] for meaning in listed}


def test_a_typo_is_a_mistake() -> None:
    result = RUNNER.invoke(app, ["explain", "crat"])
    assert result.exit_code == 2
    assert "did you mean 'cart'" in result.stderr
