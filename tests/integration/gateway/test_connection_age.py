"""Connections that have lived for long are made anew, and no call notices."""

import time

import grpc

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.conftest import StartGateway


def test_a_client_connects_again_and_neither_its_calls_nor_its_streams_break(start_gateway: StartGateway) -> None:
    gateway = start_gateway(CONNECTION_AGE_SECONDS="1")
    with grpc.insecure_channel(gateway.target) as channel:
        states: list[grpc.ChannelConnectivity] = []
        channel.subscribe(states.append)
        stub = pb_grpc.TestDataServiceStub(channel)
        stream = stub.GenerateDataStream(pb.GenerateRequest(entity="user", count=100_000, seed=7))
        first = next(iter(stream))
        end = time.monotonic() + 4
        while time.monotonic() < end:
            assert stub.GenerateData(pb.GenerateRequest(entity="cart", count=1, seed=7)).record_count == 1
            time.sleep(0.02)
        rest = list(stream)
    assert states.count(grpc.ChannelConnectivity.READY) >= 2
    assert first.chunk_index == 0
    assert rest[-1].is_final
    assert rest[-1].next_record == 100_000
