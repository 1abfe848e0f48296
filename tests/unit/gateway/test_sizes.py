"""How long texts and lists of requests may be."""

from typing import Any

import pytest
from google.protobuf.message import Message

from gateway import sizes
from gateway.errors.refusal import Refusal
from gateway.sizes import require_fit
from testdata_agent.engine.errors import Violation
from testdata_agent.v1 import jobs_pb2, patterns_pb2, testdata_pb2

Request = testdata_pb2.GenerateRequest


def request(**fields: Any) -> Request:
    return Request(entity="cart", **fields)


def lesson(**options: Any) -> patterns_pb2.LearnPatternsRequest:
    return patterns_pb2.LearnPatternsRequest(options=patterns_pb2.LearningOptions(**options), records="{}")


def defects(classes: list[str]) -> Request:
    return request(defects=testdata_pb2.DefectOptions(classes=classes))


@pytest.mark.parametrize(
    ("fits", "does_not", "field", "reason"),
    [
        (request(request_id="é" * 1_000), request(request_id="é" * 1_001), "request_id", "TEXT_TOO_LONG"),
        (request(context="c" * 50_000), request(context="c" * 50_001), "context", "TEXT_TOO_LONG"),
        (request(hints=[""] * 100), request(hints=[""] * 101), "hints", "TOO_MANY_ITEMS"),
        (request(hints=["a", "h" * 1_000]), request(hints=["a", "h" * 1_001]), "hints[1]", "TEXT_TOO_LONG"),
        (
            request(scenarios=[{"name": "s", "description": "d" * 10_000}]),
            request(scenarios=[{"name": "s", "description": "d" * 10_001}]),
            "scenarios[0].description",
            "TEXT_TOO_LONG",
        ),
        (request(patterns=[{}] * 1_000), request(patterns=[{}] * 1_001), "patterns", "TOO_MANY_ITEMS"),
        (defects(["x"] * 100), defects(["x"] * 101), "defects.classes", "TOO_MANY_ITEMS"),
        (defects(["x" * 200]), defects(["y", "x" * 201]), "defects.classes[1]", "TEXT_TOO_LONG"),
        (
            patterns_pb2.SearchPatternsRequest(text="t" * 10_000),
            patterns_pb2.SearchPatternsRequest(text="t" * 10_001),
            "text",
            "TEXT_TOO_LONG",
        ),
        (lesson(intent="i" * 10_000), lesson(intent="i" * 10_001), "options.intent", "TEXT_TOO_LONG"),
        (lesson(tags=["t"] * 100), lesson(tags=["t"] * 101), "options.tags", "TOO_MANY_ITEMS"),
        (
            patterns_pb2.LearnPatternsRequest(drafts=[{"name": "n" * 200}]),
            patterns_pb2.LearnPatternsRequest(drafts=[{}, {"name": "n" * 201}]),
            "drafts[1].name",
            "TEXT_TOO_LONG",
        ),
        (
            patterns_pb2.RecordDefectRequest(description="d" * 10_000),
            patterns_pb2.RecordDefectRequest(description="d" * 10_001),
            "description",
            "TEXT_TOO_LONG",
        ),
        (
            jobs_pb2.ListJobsRequest(states=[jobs_pb2.QUEUED] * 200),
            jobs_pb2.ListJobsRequest(states=[jobs_pb2.QUEUED] * 201),
            "states",
            "TOO_MANY_ITEMS",
        ),
    ],
)
def test_what_is_at_its_limit_is_taken_and_what_is_over_it_is_named(
    fits: Message, does_not: Message, field: str, reason: str
) -> None:
    require_fit(fits)
    with pytest.raises(Refusal) as raised:
        require_fit(does_not)
    (fault,) = raised.value.violations
    assert (fault.field, fault.reason) == (field, reason)
    assert "at most" in fault.description


def test_all_that_is_too_long_is_named_beside_what_else_is_wrong() -> None:
    other = Violation("dry_run", "DRY_RUN_AS_JOB", "a dry run is no job")
    with pytest.raises(Refusal) as raised:
        require_fit(request(context="c" * 60_000, hints=["h" * 2_000, "ok", "h" * 3_000]), [other])
    assert [fault.field for fault in raised.value.violations] == ["dry_run", "context", "hints[0]", "hints[2]"]


def test_every_limit_is_of_a_field_that_there_is() -> None:
    for message, limits in sizes._LIMITS.items():
        for most in limits:
            assert most.field in message.DESCRIPTOR.fields_by_name
