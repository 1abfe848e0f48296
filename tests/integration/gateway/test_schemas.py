"""SchemaService over the wire: two gateways that share one database, and jobs that keep the schema they came with."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from testdata_agent.stores.jobs import Job
from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc, schemas_pb2_grpc
from testdata_agent.v1 import schemas_pb2 as pb
from testdata_agent.v1 import testdata_pb2 as data_pb2
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import worker_of
from tests.integration.gateway.running import Gateway, eventually, refusal_of, start

#: What another process may take to see a change.
AT_ONCE_SECONDS = 1.0


def house(*fields: str, **more: Any) -> str:
    return json.dumps({"fields": {name: {"type": "string"} for name in fields}, **more})


STAFF = {
    "title": "Staff Member",
    "type": "object",
    "properties": {
        "employee_id": {"type": "string", "format": "uuid"},
        "salary": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["employee_id", "salary"],
}


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[tuple[Gateway, Gateway]]:
    folder = tmp_path_factory.mktemp("gateways")
    running = [start(folder, DATABASE_URL=database_url) for _ in range(2)]
    yield running[0], running[1]
    for gateway in running:
        gateway.end()


@pytest.fixture
def here(gateways: tuple[Gateway, Gateway]) -> Iterator[Gateway]:
    """The gateway that is told; every test begins with no schema registered."""
    yield gateways[0]
    schemas = schemas_of(gateways[0])
    for schema in schemas.ListSchemas(pb.ListSchemasRequest(page_size=1000)).schemas:
        schemas.DeleteSchema(pb.DeleteSchemaRequest(name=schema.name))


@pytest.fixture
def there(gateways: tuple[Gateway, Gateway]) -> Gateway:
    """The gateway that is not told."""
    return gateways[1]


def schemas_of(gateway: Gateway) -> schemas_pb2_grpc.SchemaServiceStub:
    return schemas_pb2_grpc.SchemaServiceStub(gateway.channel())


def register(gateway: Gateway, schema: str, **fields: Any) -> pb.RegisteredSchema:
    return schemas_of(gateway).RegisterSchema(pb.RegisterSchemaRequest(schema=schema, **fields))


def generate(gateway: Gateway, entity: str, **fields: Any) -> data_pb2.GenerateResponse:
    return gateway.stub().GenerateData(data_pb2.GenerateRequest(entity=entity, count=3, seed=7, **fields))


def members(answer: data_pb2.GenerateResponse) -> set[str]:
    return {name for record in json.loads(answer.data) for name in record if not name.startswith("_")}


def known(gateway: Gateway, entity: str) -> bool:
    try:
        generate(gateway, entity)
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT, error
        return False
    return True


def test_what_one_gateway_is_told_the_other_makes_at_once(here: Gateway, there: Gateway) -> None:
    made = register(here, house("badge"), name="employee", domain="hr")
    assert (made.name, made.version, made.domain, made.client_id) == ("employee", 1, "hr", "anonymous")
    answers = [generate(gateway, "employee") for gateway in (there, here)]
    assert answers[0].data == answers[1].data
    assert members(answers[0]) == {"badge"}
    assert (answers[0].metadata.entity, answers[0].metadata.schema_version) == ("employee", 1)


def test_another_text_is_another_version_in_all_gateways_within_a_second(here: Gateway, there: Gateway) -> None:
    register(here, house("badge"), name="clerk")
    assert members(generate(there, "clerk")) == members(generate(here, "clerk")) == {"badge"}
    assert register(here, house("desk"), name="clerk").version == 2
    assert members(generate(here, "clerk")) == {"desk"}
    began = time.monotonic()
    eventually(lambda: members(generate(there, "clerk")) == {"desk"}, "the other gateway has version 2")
    assert time.monotonic() - began < AT_ONCE_SECONDS
    assert generate(there, "clerk").metadata.schema_version == 2
    assert register(there, house("badge"), name="clerk").version == 1
    assert members(generate(there, "clerk")) == {"badge"}


def test_a_deleted_schema_is_unknown_here_at_once_and_there_within_a_second(here: Gateway, there: Gateway) -> None:
    register(here, house("badge"), name="guard")
    assert known(there, "guard")
    gone = schemas_of(here).DeleteSchema(pb.DeleteSchemaRequest(name="guard"))
    assert gone.deleted
    assert not known(here, "guard")
    began = time.monotonic()
    eventually(lambda: not known(there, "guard"), "the other gateway has forgotten it")
    assert time.monotonic() - began < AT_ONCE_SECONDS
    again = refusal_of(lambda: schemas_of(there).DeleteSchema(pb.DeleteSchemaRequest(name="guard")))
    assert (again.code, again.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_SCHEMA")


def test_it_is_an_entity_like_any_other(here: Gateway, there: Gateway) -> None:
    made = register(here, json.dumps(STAFF), domain="hr")
    assert made.name == "staff_member"
    stub = there.stub()
    whole = generate(there, "staff_member", domain="hr", envelope=data_pb2.Envelope.OFF)
    assert {record["salary"] in range(1, 10) for record in json.loads(whole.data)} == {True}
    request = data_pb2.GenerateRequest(entity="staff_member", count=3, seed=7, envelope=data_pb2.Envelope.OFF)
    streamed = [chunk.data for chunk in stub.GenerateDataStream(request) if chunk.data]
    assert streamed == [whole.data]
    named = data_pb2.GenerateRequest(
        count=3, seed=7, schema=data_pb2.Schema(predefined_schema="staff_member"), envelope=data_pb2.Envelope.OFF
    )
    assert stub.GenerateData(named).data == whole.data
    sql = generate(there, "staff_member", output_format=data_pb2.SQL).data
    assert 'CREATE TABLE IF NOT EXISTS "staff_member"' in sql
    listed = {schema.name: schema for schema in stub.GetSchemas(data_pb2.GetSchemasRequest(domain="hr")).schemas}
    assert [field.name for field in listed["staff_member"].fields] == ["employee_id", "salary"]
    assert {"cart", "staff_member"} <= {s.name for s in stub.GetSchemas(data_pb2.GetSchemasRequest()).schemas}


def test_a_name_that_is_nearly_one_is_told_the_registered_ones_too(here: Gateway) -> None:
    register(here, house("badge"), name="porter", domain="hr")
    refused = refusal_of(lambda: generate(here, "porte"))
    assert refused.reason == "UNKNOWN_ENTITY"
    assert "did you mean 'porter'" in refused.text
    elsewhere = refusal_of(lambda: generate(here, "porter", domain="it"))
    assert elsewhere.violations == {"domain": "UNKNOWN_DOMAIN"}
    assert "it is in 'hr'" in elsewhere.text


def test_every_fault_of_a_schema_is_named_at_once_and_nothing_is_kept(here: Gateway) -> None:
    wrong = json.dumps(
        {"fields": {"a": {"type": "strin"}, "b": {"type": "integer", "min": 5, "max": 1}, "_c": {"type": "string"}}}
    )
    refused = refusal_of(lambda: register(here, wrong, name="cart", domain="no/domain"))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.violations.keys() >= {"name", "domain", "schema.fields.a.type", "schema.fields._c"}
    assert refused.violations["name"] == "BUILT_IN_NAME"
    assert list(schemas_of(here).ListSchemas(pb.ListSchemasRequest()).schemas) == []


@pytest.mark.parametrize(
    ("schema", "name", "faults"),
    [
        ("", "x", {"schema": "REQUIRED"}),
        ("{", "x", {"schema": "INVALID_JSON"}),
        ("[]", "x", {"schema": "INVALID_SCHEMA"}),
        (house("a"), "", {"name": "REQUIRED"}),
        (house("a"), "Cart", {"name": "BUILT_IN_NAME"}),
        (house("a"), "1st", {"name": "INVALID_NAME"}),
        (house("a"), "a.b", {"name": "INVALID_NAME"}),
        (house("a"), "x" * 101, {"name": "INVALID_NAME"}),
        (house("a", name="two words"), "", {"name": "INVALID_NAME"}),
        (house("a", coherence_rules=["a = b + 1"]), "x", {"schema.coherence_rules": "RULE_UNKNOWN_FIELD"}),
        ('{"fields":{"a":{"type":"string","faker":"no_such"}}}', "x", {"schema.a.faker": "UNKNOWN_PROVIDER"}),
        (
            '{"type":"object","properties":{"a":{"$ref":"#/x"}}}',
            "x",
            {"schema#/properties/a/$ref": "UNKNOWN_REFERENCE"},
        ),
        (house("a" * 90, description="x" * 1_000_000), "x", {"schema": "SCHEMA_TOO_LARGE"}),
    ],
)
def test_what_cannot_be_registered_is_refused_by_field(
    here: Gateway, schema: str, name: str, faults: dict[str, str]
) -> None:
    refused = refusal_of(lambda: register(here, schema, name=name))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.violations == faults


def test_versions_are_read_with_their_texts(here: Gateway, there: Gateway) -> None:
    one = register(here, house("one"), name="cook")
    two = register(here, house("two"), name="cook")
    schemas = schemas_of(there)
    assert schemas.GetSchema(pb.GetSchemaRequest(name="cook")) == two
    assert schemas.GetSchema(pb.GetSchemaRequest(name="cook", version=1)) == one
    assert one.schema == house("one")
    for request, code in (
        (pb.GetSchemaRequest(name="cook", version=9), grpc.StatusCode.NOT_FOUND),
        (pb.GetSchemaRequest(name="nobody"), grpc.StatusCode.NOT_FOUND),
        (pb.GetSchemaRequest(name="cook", version=-1), grpc.StatusCode.INVALID_ARGUMENT),
        (pb.GetSchemaRequest(), grpc.StatusCode.INVALID_ARGUMENT),
    ):
        assert refusal_of(lambda asked=request: schemas.GetSchema(asked)).code is code  # type: ignore[misc]


def test_lists_come_in_pages(here: Gateway) -> None:
    for name in ("c", "a", "b"):
        register(here, house(name), name=name, domain="even" if name == "b" else "odd")
    schemas = schemas_of(here)
    first = schemas.ListSchemas(pb.ListSchemasRequest(page_size=2))
    rest = schemas.ListSchemas(pb.ListSchemasRequest(page_size=2, page_token=first.next_page_token))
    assert [schema.name for schema in (*first.schemas, *rest.schemas)] == ["a", "b", "c"]
    assert (rest.next_page_token, first.schemas[0].schema) == ("", "")
    even = schemas.ListSchemas(pb.ListSchemasRequest(domain="even"))
    assert [schema.name for schema in even.schemas] == ["b"]
    for request in (pb.ListSchemasRequest(page_size=-1), pb.ListSchemasRequest(page_token="?")):
        refused = refusal_of(lambda asked=request: schemas.ListSchemas(asked))  # type: ignore[misc]
        assert refused.code is grpc.StatusCode.INVALID_ARGUMENT


def test_without_a_database_the_setting_is_named(gateway: Gateway) -> None:
    for refused in (
        refusal_of(lambda: register(gateway, house("a"), name="a")),
        refusal_of(lambda: schemas_of(gateway).ListSchemas(pb.ListSchemasRequest())),
    ):
        assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SCHEMAS_NOT_AVAILABLE")
        assert "DATABASE_URL" in refused.text


def test_a_database_that_nobody_migrated_is_told_and_the_catalogue_is_served(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    gateway = start_gateway(DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    refused = refusal_of(lambda: register(gateway, house("a"), name="a"))
    assert (refused.reason, "testdata migrate" in refused.text) == ("WRONG_REVISION", True)
    assert not known(gateway, "employee")
    assert known(gateway, "cart")


def test_a_database_that_is_away_keeps_nobody_from_the_catalogue(start_gateway: StartGateway, tmp_path: Path) -> None:
    gateway = start_gateway(DATABASE_URL=f"sqlite:///{tmp_path / 'absent' / 'new.db'}")
    assert known(gateway, "cart")
    assert "cart" in {schema.name for schema in gateway.stub().GetSchemas(data_pb2.GetSchemasRequest()).schemas}
    refused = refusal_of(lambda: generate(gateway, "employee"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNREACHABLE")


async def test_a_job_keeps_the_version_that_it_was_submitted_with(
    database_url: str, redis_url: str, here: Gateway, start_gateway: StartGateway
) -> None:
    gateway = start_gateway(DATABASE_URL=database_url, REDIS_URL=redis_url)
    jobs = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    register(here, house("badge"), name="driver")
    wanted = generate(gateway, "driver")
    job = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=data_pb2.GenerateRequest(entity="driver", count=3, seed=7)))
    register(gateway, house("desk"), name="driver")
    schemas_of(gateway).DeleteSchema(pb.DeleteSchemaRequest(name="driver"))
    async with worker_of(database_url, redis_url) as worker:
        kept: Job = await worker.ledger.get(job.job_id)
        assert kept.request["entity"] == "driver"
        await worker.make_all(job.job_id)
    page = jobs.GetJobResults(jobs_pb2.GetJobResultsRequest(job_id=job.job_id))
    assert page.data == wanted.data
    assert (page.metadata.entity, page.metadata.schema_version) == ("driver", 1)
