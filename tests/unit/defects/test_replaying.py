"""A stored defect comes up whenever it is asked for, wrong in exactly what it was wrong in."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.defects.defect import DefectOptions, StoredDefect
from testdata_agent.engine.run import Run
from testdata_agent.stores.patterns import Draft, PatternKind
from testdata_agent.stores.patterns.seeds import drafts
from tests.unit.defects.asking import records_of, run_of

DEFECTS = [draft for draft in drafts() if draft.kind is PatternKind.DEFECT]
#: Records that each defect is asked for in.
ROWS = 6
REMOVED = object()


def label(draft: Draft) -> str:
    return f"{draft.entity}: {draft.name}"


def stored_defect(draft: Draft, defect_id: str | None = None, record: Any = None) -> StoredDefect:
    return StoredDefect(
        defect_id=defect_id or draft.name.replace(" ", "-"),
        pointer=draft.defect["pointer"],
        record=draft.record if record is None else record,
        rule=draft.defect["rule"],
        verdict=draft.defect["verdict"],
    )


def asked(draft: Draft, record: Any, count: int = ROWS) -> Run:
    stored = stored_defect(draft, "bug", record)
    return run_of(draft.entity, count=count, defects=DefectOptions(classes=("historical",), stored=(stored,)))


def at(record: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        if isinstance(record, dict) and step not in record:
            return REMOVED
        record = record[int(step) if isinstance(record, list) else step]
    return record


def alone(record: Any, steps: list[str]) -> Any:
    """A record with nothing but what leads to the value, and indexes that lead there."""
    if not steps:
        return record
    if isinstance(record, list):
        return [alone(record[int(steps[0])], steps[1:])]
    return {steps[0]: alone(record[steps[0]], steps[1:])} if steps[0] in record else {}


def first_items(pointer: str) -> str:
    return "/".join("0" if step.isdigit() else step for step in pointer.split("/"))


def broken(scorer: Scorer, record: Any, pointer: str) -> set[str]:
    """Rules of several fields that a record breaks, and its own limits as one more."""
    path = ".".join(step for step in pointer.split("/")[1:] if not step.isdigit())
    found = scorer.findings(record)
    among = {each.rule.text for each in found if each.rule is not None and not each.rule.inputs <= {path}}
    return among | {"its own" for each in found if each.check in {"types", "constraints", "formats", "variants"}}


def hold(draft: Draft, run: Run) -> None:
    scorer = Scorer(run.schema, as_of=run.as_of, locale=run.locale)
    value = at(draft.record, draft.defect["pointer"])
    records = records_of(run)
    for number, record in enumerate(records):
        defect = record["_defect"]
        assert defect["id"].startswith("historical.bug@")
        assert defect["verdict"] == draft.defect["verdict"]
        assert at(record, defect["pointer"]) == value
        faults = scorer.score_records(records[max(0, number - 1) : number + 1]).faults
        own = {fault.message for fault in faults if fault.row == min(number, 1)}
        assert own == set(defect.get("found", ()))
        assert len(broken(scorer, record, defect["pointer"])) <= 1, defect
        assert bool(own) is (defect["verdict"] == "reject")


@pytest.mark.parametrize("draft", DEFECTS, ids=label)
def test_every_record_holds_the_value_that_did_it(draft: Draft) -> None:
    hold(draft, asked(draft, draft.record))


@pytest.mark.parametrize("draft", DEFECTS, ids=label)
def test_the_value_alone_is_enough(draft: Draft) -> None:
    steps = draft.defect["pointer"].split("/")[1:]
    pointer = first_items(draft.defect["pointer"])
    bare = Draft(
        kind=draft.kind, domain=draft.domain, entity=draft.entity, name=draft.name, intent=draft.intent,
        record=alone(draft.record, steps), defect={**draft.defect, "pointer": pointer},
    )  # fmt: skip
    hold(bare, asked(bare, bare.record))


def test_a_negative_quantity_comes_up_in_carts_of_one_dear_article() -> None:
    stored = StoredDefect(
        defect_id="minus", pointer="/items/0/quantity", record={"items": [{"quantity": -7}]}, verdict="reject"
    )
    options = DefectOptions(classes=("historical",), stored=(stored,))
    run = run_of("cart", count=40, defects=options, overrides={"items.length": "1", "items.price": "900-1200"})
    for record in records_of(run):
        assert at(record, record["_defect"]["pointer"]) == -7
        assert record["_defect"]["verdict"] == "reject"
        assert record["subtotal"] >= 0


def test_rows_do_not_depend_on_which_others_are_asked_for() -> None:
    draft = next(draft for draft in DEFECTS if draft.defect["pointer"] == "/items/1/quantity")
    whole = asked(draft, draft.record, 30).rows(0, 30)
    assert asked(draft, draft.record, 30).rows(17, 30) == whole[17:]
    assert asked(draft, draft.record, 10).rows(0, 10) == whole[:10]


def test_a_value_that_is_to_be_unique_is_no_second_fault_where_it_comes_again() -> None:
    email, tier = (
        stored_defect(next(each for each in DEFECTS if (each.entity, each.defect["pointer"]) == ("user", pointer)))
        for pointer in ("/email", "/loyalty_tier")
    )
    run = run_of("user", count=40, defects=DefectOptions(classes=("historical",), stored=(email, tier)))
    rows = run.rows(0, 40)
    assert sum(json.loads(row)["email"] == email.record["email"] for row in rows) > 10
    assert run.score(rows).faults == ()
    # Whoever looks at the values alone sees them again, though.
    assert "duplicates" in {fault.check for fault in Scorer(run.schema, as_of=run.as_of).score_json(rows).faults}


def test_all_of_them_are_the_same_bytes_in_every_process() -> None:
    program = (
        "from tests.unit.defects.test_replaying import *\n"
        "for draft in DEFECTS: sys.stdout.write('\\n'.join(asked(draft, draft.record, 2).rows(0, 2)))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": number},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    ]
    assert len(said[0]) > 50_000
    assert said[0] == said[1]
