"""Secrets stay where they belong: planted in every setting that holds one, looked for in all that a service says."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import grpc
import pytest

from testdata_agent.client import Client, ClientError, Tls
from testdata_agent.client.arguments import ScenarioArguments
from testdata_agent.client.transport import CHANNEL_OPTIONS
from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1.testdata_pb2_grpc import TestDataServiceStub
from tests.acceptance.planted import Planted, fetched, logs, refusing_weaviate
from tests.certificates import Authority
from tests.postgres import Postgres
from tests.servers import RedisProcess
from tests.standin.faults import Fault
from tests.standin.server import StandIn

ROOT = Path(__file__).parents[2]
FLOWER_PAGES = ("", "workers", "tasks", "broker", "api/workers?refresh=1", "api/tasks", "metrics", "healthcheck")


@pytest.fixture
def planted() -> Planted:
    made = Planted("redis", "database", "claude", "vllm", "weaviate", "flower", "context", "description")
    for name in ("api_key", "unknown_key"):
        made.plant(name, f"tda_{token_hex(22)[:43]}")
    return made


@pytest.fixture
def redis(tmp_path: Path, planted: Planted) -> Any:
    folder = tmp_path / "redis"
    folder.mkdir()
    (folder / "password").write_text(planted["redis"])
    server = RedisProcess(folder)
    server.start()
    yield server
    server.stop()


class Site:
    """All of a service, in trouble, and everything that it said."""

    def __init__(self, terminal: Any, planted: Planted, authority: Authority) -> None:
        self.terminal, self.planted = terminal, planted
        self.said: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.tls = Tls(authority.file)
        self.target = f"localhost:{terminal.grpc_port}"
        self.login = f"operator:{planted['flower']}"

    def client(self) -> Client:
        return Client(self.target, tls=self.tls, api_key=self.planted["api_key"])

    def asked(self, name: str, **more: Any) -> None:
        """Has a model asked for something; how it was refused, or what was answered, is kept."""
        context = f"carts of {self.planted['context']}"
        scenario: ScenarioArguments = {
            "name": "late",
            "count": 1,
            "description": f"deliveries that {self.planted['description']} awaits",
        }
        with self.client() as client:
            try:
                answer = client.generate("cart", count=2, context=context, scenarios=[scenario], **more)
                self.answers[name] = str(answer.metadata)
            except ClientError as error:
                self.answers[name] = f"{error!r} {error.__cause__!r} {_trailers(error)}"

    def look(self, moment: str) -> None:
        """Reads all pages."""
        for path in ("/health", "/health/ready", "/metrics"):
            self.said[f"{moment} {path}"] = fetched(f"http://localhost:{self.terminal.http_port}{path}")
        for path in FLOWER_PAGES:
            address = f"http://127.0.0.1:{self.terminal.flower_port}/{path}"
            self.said[f"{moment} flower/{path}"] = fetched(address, self.login)
            self.said[f"{moment} flower/{path} to a stranger"] = fetched(address)
        with self.client() as client:
            self.said[f"{moment} HealthCheck"] = str(client.health())

    def look_at_workers(self) -> None:
        """Reads their settings, as Flower shows them."""
        for worker in self.flower("api/workers"):
            address = f"http://127.0.0.1:{self.terminal.flower_port}/worker/{worker}"
            self.said[f"flower/worker/{worker}"] = fetched(address, self.login)

    def flower(self, path: str) -> Any:
        """What Flower's API says; empty while it cannot."""
        try:
            return json.loads(
                fetched(f"http://127.0.0.1:{self.terminal.flower_port}/{path}", self.login).split("\n\n")[1]
            )
        except (OSError, ValueError, IndexError):
            return {}


def _trailers(error: ClientError) -> str:
    cause = error.__cause__
    return str(cause.trailing_metadata()) if isinstance(cause, grpc.RpcError) else ""


