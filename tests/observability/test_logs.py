"""docs/logs.md is what the code logs, and what it logs is what docs/logs.md says."""

import ast
import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.patterns.assembly import TROUBLES
from tests.observability.conftest import CONTEXT, Used
from tests.observability.reading import ROOT

TEXT = (ROOT / "docs/logs.md").read_text(encoding="utf-8")
LEVELS = ("debug", "info", "warning", "error", "critical")
#: Bound to lines of a batch.
BOUND = frozenset({"job_id", "request_id", "path", "batch", "attempt"})
#: Given to a line in some calls alone, by `**`.
SOMETIMES = {"request": frozenset({"job_id"})}
#: Functions that tell an event with a level of their own: `write` of RequestLog, `_tell` of stores and of certificates.
INDIRECT = frozenset({"write", "_tell"})
TYPES: dict[str, Any] = {
    "text": str,
    "integer": int,
    "number": (int, float),
    "list": list,
    "true or false": bool,
}


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


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading."""
    part = TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in part.splitlines() if row.startswith("| `")]


def documented(title: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Level and fields by event."""
    return {row[0].strip("`"): (row[1], frozenset(re.findall(r"`(\w+)`", row[2]))) for row in table(title)}


def types() -> dict[str, Any]:
    found = {}
    for row in (*table("Every line"), *table("Fields")):
        found.update(dict.fromkeys(re.findall(r"`(\w+)`", row[0]), TYPES[row[1]]))
    return found


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


def lines(*files: Path) -> list[dict[str, Any]]:
    texts = [file.read_text(encoding="utf-8") for file in files]
    return [json.loads(line) for text in texts for line in text.splitlines() if line.startswith("{")]


def test_the_lines_of_real_processes_are_as_documented(used: Used) -> None:
    kinds, always = types(), {"event", "level", "time", "service", "version", "environment"}
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines(used.gateway_log, used.worker_log, used.secured_log):
        title = {"testdata-gateway": "Gateway", "testdata-worker": "Workers"}[line["service"]]
        own = line.keys() - always - {"process", "child"}
        assert always <= line.keys()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        wrong = {name: value for name, value in line.items() if not isinstance(value, kinds[name])}
        assert wrong == {}, line["event"]
        if "logger" in line:
            assert own <= {"logger", "error"}
            continue
        level, fields = documented(title)[line["event"]]
        assert line["level"] == level
        assert fields - own <= SOMETIMES.get(line["event"], set())
        assert own <= fields, line["event"]
        seen[title].add(line["event"])
    ends = {"tls_certificate", "draining", "stopped"}
    assert {"serving", "request", "routing_decision", "job_submitted", *ends} <= seen["Gateway"]
    assert {"worker_ready", "batch"} <= seen["Workers"]


def test_no_word_of_a_request_is_in_a_line(used: Used) -> None:
    for file in (used.gateway_log, used.worker_log):
        assert CONTEXT not in file.read_text(encoding="utf-8")
