"""What workers count, summed over their processes."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from testdata_agent.stores.jobs import Usage
from tests.integration.gateway.running import REPOSITORY, eventually, free_ports
from tests.unit.worker.site import Site
from worker.metrics import Metrics
from worker.providers.breaker import Breaker, BreakerState
from worker.providers.crowd import Crowd
from worker.providers.models import Asked, Models

#: A process of a worker that holds a batch, and one that answers for both.
HOLDING = """
import sys, time
from pathlib import Path
from worker import metrics
metrics.count_in(Path(sys.argv[1]))
counted = metrics.Metrics()
with counted.working("bulk"):
    counted.breaker("anthropic", "open")
    counted.batch("bulk", "done", 0.1, 5)
    print("held", flush=True)
    time.sleep(600)
"""
SERVING = """
import sys, time
from pathlib import Path
from worker import metrics
metrics.count_in(Path(sys.argv[1]))
counted = metrics.Metrics()
metrics.serve("127.0.0.1", int(sys.argv[2]), Path(sys.argv[1]))
print("serves", flush=True)
time.sleep(600)
"""


def started(code: str, *words: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", code, *words], cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip()
    return process


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_ports(1)[0]
    running = [started(HOLDING, str(tmp_path)), started(SERVING, str(tmp_path), str(port))]
    yield running[0], f"http://127.0.0.1:{port}/metrics"
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def page(url: str) -> dict[str, float]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_what_a_killed_process_held_is_forgotten_and_what_it_counted_is_not(
    processes: tuple[subprocess.Popen[bytes], str],
) -> None:
    holder, url = processes
    before = page(url)
    assert before['testdata_worker_batches_running{queue="bulk"}'] == 1
    assert before['testdata_worker_breaker_open{provider="anthropic"}'] == 1
    assert before["testdata_processes"] == 2
    assert before["process_resident_memory_bytes"] > 2e7
    holder.kill()
    holder.wait()
    eventually(lambda: 'testdata_worker_batches_running{queue="bulk"}' not in page(url), "the batch held by nobody")
    after = page(url)
    assert 'testdata_worker_breaker_open{provider="anthropic"}' not in after
    assert after['testdata_worker_batches_total{outcome="done",queue="bulk"}'] == 1
    assert after["testdata_processes"] == 1
    assert after["process_cpu_seconds_total"] >= before["process_cpu_seconds_total"]


def test_costs_are_counted_where_there_are_prices() -> None:
    metrics = Metrics()
    labels = {"client": "shop", "entity": "cart", "model": "m"}
    metrics.paid("shop", "cart", "m", Usage(input_tokens=10, output_tokens=4))
    assert metrics.registry.get_sample_value("testdata_worker_cost_total", labels) is None
    metrics.paid("shop", "cart", "m", Usage(input_tokens=10, output_tokens=4, cost_micros=2500))
    assert metrics.registry.get_sample_value("testdata_worker_cost_total", labels) == 0.0025


def test_who_made_the_records_of_a_finished_batch_is_counted() -> None:
    metrics = Metrics()
    metrics.finished("llm", {"records_by_path": {"llm": 3, "traditional": 2}, "rejection_reasons": {"duplicate": 1}})
    read = metrics.registry.get_sample_value
    assert read("testdata_worker_records_by_path_total", {"path": "llm", "made_by": "traditional"}) == 2
    assert read("testdata_worker_records_rejected_total", {"path": "llm", "reason": "duplicate"}) == 1


async def test_a_batch_is_counted_as_running_while_it_is(site: Site) -> None:
    with site.metrics.working("bulk"):
        assert site.count("batches_running", queue="bulk") == 1
    assert site.count("batches_running", queue="bulk") == 0


def test_a_breaker_whose_pause_is_over_is_told_without_a_call() -> None:
    class Named:
        name, model = "anthropic", "m"

    now = [0.0]
    breaker, crowd, metrics = Breaker(lambda: now[0]), Crowd(16), Metrics()
    models = Models([Asked(Named(), crowd, breaker)], observer=metrics)  # type: ignore[arg-type]
    breaker.failed(fatal=True)
    crowd.fewer()
    models.tell()
    read = metrics.registry.get_sample_value
    labels = {"provider": "anthropic"}
    assert read("testdata_worker_breaker_open", labels) == 1
    assert read("testdata_worker_model_calls_allowed", labels) == 8
    assert read("testdata_worker_model_calls_running", labels) == 0
    now[0] = 60.0
    assert breaker.state is BreakerState.HALF_OPEN
    models.tell()
    assert read("testdata_worker_breaker_open", labels) == 0.5


def test_the_last_good_answer_of_a_provider_is_dated() -> None:
    metrics = Metrics()
    metrics.called("anthropic", "overloaded", 0.1)
    read = metrics.registry.get_sample_value
    name, labels = "testdata_worker_model_success_timestamp_seconds", {"provider": "anthropic"}
    assert read(name, labels) is None
    metrics.called("anthropic", "ok", 0.1)
    dated = read(name, labels)
    assert dated is not None
    assert abs(dated - time.time()) < 5


def test_a_busy_port_of_the_metrics_is_one_line_that_says_what_to_set(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    code = f"""
import socket
from worker.application import WorkerApp
from worker.settings import Settings
other = socket.socket(); other.bind(("127.0.0.1", {port})); other.listen()
WorkerApp(Settings.load())._serve_metrics()
"""
    settings = {
        "REDIS_URL": "redis://127.0.0.1:1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db",
        "WORKER_METRICS_PORT": str(port),
        "WORKER_METRICS_HOST": "127.0.0.1",
    }
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert "WORKER_METRICS_PORT" in line