@pytest.mark.timeout(300)
def test_nothing_that_a_service_in_trouble_says_has_a_secret_in_it(
    terminal: Any, planted: Planted, redis: RedisProcess, postgres: Postgres, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    own = authority.issue("server")
    planted.plant("tls", own.key_file.read_text().splitlines()[1])
    keys_file = tmp_path / "keys.yaml"
    digest = sha256(planted["api_key"].encode()).hexdigest()
    keys_file.write_text(f"clients:\n  - client: tester\n    sha256: ['{digest}']\n")
    site = Site(terminal, planted, authority)
    with StandIn() as model, refusing_weaviate() as (weaviate, keys), postgres.guarded(planted["database"]) as url:
        up = terminal.up(
            LOG_LEVEL="debug",
            REDIS_URL=redis.url,
            DATABASE_URL=url,
            ANTHROPIC_API_KEY=planted["claude"],
            ANTHROPIC_BASE_URL=model.url,
            VLLM_BASE_URL=f"{model.url}/v1",
            VLLM_MODEL="local",
            VLLM_API_KEY=planted["vllm"],
            WEAVIATE_URL=weaviate,
            WEAVIATE_GRPC_URL="http://127.0.0.1:9",
            WEAVIATE_API_KEY=planted["weaviate"],
            FLOWER_BASIC_AUTH=site.login,
            API_KEYS_FILE=str(keys_file),
            TLS_CERT_FILE=str(own.cert_file),
            TLS_KEY_FILE=str(own.key_file),
        )
        site.said["screen"] = "\n".join(terminal.screen(up))
        terminal.until(lambda: len(site.flower("api/workers?refresh=1")) == 2)

        site.asked("in peace")
        model.always = Fault.BAD_REQUEST
        site.asked("a request that the model refuses", method="llm")
        model.always = Fault.UNAUTHORIZED
        site.asked("no key of the model's", method="llm")
        model.always = None
        site.look("in peace")
        site.look_at_workers()
        redis.kill()
        site.asked("no redis", method="llm", timeout_seconds=5)
        site.look("no redis")
        redis.start()
        postgres.stop()
        site.asked("no database", method="llm", timeout_seconds=5)
        site.look("no database")
        postgres.start()
        bad = grpc.secure_channel(site.target, site.tls.credentials(), CHANNEL_OPTIONS)
        with bad, pytest.raises(grpc.RpcError) as refused:
            metadata = (("authorization", f"Bearer {planted['unknown_key']}"), ("x-api-key", planted["unknown_key"]))
            TestDataServiceStub(bad).GenerateData(pb.GenerateRequest(entity="cart"), metadata=metadata)
        site.answers["an unknown key"] = f"{refused.value!r} {refused.value.trailing_metadata()}"
        terminal.until(lambda: site.flower("api/tasks"))
        up.terminate()
        up.wait()
        site.said["stdout"], site.said["stderr"] = up.stdout.read(), up.stderr.read()
        site.said |= logs(tmp_path / "state")

    # They were all used, and what was read is what was said.
    assert f"Bearer {planted['weaviate']}" in keys
    assert model.outcomes["401"] and model.outcomes["400"]
    assert {"gateway.log", "worker-model.log", "worker-bulk.log", "flower.log"} <= site.said.keys()
    assert '"client":"tester"' in site.said["gateway.log"]
    assert "UNKNOWN_API_KEY" in site.said["gateway.log"]
    assert "testdata_requests_total" in site.said["in peace /metrics"]
    assert "testdata.batch" in site.said["in peace flower/api/tasks"]
    settings = [text for place, text in site.said.items() if place.startswith("flower/worker/")]
    assert settings and all("broker_url" in text for text in settings)
    assert "told to fail: 401" in site.answers["no key of the model's"]
    assert planted.seen_in(site.said) == []
    # What a caller said may come back to that caller.
    for own_words in ("context", "description"):
        planted.forget(own_words)
    assert planted.seen_in(site.answers) == []


@pytest.mark.parametrize("program", ["gateway", "worker", "migrate", "up"])
def test_an_address_that_cannot_be_read_is_one_line_that_does_not_repeat_it(
    terminal: Any, planted: Planted, program: str
) -> None:
    commands = {
        "gateway": ["-m", "gateway"],
        "worker": ["-m", "celery", "-A", "worker", "worker", "-P", "threads"],
        "migrate": ["-m", "testdata_agent.cli.main", "migrate"],
        "up": ["-m", "testdata_agent.cli.main", "up"],
    }
    database = f"postgresql://user:half@{planted['database']}@127.0.0.1:1/name"
    ended = subprocess.run(
        [sys.executable, *commands[program]],
        env=terminal.environment(REDIS_URL="redis://127.0.0.1:1/0", DATABASE_URL=database),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in {1, 2}
    (line,) = [line for line in ended.stderr.splitlines() if "DATABASE_URL" in line]
    assert "in a password, @ is written %40" in line
    assert "Traceback" not in ended.stderr
    assert planted.seen_in({"stdout": ended.stdout, "stderr": ended.stderr} | logs(terminal.folder / "state")) == []
