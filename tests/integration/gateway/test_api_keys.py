"""A gateway that lets callers in by their keys."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from testdata_agent.service.access.key_ring import hash_of
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc, patterns_pb2, patterns_pb2_grpc, schemas_pb2, schemas_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import (
    JOB_SERVICE,
    REPOSITORY,
    SCHEMA_SERVICE,
    SERVICE,
    Gateway,
    cart_request,
    environment,
    eventually,
    free_ports,
    refusal_of,
    start,
)
from tests.servers import RedisProcess

ALICE, BOB, FRUGAL, ADMIN = (f"tda_{letter * 43}" for letter in "abfz")
#: What is said of clients beside their keys.
MORE = {"root": "admin: true", "frugal": "tokens_per_day: 10"}
SCHEMA = '{"name": "clerk", "fields": {"nick": "string"}}'


def file_of(**keys: str) -> str:
    """A keys file: each client with one key."""
    entries = (
        f'  - client: {client}\n    sha256: ["{hash_of(key)}"]\n    {MORE.get(client, "")}\n'
        for client, key in keys.items()
    )
    return "clients:\n" + "".join(entries)


def showing(key: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {key}"),)


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.yaml"
    path.write_text(file_of(alice=ALICE, bob=BOB, frugal=FRUGAL, root=ADMIN))
    return path


@pytest.fixture(scope="module")
def ledger_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"
    migrate(url)
    return url


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, keys_file: Path, ledger_url: str) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    redis = RedisProcess(tmp_path_factory.mktemp("redis"))
    redis.start()
    running = start(
        folder,
        API_KEYS_FILE=str(keys_file),
        CLIENT_ID_METADATA="x-client-id",
        DATABASE_URL=ledger_url,
        REDIS_URL=redis.url,
        ANTHROPIC_API_KEY="sk-that-nobody-uses",
    )
    yield running
    running.end()
    redis.stop()


@pytest.mark.parametrize(
    "metadata",
    [
        (("authorization", f"Bearer {ALICE}"),),
        (("authorization", f"bearer  {ALICE}"),),
        (("x-api-key", ALICE),),
        (("authorization", "Basic dXNlcjpwYXNz"), ("x-api-key", ALICE)),
        (("x-api-key", "tda_other"), ("authorization", f"Bearer {ALICE}"), ("x-client-id", "bob")),
    ],
)
def test_a_key_lets_its_client_in_and_nothing_else_says_who_calls(
    locked: Gateway, metadata: tuple[tuple[str, str], ...]
) -> None:
    request_id = uuid.uuid4().hex
    answer = locked.stub().GenerateData(cart_request(request_id=request_id), metadata=metadata)
    assert answer.record_count == 3
    assert locked.logged("request", request_id)["client"] == "alice"


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ((), "MISSING_API_KEY"),
        ((("x-client-id", "alice"),), "MISSING_API_KEY"),
        ((("authorization", ALICE),), "MISSING_API_KEY"),
        ((("authorization", "Bearer "),), "MISSING_API_KEY"),
        ((("authorization", f"Bearer {ALICE}x"),), "UNKNOWN_API_KEY"),
        ((("authorization", f"Bearer {hash_of(ALICE)}"),), "UNKNOWN_API_KEY"),
        ((("x-api-key", "alice"),), "UNKNOWN_API_KEY"),
    ],
)
def test_without_a_known_key_nobody_is_let_in(
    locked: Gateway, metadata: tuple[tuple[str, str], ...], reason: str
) -> None:
    refused = refusal_of(lambda: locked.stub().GenerateData(cart_request(), metadata=metadata))
    assert (refused.code, refused.reason, refused.domain) == (grpc.StatusCode.UNAUTHENTICATED, reason, "testdata.v1")
    if reason == "MISSING_API_KEY":
        assert "authorization: Bearer" in refused.text


def test_every_method_needs_a_key_and_says_so_before_all_else(locked: Gateway) -> None:
    methods = {
        SERVICE: ("GenerateData", "GetSchemas", "HealthCheck"),
        JOB_SERVICE: ("SubmitJob", "GetJob", "ListJobs", "CancelJob", "WaitJob", "GetJobResults"),
        SCHEMA_SERVICE: ("RegisterSchema", "GetSchema", "ListSchemas", "DeleteSchema"),
        "testdata.v1.PatternService": ("SearchPatterns", "RecordDefect", "DeletePatterns", "GetPatternStats"),
    }
    channel = locked.channel()
    for service, names in methods.items():
        for name in names:
            call: Any = channel.unary_unary(f"/{service}/{name}")
            for request in (b"", b"\xff"):
                assert refusal_of(partial(call, request)).reason == "MISSING_API_KEY", name
    for name in (f"{SERVICE}/GenerateDataStream", f"{JOB_SERVICE}/StreamJobResults"):
        stream: Any = channel.unary_stream(f"/{name}")
        assert refusal_of(partial(next, stream(b""))).reason == "MISSING_API_KEY", name
    learn = patterns_pb2_grpc.PatternServiceStub(channel).LearnPatterns
    assert refusal_of(lambda: learn(iter([patterns_pb2.LearnPatternsRequest()]))).reason == "MISSING_API_KEY"


def test_probes_need_no_key_and_reflection_does(locked: Gateway) -> None:
    health: Any = health_pb2_grpc.HealthStub(locked.channel())
    assert health.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
    reflect: Any = reflection_pb2_grpc.ServerReflectionStub(locked.channel()).ServerReflectionInfo
    ask = reflection_pb2.ServerReflectionRequest(list_services="")
    assert refusal_of(lambda: list(reflect(iter([ask])))).reason == "MISSING_API_KEY"
    (told,) = reflect(iter([ask]), metadata=showing(BOB))
    assert SERVICE in {service.name for service in told.list_services_response.service}
    assert locked.http("/health/ready")[0] == 200
    assert '"api_keys": "needed"' in locked.http("/health")[1]


def test_no_key_is_in_the_log_the_metrics_or_the_errors(locked: Gateway) -> None:
    mistyped = "tda_" + "q" * 42
    refused = refusal_of(lambda: locked.stub().GenerateData(cart_request(request_id="q"), metadata=showing(mistyped)))
    locked.stub().GenerateData(cart_request(request_id="known"), metadata=showing(ALICE))
    locked.logged("request", "known")
    line = locked.logged("request", "q")
    assert (line["client"], line["status"], line["reason"]) == ("anonymous", "UNAUTHENTICATED", "UNKNOWN_API_KEY")
    said = locked.log_file.read_text() + locked.http("/metrics")[1] + locked.http("/health")[1] + refused.text
    for secret in (mistyped, ALICE, hash_of(ALICE), hash_of(mistyped)):
        assert secret not in said


def test_calls_that_were_refused_leave_the_gauge_of_calls_as_it_was(locked: Gateway) -> None:
    for _ in range(3):
        refusal_of(lambda: locked.stub().GenerateData(cart_request()))
    eventually(lambda: locked.metric("testdata_requests_in_flight") == 0, "no call is in flight")


def test_a_job_is_its_clients_alone(locked: Gateway) -> None:
    jobs = jobs_pb2_grpc.JobServiceStub(locked.channel())
    submit = jobs_pb2.SubmitJobRequest(request=cart_request(request_id="mine"))
    job = jobs.SubmitJob(submit, metadata=showing(ALICE))
    others = jobs.SubmitJob(submit, metadata=showing(BOB))
    assert job.job_id != others.job_id, "an idempotency key is its client's own"
    asks: list[Any] = [
        lambda key: jobs.GetJob(jobs_pb2.GetJobRequest(job_id=job.job_id), metadata=showing(key)),
        lambda key: jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=job.job_id, timeout={}), metadata=showing(key)),
        lambda key: jobs.GetJobResults(jobs_pb2.GetJobResultsRequest(job_id=job.job_id), metadata=showing(key)),
        lambda key: jobs.CancelJob(jobs_pb2.CancelJobRequest(job_id=job.job_id), metadata=showing(key)),
        lambda key: list(
            jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=job.job_id), metadata=showing(key))
        ),
    ]
    for ask in asks:
        for key in (BOB, ADMIN):
            refused = refusal_of(partial(ask, key))
            assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_JOB")
    seen = jobs.ListJobs(jobs_pb2.ListJobsRequest(), metadata=showing(BOB)).jobs
    assert [one.job_id for one in seen] == [others.job_id]
    for ask in asks:
        ask(ALICE)


def test_a_clients_own_ceiling_of_tokens_is_held_and_goes_with_its_jobs(locked: Gateway, ledger_url: str) -> None:
    jobs = jobs_pb2_grpc.JobServiceStub(locked.channel())
    submit = jobs_pb2.SubmitJobRequest(request=cart_request(5, context="Carts of a family that moves house"))
    refused = refusal_of(lambda: jobs.SubmitJob(submit, metadata=showing(FRUGAL)))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "CLIENT_TOKENS_EXCEEDED")
    assert "of tokens_per_day (10 a day) this client has spent 0" in refused.text
    assert jobs.SubmitJob(submit, metadata=showing(ALICE)).state == jobs_pb2.QUEUED
    submit.request.use_cache = True
    written = jobs.SubmitJob(submit, metadata=showing(FRUGAL))

    async def brought() -> Mapping[str, int | None]:
        database = open_database(ledger_url)
        try:
            return (await SqlJobs(database, results_ttl=3600).get(written.job_id)).token_ceilings
        finally:
            await database.dispose()

    assert asyncio.run(brought()) == {"day": 10}


def test_a_schema_is_everybodys_to_use_and_its_clients_to_change(locked: Gateway) -> None:
    registry = schemas_pb2_grpc.SchemaServiceStub(locked.channel())
    change = schemas_pb2.RegisterSchemaRequest(schema=SCHEMA.replace("nick", "full_name"))
    registry.RegisterSchema(schemas_pb2.RegisterSchemaRequest(schema=SCHEMA), metadata=showing(ALICE))
    assert registry.GetSchema(schemas_pb2.GetSchemaRequest(name="clerk"), metadata=showing(BOB)).client_id == "alice"
    answer = locked.stub().GenerateData(pb.GenerateRequest(entity="clerk", count=2), metadata=showing(BOB))
    assert answer.record_count == 2
    delete = schemas_pb2.DeleteSchemaRequest(name="clerk")
    for refused in (
        refusal_of(lambda: registry.RegisterSchema(change, metadata=showing(BOB))),
        refusal_of(lambda: registry.DeleteSchema(delete, metadata=showing(BOB))),
    ):
        assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "OTHERS_PROPERTY")
    assert registry.RegisterSchema(change, metadata=showing(ADMIN)).version == 2
    assert registry.DeleteSchema(delete, metadata=showing(ALICE)).deleted
    assert refusal_of(lambda: registry.RegisterSchema(change, metadata=showing(BOB))).reason == "OTHERS_PROPERTY"


def test_a_pattern_is_everybodys_to_use_and_its_clients_to_delete(locked: Gateway) -> None:
    patterns = patterns_pb2_grpc.PatternServiceStub(locked.channel())
    record = locked.stub().GenerateData(cart_request(1, seed=5), metadata=showing(ALICE)).data
    options = patterns_pb2.LearningOptions(entity="cart", intent="a lesson of alice")
    lesson = [patterns_pb2.LearnPatternsRequest(options=options), patterns_pb2.LearnPatternsRequest(records=record)]
    learned = patterns.LearnPatterns(iter(lesson), metadata=showing(ALICE))
    delete = patterns_pb2.DeletePatternsRequest(pattern_ids=learned.pattern_ids)
    search = patterns_pb2.SearchPatternsRequest(entity="cart", text="a lesson of alice")
    found = patterns.SearchPatterns(search, metadata=showing(BOB)).matches
    assert learned.pattern_ids[0] in {match.pattern.pattern_id for match in found}
    refused = refusal_of(lambda: patterns.DeletePatterns(delete, metadata=showing(BOB)))
    assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "OTHERS_PROPERTY")
    assert learned.pattern_ids[0] in refused.text
    assert patterns.DeletePatterns(delete, metadata=showing(ALICE)).deleted == 1
    seed = next(match.pattern.pattern_id for match in found if match.pattern.client_id == "seed")
    delete = patterns_pb2.DeletePatternsRequest(pattern_ids=[seed])
    assert refusal_of(lambda: patterns.DeletePatterns(delete, metadata=showing(ALICE))).reason == "OTHERS_PROPERTY"
    assert patterns.DeletePatterns(delete, metadata=showing(ADMIN)).deleted == 1


def test_keys_are_changed_without_a_restart_and_a_bad_file_changes_nothing(start_gateway: Any, tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text(file_of(alice=ALICE))
    gateway = start_gateway(API_KEYS_FILE=str(path))

    def let_in(key: str) -> bool:
        try:
            gateway.stub().GetSchemas(pb.GetSchemasRequest(), metadata=showing(key))
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.UNAUTHENTICATED
            return False
        return True

    assert (let_in(ALICE), let_in(BOB)) == (True, False)
    path.write_text(file_of(alice=BOB))
    eventually(lambda: let_in(BOB), "the new key is known")
    assert not let_in(ALICE)
    path.write_text(f"clients:\n  - client: alice\n    sha256: [{ALICE}]\n")
    eventually(lambda: gateway.metric("testdata_api_keys_stale") == 1, "the bad file is noticed")
    assert (let_in(ALICE), let_in(BOB)) == (False, True)
    (line,) = [line for line in gateway.logs() if line["event"] == "api_keys_not_read"]
    assert line["fault"].startswith("clients[0] (alice).sha256[0]: the SHA-256 of a key is needed")
    assert ALICE not in gateway.log_file.read_text()
    path.write_text(file_of(alice=ALICE))
    eventually(lambda: gateway.metric("testdata_api_keys_stale") == 0, "the file is good again")
    assert (let_in(ALICE), let_in(BOB)) == (True, False)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_with_a_bad_file_it_does_not_start_and_says_why_in_one_line(tmp_path: Path, processes: str) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text("clients:\n  - client: a\n    rate: 3\n")
    grpc_port, http_port = map(str, free_ports(2))
    settings = {"GRPC_PORT": grpc_port, "HTTP_PORT": http_port, "GATEWAY_PROCESSES": processes}
    ended = subprocess.run(
        [sys.executable, "-m", "gateway"],
        cwd=REPOSITORY,
        env=environment(API_KEYS_FILE=str(path), **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"gateway: settings: API_KEYS_FILE='{path}': clients[0] (a).sha256: it is needed; ")
    assert "clients[0] (a).rate: there is no setting of this name" in line
