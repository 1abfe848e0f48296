"""Defects over the wire."""

import json
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.client import Client
from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.running import Gateway, refusal_of


def _request(count: int = 40, **more: Any) -> pb.GenerateRequest:
    return pb.GenerateRequest(entity="order", count=count, seed=5, **more)


def test_every_record_says_what_is_wrong_with_it(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = stub.GenerateData(_request(defect_triggering=True))
    records = json.loads(answer.data)
    assert all({"id", "class", "pointer", "rule", "verdict"} <= record["_defect"].keys() for record in records)
    assert records == generate("order", count=40, seed=5, defects=True)
    report = answer.metadata.defects
    assert sum(report.records_by_class.values()) == sum(report.records_by_verdict.values()) == 40
    assert set(report.records_by_class) == {record["_defect"]["class"] for record in records}
    assert answer.metadata.coherence_score == 1.0
    assert not answer.metadata.warnings


def test_the_path_that_was_asked_for_and_the_one_that_answered_are_told(stub: pb_grpc.TestDataServiceStub) -> None:
    metadata = stub.GenerateData(_request(defect_triggering=True, generation_method=pb.TRADITIONAL)).metadata
    assert (metadata.generation_path, metadata.fallback_from) == ("traditional", "")


def test_a_stream_and_pages_give_the_same_records(stub: pb_grpc.TestDataServiceStub) -> None:
    whole = json.loads(stub.GenerateData(_request(90, defect_triggering=True)).data)
    chunks = list(stub.GenerateDataStream(_request(90, defect_triggering=True)))
    assert [record for chunk in chunks[:-1] for record in json.loads(chunk.data)] == whole
    assert sum(chunks[-1].metadata.defects.records_by_class.values()) == 90
    assert json.loads(stub.GenerateData(_request(30, first_row=60, defect_triggering=True)).data) == whole[60:]


def test_classes_are_chosen(stub: pb_grpc.TestDataServiceStub) -> None:
    options = pb.DefectOptions(classes=["time", "unicode"])
    records = json.loads(stub.GenerateData(_request(defects=options)).data)
    assert {record["_defect"]["class"] for record in records} == {"time", "unicode"}
    hinted = stub.GenerateData(_request(defect_triggering=True, hints=["defects:unicode,time"]))
    assert json.loads(hinted.data) == records


@pytest.mark.parametrize(
    ("asked", "field", "reason"),
    [
        ({"output_format": pb.CSV}, "output_format", "DEFECTS_NEED_JSON"),
        ({"output_format": pb.SQL}, "output_format", "DEFECTS_NEED_JSON"),
        ({"envelope": pb.Envelope.OFF}, "envelope", "DEFECTS_NEED_ENVELOPE"),
        ({"defects": pb.DefectOptions(classes=["bounds"])}, "defects.classes", "UNKNOWN_DEFECT_CLASS"),
        ({"defects": pb.DefectOptions(classes=["historical"])}, "defects.classes", "NO_STORED_DEFECTS"),
    ],
)
def test_refusals(stub: pb_grpc.TestDataServiceStub, asked: dict[str, Any], field: str, reason: str) -> None:
    refused = refusal_of(lambda: stub.GenerateData(_request(defect_triggering=True, **asked)))
    assert refused.reason == reason
    assert refused.violations == {field: reason}


def test_schemas_of_the_caller(stub: pb_grpc.TestDataServiceStub) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
    answer = stub.GenerateData(pb.GenerateRequest(inline_schema=json.dumps(schema), count=60, defect_triggering=True))
    below = [each for each in json.loads(answer.data) if each["_defect"]["id"] == "boundary.below_min@n"]
    assert below
    assert all((each["n"], each["_defect"]["verdict"]) == (0, "reject") for each in below)


def test_the_client_asks_for_defects(gateway: Gateway) -> None:
    with Client(gateway.target) as client:
        answer = client.generate("cart", count=6, seed=9, defects=["numeric"])
        assert answer.records == generate("cart", count=6, seed=9, defects=["numeric"])
        assert answer.metadata.defects.records_by_class == {"numeric": 6}
        assert all("_defect" in record for record in client.generate("cart", count=2, defects=True))


def test_a_set_comes_whole_with_its_manifest(stub: pb_grpc.TestDataServiceStub) -> None:
    request = pb.GenerateRequest(entity="order", seed=5, defects=pb.DefectOptions(mode=pb.DefectOptions.COVERAGE))
    answer = stub.GenerateData(request)
    records, report = json.loads(answer.data), answer.metadata.defects.coverage
    assert len(records) == answer.record_count == report.combinations + report.mutations
    assert report.pairs_reached == report.pairs > 100
    for goal, number in report.values.items():
        assert goal in records[number]["_defect"]["covers"]
    assert answer.metadata.generation_path == "traditional"
    assert answer.metadata.fallback_from == ""
    assert answer.metadata.coherence_score == 1.0
    chunks = list(stub.GenerateDataStream(request))
    assert [record for chunk in chunks[:-1] for record in json.loads(chunk.data)] == records
    assert chunks[-1].metadata.defects.coverage == report


def test_a_part_of_a_set_says_so(stub: pb_grpc.TestDataServiceStub) -> None:
    options = pb.DefectOptions(mode=pb.DefectOptions.PAIRWISE)
    answer = stub.GenerateData(pb.GenerateRequest(entity="payment", seed=5, count=5, defects=options))
    assert answer.record_count == 5
    assert "only the whole set covers" in answer.metadata.warnings[0]


def test_old_clients_ask_for_sets_by_hints(stub: pb_grpc.TestDataServiceStub) -> None:
    request = pb.GenerateRequest(entity="cart", seed=5, defect_triggering=True, hints=["defects:coverage"])
    answer = stub.GenerateData(request)
    assert answer.record_count == answer.metadata.defects.coverage.combinations + sum(
        1 for record in json.loads(answer.data) if record["_defect"]["class"] != "combination"
    )


def test_the_client_asks_for_sets(gateway: Gateway) -> None:
    with Client(gateway.target) as client:
        answer = client.generate("review", seed=9, defect_mode="pairwise")
        assert answer.records == generate("review", count=900, seed=9, defect_mode="pairwise")
