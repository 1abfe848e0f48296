"""Many scenarios in one request, and very long texts: served or refused in order, others served meanwhile."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.running import cart_request, refusal_of
from tests.integration.gateway.test_refusals import BAD

LONG = "ü" * 500_000


def scenarios(count: int, *, distinct: bool) -> list[pb.Scenario]:
    return [
        pb.Scenario(name=f"s{n}", count=1, overrides={"customer_id": f"C-{n if distinct else 0}"}) for n in range(count)
    ]


def test_a_thousand_scenarios_that_all_differ_are_served_and_others_meanwhile(
    stub: pb_grpc.TestDataServiceStub,
) -> None:
    request = cart_request(1000, seed=7, scenarios=scenarios(1000, distinct=True))
    stub.GenerateData(cart_request(1))
    with ThreadPoolExecutor(1) as pool:
        large = pool.submit(stub.GenerateData, request)
        waits = []
        while not large.done():
            began = time.monotonic()
            stub.GenerateData(
                cart_request(3, constraints=pb.Constraints(field_constraints={"total": pb.FieldConstraint(max=900)}))
            )
            waits.append(time.monotonic() - began)
        answer = large.result()
    carts = json.loads(answer.data)
    assert [cart["customer_id"] for cart in carts] == [f"C-{n}" for n in range(1000)]
    assert answer.metadata.scenario_counts["s999"] == 1
    assert len(answer.metadata.scenario_counts) == 1000
    # Half a second is a hundred times what such a call takes alone, and a fraction of what the large one takes.
    assert len(waits) > 2
    assert sorted(waits)[len(waits) // 2] < 0.5


def test_ten_thousand_scenarios_are_served_where_few_differ(stub: pb_grpc.TestDataServiceStub) -> None:
    request = cart_request(10_000, seed=7, scenarios=scenarios(10_000, distinct=False))
    chunks = list(stub.GenerateDataStream(request))
    names = [cart["_scenario"] for chunk in chunks[:-1] for cart in json.loads(chunk.data)]
    assert names == [f"s{n}" for n in range(10_000)]
    assert len(chunks[-1].metadata.scenario_counts) == 10_000


@pytest.mark.parametrize(("count", "distinct", "words"), [(10_001, False, "at most 10000"), (1001, True, "1000 ways")])
def test_more_scenarios_than_that_are_refused_by_their_number(
    stub: pb_grpc.TestDataServiceStub, count: int, distinct: bool, words: str
) -> None:
    request = cart_request(count, scenarios=scenarios(count, distinct=distinct))
    refused = refusal_of(lambda: list(stub.GenerateDataStream(request)))
    assert refused.code is BAD
    assert refused.violations == {"scenarios": "TOO_MANY_SCENARIOS"}
    assert words in refused.text


def test_names_of_scenarios_are_written_as_they_are(stub: pb_grpc.TestDataServiceStub) -> None:
    names = ["%s %d", 'quo"te\\', "\x00\x1f\u2028", "😀", "default"]
    asked = [pb.Scenario(name=name, count=1) for name in names]
    answer = stub.GenerateData(cart_request(6, scenarios=asked))
    assert [cart["_scenario"] for cart in json.loads(answer.data)] == [*names, "default"]
    assert answer.metadata.scenario_counts == {**dict.fromkeys(names, 1), "default": 2}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"request_id": LONG}, id="request_id"),
        pytest.param({"entity": LONG}, id="entity"),
        pytest.param({"domain": LONG}, id="domain"),
        pytest.param({"locale": LONG}, id="locale"),
        pytest.param({"context": LONG}, id="context"),
        pytest.param({"hints": [LONG]}, id="hints"),
        pytest.param({"inline_schema": LONG}, id="inline_schema"),
        pytest.param({"custom_schema": LONG}, id="custom_schema"),
        pytest.param({"schema": pb.Schema(predefined_schema=LONG)}, id="predefined_schema"),
        pytest.param({"schema": pb.Schema(fields=[pb.Field(name=LONG)])}, id="field name"),
        pytest.param({"schema": pb.Schema(fields=[pb.Field(name="a", description=LONG)])}, id="field description"),
        pytest.param({"scenarios": [pb.Scenario(name=LONG, count=1)]}, id="scenario name"),
        pytest.param({"scenarios": [pb.Scenario(name="a", count=1, description=LONG)]}, id="scenario description"),
        pytest.param({"scenarios": [pb.Scenario(name="a", count=1, overrides={LONG: "1"})]}, id="scenario path"),
        pytest.param({"scenarios": [pb.Scenario(name="a", count=1, overrides={"total": LONG})]}, id="scenario value"),
        pytest.param({"overrides": {LONG: "1"}}, id="override path"),
        pytest.param({"overrides": {"customer_id": LONG}}, id="override value"),
    ],
)
def test_a_megabyte_of_text_in_any_field_is_answered_in_order(
    stub: pb_grpc.TestDataServiceStub, fields: dict[str, Any]
) -> None:
    try:
        stub.GenerateData(pb.GenerateRequest(**{"entity": "cart", "count": 3, **fields}), timeout=30)
    except grpc.RpcError as error:
        assert error.code() is BAD
        assert len(error.details() or "") < 10_000
