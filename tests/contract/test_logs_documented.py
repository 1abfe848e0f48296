"""docs/logs.md is what the code logs: its events, their levels and fields."""

import ast
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.patterns.assembly import TROUBLES
from tests.observability.log_document import SOMETIMES, documented, table
from tests.observability.reading import ROOT

LEVELS = ("debug", "info", "warning", "error", "critical")
#: Bound to lines of a batch.
BOUND = frozenset({"job_id", "request_id", "path", "batch", "attempt"})
#: Functions that tell an event with a level of their own: `write` of RequestLog, `_tell` of stores and of certificates.
INDIRECT = frozenset({"write", "_tell"})


@dataclass(frozen=True)
class Logged:
    """A place in the code that logs.

    Attributes:
        level: None: it is told elsewhere.
    """

    process: str
    event: str
    level: str | None
    fields: frozenset[str]


def logged() -> Iterator[Logged]:
    for top, process in (("gateway", "Gateway"), ("worker", "Workers"), ("testdata_agent", "Gateway")):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found = isinstance(node, ast.Call) and _logged(node, process)
                if found:
                    yield found


def _logged(node: ast.Call, process: str) -> Logged | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    event = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if name not in {*LEVELS, *INDIRECT} or not isinstance(event, str) or not re.fullmatch(r"[a-z]+(_[a-z]+)*", event):
        return None
    level = name if name in LEVELS else None
    return Logged(process, event, level, frozenset(keyword.arg for keyword in node.keywords if keyword.arg))


PLACES = [*logged()]


@pytest.mark.parametrize("process", ["Gateway", "Workers"])
def test_the_events_of_the_code_are_those_of_the_document(process: str) -> None:
    assert {place.event for place in PLACES if place.process == process} == documented(process).keys()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.process}-{place.event}")
def test_an_event_has_the_fields_and_the_level_that_are_documented(place: Logged) -> None:
    level, fields = documented(place.process)[place.event]
    assert place.fields <= fields
    if place.event not in {"tls_certificate", "tls_renewed"}:  # their fields are given where both are told
        bound = BOUND if place.process == "Workers" else frozenset()
        assert fields - place.fields <= bound | SOMETIMES.get(place.event, frozenset())
    if place.level is not None:
        assert place.level == level


def test_what_stores_tell_is_as_urgent_as_the_document_says() -> None:
    events = documented("Gateway")
    told = {place.event for place in PLACES if place.level is None} - {"request", "tls_certificate", "tls_renewed"}
    levels = {event: logging.getLevelName(TROUBLES.get(event, logging.INFO)).lower() for event in told}
    assert levels == {event: events[event][0] for event in told}


def test_every_field_has_a_type_and_every_type_a_field() -> None:
    used = set().union(*[fields for title in ("Gateway", "Workers") for _, fields in documented(title).values()])
    listed = {name for row in table("Fields") for name in re.findall(r"`(\w+)`", row[0])}
    assert used - {"child"} == listed - {"child", "logger"}
