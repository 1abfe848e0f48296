import json
import sqlite3
import time

import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.running import Gateway, cart_request, eventually

#: CPU seconds in half a second that count as doing nothing.
IDLE = 0.15


def idle(gateway: Gateway) -> bool:
    """Whether the process used next to no CPU over half a second."""
    before = gateway.metric("process_cpu_seconds_total")
    time.sleep(0.5)
    return bool(gateway.metric("process_cpu_seconds_total") - before < IDLE)


def test_a_stream_holds_the_records_of_the_single_call(stub: pb_grpc.TestDataServiceStub) -> None:
    whole = json.loads(stub.GenerateData(cart_request(1000, seed=9)).data)
    chunks = list(stub.GenerateDataStream(cart_request(1000, seed=9)))
    assert [record for chunk in chunks[:-1] for record in json.loads(chunk.data)] == whole


def test_chunks_are_numbered_whole_arrays_and_the_last_has_no_data_but_the_metadata(
    stub: pb_grpc.TestDataServiceStub,
) -> None:
    *chunks, last = stub.GenerateDataStream(cart_request(5000, seed=9, first_row=100, request_id="s-1"))
    assert [chunk.chunk_index for chunk in chunks] == list(range(len(chunks)))
    assert {chunk.request_id for chunk in (*chunks, last)} == {"s-1"}
    assert not any(chunk.is_final for chunk in chunks)
    assert (last.is_final, last.data, last.chunk_index) == (True, "", len(chunks))
    following = 100
    for chunk in chunks:
        records = json.loads(chunk.data)
        assert (chunk.first_record, chunk.next_record) == (following, following + len(records))
        assert records[0]["_index"] == following
        following = chunk.next_record
    assert following == last.next_record == 5100
    assert last.metadata.seed == 9
    assert last.metadata.records_accepted == 5000
    assert last.metadata.coherence_score == 1.0
    assert last.metadata.records_scored == 200


def test_the_first_chunk_is_small_and_no_chunk_is_large(stub: pb_grpc.TestDataServiceStub) -> None:
    first, *rest = stub.GenerateDataStream(cart_request(20_000, seed=1))
    assert len(json.loads(first.data)) == 10
    assert max(chunk.ByteSize() for chunk in rest) < 1024 * 1024


def test_ndjson_chunks_put_together_are_lines(stub: pb_grpc.TestDataServiceStub) -> None:
    chunks = stub.GenerateDataStream(cart_request(300, seed=4, output_format=pb.NDJSON))
    lines = "".join(chunk.data for chunk in chunks).splitlines()
    assert [json.loads(line)["_index"] for line in lines] == list(range(300))


def test_csv_chunks_put_together_are_one_table(stub: pb_grpc.TestDataServiceStub) -> None:
    request = cart_request(3000, seed=4, output_format=pb.CSV)
    *chunks, last = stub.GenerateDataStream(request)
    head, *lines = "".join(chunk.data for chunk in chunks).removesuffix("\r\n").split("\r\n")
    assert head.startswith("cart_id,customer_id,items[0].sku,")
    assert len(lines) == 3000
    assert [chunk.data.startswith("cart_id,") for chunk in chunks] == [True] + [False] * (len(chunks) - 1)
    assert (last.metadata.records_scored, last.metadata.coherence_score) == (200, 1.0)


def test_sql_chunks_are_whole_statements_with_the_tables_in_the_first(stub: pb_grpc.TestDataServiceStub) -> None:
    request = cart_request(1000, seed=4, output_format=pb.SQL, hints=["sqlite"])
    *chunks, last = stub.GenerateDataStream(request)
    assert [chunk.data.startswith("CREATE TABLE") for chunk in chunks] == [True] + [False] * (len(chunks) - 1)
    database = sqlite3.connect(":memory:")
    for chunk in chunks:
        database.executescript(chunk.data)
        assert database.execute("SELECT count(*) FROM cart").fetchone() == (chunk.next_record,)
    assert (last.metadata.records_scored, last.metadata.coherence_score) == (200, 1.0)


def test_a_stream_may_be_asked_for_more_than_a_single_call(stub: pb_grpc.TestDataServiceStub) -> None:
    *_, last = stub.GenerateDataStream(pb.GenerateRequest(entity="payment", count=20_000))
    assert last.metadata.records_accepted == 20_000


def test_a_dry_run_of_a_stream_is_its_last_chunk(stub: pb_grpc.TestDataServiceStub) -> None:
    (only,) = stub.GenerateDataStream(cart_request(2**31 - 1, dry_run=True))
    assert only.is_final
    assert only.metadata.dry_run


@pytest.mark.slow
def test_a_reader_that_stops_reading_stops_the_work_and_one_that_leaves_ends_it(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    stub = gateway.stub()
    list(stub.GenerateDataStream(cart_request(20_000)))
    resident = gateway.metric("process_resident_memory_bytes")
    call = stub.GenerateDataStream(cart_request(10_000_000, request_id="leaves"))
    for _ in range(20):
        next(call)
    eventually(lambda: idle(gateway), "the gateway waits for its reader")
    assert gateway.metric("testdata_requests_in_flight") == 1
    assert gateway.metric("process_resident_memory_bytes") < resident + 64 * 1024 * 1024
    call.cancel()
    line = gateway.logged("request", "leaves")
    assert line["status"] == "CANCELLED"
    assert line["records"] < 1_000_000
    eventually(lambda: gateway.metric("testdata_requests_in_flight") == 0, "the call is over")
    eventually(lambda: idle(gateway), "the gateway rests")


@pytest.mark.slow
def test_a_reader_that_leaves_at_full_speed_ends_the_work(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    call = gateway.stub().GenerateDataStream(cart_request(10_000_000, request_id="hurry"))
    for number, _ in enumerate(call):
        if number == 100:
            call.cancel()
            break
    assert gateway.logged("request", "hurry")["status"] == "CANCELLED"
    eventually(lambda: idle(gateway), "the gateway rests")


@pytest.mark.slow
def test_small_calls_are_answered_while_a_large_stream_runs(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    stub = gateway.stub()
    call = gateway.stub().GenerateDataStream(cart_request(10_000_000))
    for _ in range(50):
        next(call)
        assert stub.GenerateData(cart_request(1)).record_count == 1
    call.cancel()


@pytest.mark.slow
def test_plain_calls_are_answered_while_a_tailored_one_is_made_ready(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    stub = gateway.stub()
    stub.GenerateData(cart_request(1))
    scenarios = [pb.Scenario(name=f"s{n}", count=1, overrides={"total": f"{20 + n}-{60 + n}"}) for n in range(100)]
    tailored = stub.GenerateData.future(cart_request(100, scenarios=scenarios))
    answered = 0
    while not tailored.done() or answered == 0:
        assert stub.GenerateData(cart_request(1)).record_count == 1
        answered += 1
    assert tailored.result().record_count == 100
    assert answered > 10


def test_chunks_fit_into_small_messages(start_gateway: StartGateway) -> None:
    stub = start_gateway(MAX_MESSAGE_BYTES=str(64 * 1024)).stub()
    *chunks, last = stub.GenerateDataStream(cart_request(3000, seed=2))
    assert last.metadata.records_accepted == sum(len(json.loads(chunk.data)) for chunk in chunks) == 3000
    assert max(chunk.ByteSize() for chunk in chunks) <= 64 * 1024
