"""Clients of the first contract: their bytes as they send them, and what they read of the answers."""

import json
from typing import Any

from tests.integration.gateway.running import Gateway

Fields = dict[int, list[Any]]

#: request_id 1 "old-1", domain 2 "ecommerce", entity 3 "cart", output_format 9 JSON left out, count 10 three.
REQUEST = b"\x0a\x05old-1\x12\x09ecommerce\x1a\x04cart\x50\x03"


def varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def fields_of(data: bytes) -> Fields:
    """Field number -> values, as far as the wire itself tells."""
    fields: Fields = {}
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        value: Any
        if kind == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = data[at : at + size], at + size
        fields.setdefault(number, []).append(value)
    return fields


def test_a_single_call_reads_as_it_did(gateway: Gateway) -> None:
    answer = fields_of(gateway.raw("GenerateData")(REQUEST))
    assert answer[1] == [b"old-1"]
    assert answer[2] == [1]
    assert len(json.loads(answer[3][0])) == 3
    assert answer[4] == [3]
    metadata = fields_of(answer[5][0])
    assert metadata[1] == [b"traditional"]
    assert len(metadata[3][0]) == len(metadata[4][0]) == 4
    assert 6 not in answer


def test_a_call_that_names_no_count_gets_ten(gateway: Gateway) -> None:
    answer = fields_of(gateway.raw("GenerateData")(REQUEST[:-2]))
    assert answer[4] == [10]


def test_a_stream_reads_as_it_did(gateway: Gateway) -> None:
    chunks = [fields_of(chunk) for chunk in gateway.raw_stream("GenerateDataStream")(REQUEST)]
    records = [record for chunk in chunks if 4 not in chunk for record in json.loads(chunk[2][0])]
    assert len(records) == 3
    assert chunks[-1][4] == [1]
    assert 2 not in chunks[-1]


def test_the_health_check_reads_as_it_did(gateway: Gateway) -> None:
    answer = fields_of(gateway.raw("HealthCheck")(b""))
    assert answer[1] == [b"healthy"]
    parts = {fields_of(entry)[1][0]: fields_of(entry)[2][0] for entry in answer[2]}
    assert parts[b"grpc_server"] == b"operational"
