"""What the full set adds, as far as it can be run here: Weaviate, which the gateway then asks, and Prometheus.

Grafana and the trace collector are only read by Compose (test_config.py): no stand-in can be made of them.
"""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from testdata_agent.client import Client
from tests.compose.stack import Stack

# Containers take their time on a busy machine.
pytestmark = pytest.mark.timeout(600)

ASK_WITHOUT_A_KEY = """
import urllib.error, urllib.request
try:
    print(urllib.request.urlopen("http://weaviate:8080/v1/schema", timeout=5).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@pytest.fixture(scope="module")
def wider(stack: Stack) -> Iterator[Stack]:
    """The small set with the two beside it."""
    stack.set(STACK_WEAVIATE_URL="http://weaviate:8080")
    stack.up("weaviate", "prometheus", "gateway")
    yield stack
    stack.compose("rm", "--stop", "--force", "--volumes", "weaviate", "prometheus")
    stack.set(STACK_WEAVIATE_URL="")
    stack.up()


@pytest.fixture
def client(wider: Stack) -> Iterator[Client]:
    with wider.client() as opened:
        yield opened


def test_patterns_are_found_by_weaviate_which_lets_in_who_has_the_key(wider: Stack, client: Client) -> None:
    wider.eventually(lambda: client.health().components["patterns"] == "weaviate", "patterns in Weaviate")
    carts = client.generate("cart", count=5, seed=7, learn_from_history=True)
    assert (len(carts), carts.metadata.generation_path) == (5, "rag")
    assert wider.compose("exec", "-T", "gateway", "python", "-c", ASK_WITHOUT_A_KEY).strip() == "401"


def test_prometheus_finds_every_process_and_the_alerts(wider: Stack, client: Client) -> None:
    assert len(client.generate("cart", count=3)) == 3

    def targets() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for target in _ask(wider, "targets")["activeTargets"]:
            found.setdefault(target["labels"]["job"], []).append(target["health"])
        return found

    wanted = {"testdata-gateway": ["up"], "testdata-worker": ["up", "up"], "prometheus": ["up"]}
    wider.eventually(lambda: targets() == wanted, lambda: f"targets: {targets()}")
    wider.eventually(lambda: _value(wider, "sum(testdata_requests_total)") > 0, "counted calls")
    assert _value(wider, "count(count by (instance) (testdata_worker_queue_depth))") == 2
    rules = [rule for group in _ask(wider, "rules")["groups"] for rule in group["rules"]]
    assert rules
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}


def _ask(stack: Stack, path: str) -> Any:
    url = f"http://127.0.0.1:{stack.settings['PROMETHEUS_PORT']}/api/v1/{path}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


def _value(stack: Stack, expression: str) -> float:
    result = _ask(stack, f"query?{urllib.parse.urlencode({'query': expression})}")["result"]
    return float(result[0]["value"][1]) if result else 0.0
