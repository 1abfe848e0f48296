"""`testdata check`: every fault with its row and field, a score, and an exit code that scripts can read."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from testdata_agent import generate
from testdata_agent.cli.app import app

AS_OF = ("--as-of", "2026-01-01T00:00:00Z")


@pytest.fixture
def check() -> Callable[..., Result]:
    def call(*words: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["check", *words], input=stdin, catch_exceptions=False)

    return call


def faulty_carts(count: int = 40) -> list[dict[str, Any]]:
    carts = generate("cart", count=count, seed=7)
    carts[16] |= {"subtotal": 110.0, "tax": 9.5, "total": 120.5}
    return carts


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_bytes(text.encode())
    return str(folder / name)


def lines_of(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize("entity", ["cart", "order", "payment", "product", "review", "user"])
@pytest.mark.parametrize("name", ["json", "ndjson", "csv"])
def test_what_was_generated_has_no_faults(check: Any, tmp_path: Path, entity: str, name: Any) -> None:
    text = generate(entity, count=100, seed=3, output_format=name)
    result = check(entity, written(tmp_path, f"records.{name}", text), *AS_OF)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("no faults in 100 records; score 1.0000, ")


@pytest.mark.parametrize("name", ["carts.json", "carts.ndjson"])
def test_a_fault_is_told_with_its_row_its_field_and_its_digits(check: Any, tmp_path: Path, name: str) -> None:
    carts = faulty_carts()
    text = json.dumps(carts, indent=2) if name.endswith(".json") else lines_of(carts)
    result = check("cart", written(tmp_path, name, text), *AS_OF)
    assert result.exit_code == 1
    assert "row 17, total: 120.50 is not subtotal 110.00 + tax 9.50 (119.50)\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("faults in 1 of 40 records; score 0.99")


def test_a_fault_in_a_cell_is_told_with_its_row_and_column(check: Any, tmp_path: Path) -> None:
    text = generate("cart", count=20, seed=7, output_format="csv")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    rows[3][rows[0].index("items[0].quantity")] = "many"
    changed = io.StringIO(newline="")
    csv.writer(changed).writerows(rows)
    result = check("cart", written(tmp_path, "carts.csv", changed.getvalue()), *AS_OF)
    assert result.exit_code == 1
    assert 'row 3, items[0].quantity: "many" is not a whole number\n' in result.stdout


def test_standard_input_is_read_by_its_format(check: Any) -> None:
    text = generate("user", count=30, seed=7, output_format="csv")
    assert check("user", "-", "--format", "csv", *AS_OF, stdin=text.encode()).exit_code == 0
    assert check("user", "-", *AS_OF, stdin=lines_of(generate("user", count=3, seed=7)).encode()).exit_code == 0


def test_a_schema_of_ones_own_is_checked_by(check: Any, tmp_path: Path) -> None:
    schema = {"fields": {"low": "integer", "high": "integer"}, "coherence_rules": ["high >= low", "be sensible"]}
    file = written(tmp_path, "schema.json", json.dumps(schema))
    records = written(tmp_path, "records.json", '[{"low":1,"high":2},{"low":3,"high":2},{"low":"x","extra":1},5]')
    result = check("--schema", file, records)
    assert result.exit_code == 1
    told = result.stdout.splitlines()
    assert "row 2, high: 2 is not at least low 3" in told[0] or told[0].startswith("row 2, high: ")
    assert {'row 3, low: "x" is not a whole number', "row 3, extra: is not in the schema"} <= set(told)
    assert "row 4: 5 is not a JSON object" in told
    assert "not checked, since it is prose: be sensible\n" in result.stderr


def test_machines_get_one_object(check: Any, tmp_path: Path) -> None:
    result = check("cart", written(tmp_path, "carts.json", json.dumps(faulty_carts())), "--json", *AS_OF)
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["records"] == 40
    assert report["faulty_records"] == 1
    assert report["score"] == report["checks_passed"] / report["checks_applied"] < 1
    (fault,) = [fault for fault in report["faults"] if fault["check"] == "rules" and fault["field"] == "total"]
    assert fault["row"] == 17
    assert report["by_check"]["rules"]["applied"] >= report["by_check"]["rules"]["passed"]


def test_so_many_faults_are_shown_and_the_rest_are_counted(check: Any, tmp_path: Path) -> None:
    file = written(tmp_path, "carts.ndjson", "5\n" * 70)
    assert check("cart", file).stdout.splitlines()[50] == "… and 20 more faults: --all shows them"
    assert len(check("cart", file, "--all").stdout.splitlines()) == 71
    assert len(json.loads(check("cart", file, "--json").stdout)["faults"]) == 50


def test_what_is_repeated_is_found_however_far_apart(check: Any, tmp_path: Path) -> None:
    users = generate("user", count=5000, seed=7)
    users[4999]["email"] = users[0]["email"]
    result = check("user", written(tmp_path, "users.ndjson", lines_of(users)), *AS_OF)
    assert result.exit_code == 1
    assert f'row 5000, email: "{users[0]["email"]}" was there before, and is to be unique' in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["records.json"], "write `testdata check ENTITY RECORDS`"),
        (["crat", "records.json"], "did you mean 'cart'"),
        (["cart", "absent.json"], "cannot read absent.json: no such file"),
        (["cart", "records.json", "--format", "sql"], "records are read from json, ndjson, csv, not from sql"),
        (["cart", "records.sql"], "not from sql"),
        (["cart", "records.json", "--format", "xml"], "unknown format 'xml'"),
        (["cart", "records.json", "--as-of", "soon"], "--as-of"),
        (["cart", "records.json", "--locale", "xx_YY"], "unknown locale 'xx_YY'"),
        (["cart", "records.json", "--schema", "absent.json"], "are both given"),
        (["--schema", "absent.json", "records.json"], "--schema: cannot read absent.json"),
        (["cart", "empty.json"], "empty.json: there are no records in it"),
        (["cart", "broken.json"], "broken.json: line 1, column 2: no JSON"),
        (["cart", "broken.csv"], "broken.csv: line 2: 1 cells where the header has 2"),
        (["cart", "latin.json"], "latin.json: it is not UTF-8 text"),
    ],
)
def test_what_cannot_be_checked_is_exit_code_2(
    check: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("records.json").write_text("[{}]")
    Path("records.sql").write_text("SELECT 1")
    Path("empty.json").write_text("[]")
    Path("broken.json").write_text("[}")
    Path("broken.csv").write_text("cart_id,total\nx\n")
    Path("latin.json").write_bytes(b'[{"cart_id":"\xe9"}]')
    result = check(*words)
    assert result.exit_code == 2, result.output
    assert told in result.stderr


def test_amounts_of_money_are_told_with_their_digits(check: Any, tmp_path: Path) -> None:
    products = generate("product", count=3, seed=7)
    products[0]["price"] = -10.5
    products[1]["price"] = 10.505
    result = check("product", written(tmp_path, "products.json", json.dumps(products)), *AS_OF)
    assert "row 1, price: -10.50 is less than" in result.stdout
    assert "row 2, price: 10.505 has more than the 2 decimal digits of its currency" in result.stdout
