"""Clients that were built with the first contract read and write what this one does."""

import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from testdata_agent.v1 import testdata_pb2 as pb

FIRST_CONTRACT = Path(__file__).with_name("first_contract")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> DescriptorPool:
    """The first contract's types, apart from this process's own."""
    image = tmp_path_factory.mktemp("first") / "image.binpb"
    compiler = [sys.executable, "-m", "grpc_tools.protoc", f"-I{FIRST_CONTRACT}", f"--descriptor_set_out={image}"]
    run([*compiler, "testdata_agent/v1/testdata.proto"], check=True)
    pool = DescriptorPool()
    for file in FileDescriptorSet.FromString(image.read_bytes()).file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def old(pool: DescriptorPool, message: str, **fields: Any) -> Any:
    return GetMessageClass(pool.FindMessageTypeByName(f"testdata.v1.{message}"))(**fields)


def old_request(pool: DescriptorPool) -> Any:
    request = old(
        pool,
        "GenerateRequest",
        request_id="r-1",
        domain="ecommerce",
        entity="cart",
        context="abandoned carts",
        hints=["fast", "similar"],
        output_format=1,
        count=25,
        use_cache=True,
        generation_method=3,
        inline_schema="{}",
    )
    request.schema.fields.add(name="total", type=2, required=True)
    request.schema.fields[0].nested_fields.add(name="cents", type=1)
    request.constraints.field_constraints["total"].min = 0.0
    request.constraints.field_constraints["total"].enum_values.append("a")
    request.scenarios.add(name="rush", count=5, overrides={"total": "20-50"}, description="before closing time")
    return request


def test_a_first_request_is_read_field_by_field(first: DescriptorPool) -> None:
    request = old_request(first)
    read = pb.GenerateRequest.FromString(request.SerializeToString())
    assert json_format.MessageToDict(read) == json_format.MessageToDict(request)
    assert read.HasField("count")
    assert read.generation_method == pb.HYBRID


def test_a_first_request_in_json_is_read_field_by_field(first: DescriptorPool) -> None:
    text = json_format.MessageToJson(old_request(first))
    assert json_format.MessageToDict(json_format.Parse(text, pb.GenerateRequest())) == json_format.MessageToDict(
        old_request(first)
    )


def test_a_first_client_that_leaves_count_and_method_out_has_left_them_unset(first: DescriptorPool) -> None:
    read = pb.GenerateRequest.FromString(old(first, "GenerateRequest", entity="cart").SerializeToString())
    assert not read.HasField("count")
    assert not read.HasField("generation_method")


def answer() -> pb.GenerateResponse:
    metadata = pb.GenerationMetadata(
        generation_path="traditional",
        llm_tokens_used=3,
        generation_time_ms=1.5,
        coherence_score=0.5,
        scenario_counts={"rush": 5},
        seed=7,
        records_by_path={"traditional": 10},
        warnings=["a warning"],
    )
    return pb.GenerateResponse(request_id="r-1", success=True, data="[]", record_count=10, metadata=metadata)


def test_a_first_client_reads_a_new_answer(first: DescriptorPool) -> None:
    read = old(first, "GenerateResponse")
    read.ParseFromString(answer().SerializeToString())
    assert json_format.MessageToDict(read, preserving_proto_field_name=True) == {
        "request_id": "r-1",
        "success": True,
        "data": "[]",
        "record_count": 10,
        "metadata": {
            "generation_path": "traditional",
            "llm_tokens_used": 3,
            "generation_time_ms": 1.5,
            "coherence_score": 0.5,
            "scenario_counts": {"rush": 5},
        },
    }


def test_a_score_that_is_absent_reads_as_nought_to_a_first_client(first: DescriptorPool) -> None:
    read = old(first, "GenerationMetadata")
    read.ParseFromString(pb.GenerationMetadata(generation_path="traditional").SerializeToString())
    assert read.coherence_score == 0


@pytest.mark.parametrize(
    "chunk",
    [
        pb.DataChunk(request_id="r-1", data="[{}]", chunk_index=2, first_record=200, next_record=300),
        pb.DataChunk(request_id="r-1", chunk_index=3, is_final=True, metadata=pb.GenerationMetadata(seed=7)),
    ],
    ids=["data", "final"],
)
def test_a_first_client_reads_a_new_chunk(first: DescriptorPool, chunk: pb.DataChunk) -> None:
    read = old(first, "DataChunk")
    read.ParseFromString(chunk.SerializeToString())
    assert (read.request_id, read.data, read.chunk_index, read.is_final) == (
        chunk.request_id,
        chunk.data,
        chunk.chunk_index,
        chunk.is_final,
    )


def test_every_message_of_the_first_contract_is_still_there(first: DescriptorPool) -> None:
    names = first.FindFileByName("testdata_agent/v1/testdata.proto").message_types_by_name
    for name in names:
        replacement = getattr(pb, name)
        assert issubclass(replacement, Message)
