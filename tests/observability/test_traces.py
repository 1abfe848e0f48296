"""docs/traces.md shows the spans that a collector was sent."""

import re
from collections import defaultdict

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.observability.conftest import CONTEXT, Used
from tests.observability.reading import ROOT

TEXT = (ROOT / "docs/traces.md").read_text(encoding="utf-8")
SERVICES = {"testdata-gateway": "gateway", "testdata-worker": "worker"}


def drawn() -> set[tuple[str, str]]:
    """(upper, lower) of the tree in the document."""
    edges, above = set(), list[str]()
    for line in TEXT.split("```\n")[1].splitlines():
        branch = re.search(r"[├└]─ ", line)
        depth = (branch.start() // 3 + 1) if branch else 0
        name = line[branch.end() :] if branch else line
        above[depth:] = [name]
        if depth:
            edges.add((above[depth - 1], name))
    return edges


def listed() -> dict[str, tuple[str, str, set[str]]]:
    """Process, kind and attributes by span."""
    rows = re.findall(r"^\| (.+?) \| (gateway|worker) \| (\w+) \| (.*?) ?\|$", TEXT, re.MULTILINE)
    found = {}
    for names, process, kind, attributes in rows:
        for name in re.findall(r"`([\w ]+)`", names) or ["a call"]:
            found[name] = process, kind, set(re.findall(r"`([\w.]+)`", attributes))
    return found


def test_the_picture_is_the_trace_of_a_call_on_the_model_path(used: Used) -> None:
    traces = defaultdict(list)
    for _, span in used.spans:
        traces[span.trace_id].append(span)
    trace = next(spans for spans in traces.values() if any(span.name == "model call" for span in spans))
    names = {span.span_id: span.name for span in trace}
    assert {(names[span.parent_span_id], span.name) for span in trace if span.parent_span_id} == drawn()


def test_spans_are_of_the_processes_and_kinds_and_have_the_attributes_that_are_listed(used: Used) -> None:
    table = listed()
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for service, span in used.spans:
        name = span.name if span.name in table else "a call"
        process, kind, attributes = table[name]
        assert SERVICES[service] == process, span.name
        assert Span.SpanKind.Name(span.kind) == f"SPAN_KIND_{kind.upper()}", span.name
        had = {fact.key for fact in span.attributes}
        assert had - {"error.type"} <= attributes, span.name
        seen[name] |= had - {"error.type"}
    assert seen == {name: attributes for name, (_, _, attributes) in table.items()}


def test_a_failed_call_to_a_model_says_how_it_failed(used: Used) -> None:
    calls = [span for _, span in used.spans if span.name == "model call"]
    failures = [fact.value.string_value for span in calls for fact in span.attributes if fact.key == "error.type"]
    assert failures == ["overloaded"]


def test_no_word_of_a_request_is_in_a_span(used: Used) -> None:
    assert used.spans
    assert CONTEXT not in "".join(str(span) for _, span in used.spans)
