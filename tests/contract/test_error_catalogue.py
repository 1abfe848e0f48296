"""Every reason that the code gives is in the catalogue, and every reason there is given by the code."""

import ast
import re
from pathlib import Path

import grpc
import pytest

from gateway.errors.catalog import CATALOG, SEVERAL_FAULTS, Status
from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import Violation

REPOSITORY = Path(__file__).parents[2]
SOURCES = [*(REPOSITORY / "gateway").rglob("*.py"), *(REPOSITORY / "testdata_agent" / "engine").rglob("*.py")]

REASON = re.compile(r"[A-Z]+(_[A-Z]+)*")
#: What faults are made by: `Violation(...)`, `self._fault(...)`, `RuleFault(...)`, `Refusal(...)`.
MAKER = re.compile(r"violation|fault|refus", re.IGNORECASE)

#: Files that name reasons in tables of their own.
TABLES = {"faults.py", "translation.py"}


def texts(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def reasons_given() -> dict[str, str]:
    """Reason -> a file that gives it."""
    found: dict[str, str] = {}
    for file in SOURCES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        tables = [node.value for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
        named = tables if file.name in TABLES else []
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and MAKER.search(ast.unparse(node.func))]
        arguments = [argument for call in calls for argument in call.args if isinstance(argument, ast.Constant)]
        for text in set().union(*map(texts, [*named, *arguments])):
            if REASON.fullmatch(text):
                found[text] = str(file.relative_to(REPOSITORY))
    return found


def test_every_reason_given_is_in_the_catalogue() -> None:
    assert not {reason: file for reason, file in reasons_given().items() if reason not in CATALOG}


def test_every_reason_in_the_catalogue_is_given_somewhere() -> None:
    assert set(CATALOG) - set(reasons_given()) <= {SEVERAL_FAULTS}


@pytest.mark.parametrize("reason", CATALOG)
def test_each_row_has_a_name_a_text_and_a_status_of_grpc(reason: str) -> None:
    entry = CATALOG[reason]
    assert REASON.fullmatch(reason)
    assert entry.text
    assert grpc.StatusCode[entry.status.name].value[0] == entry.status.value


def test_nothing_but_the_servers_own_errors_is_internal() -> None:
    assert [reason for reason, entry in CATALOG.items() if entry.status is Status.INTERNAL] == ["INTERNAL"]


def test_a_refusal_of_several_reasons_names_each_fault_once() -> None:
    faults = [Violation("count", "INVALID_COUNT", "no"), Violation("entity", "UNKNOWN_ENTITY", "who?")]
    refusal = Refusal.of([*faults, faults[0]])
    assert refusal.reason == SEVERAL_FAULTS
    assert refusal.text == "count: no; entity: who?"
    assert refusal.status is Status.INVALID_ARGUMENT


def test_a_refusal_of_one_reason_goes_by_it() -> None:
    refusal = Refusal.of([Violation("a", "UNKNOWN_FIELD", "no a"), Violation("b", "UNKNOWN_FIELD", "no b")])
    assert refusal.reason == "UNKNOWN_FIELD"
