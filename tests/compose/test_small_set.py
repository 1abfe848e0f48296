"""The small set, used and disturbed as it will be."""

import base64
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from testdata_agent import generate
from testdata_agent.client import Client
from tests.compose.stack import Stack

# Containers take their time on a busy machine.
pytestmark = pytest.mark.timeout(600)

OURS = ("gateway", "worker-bulk", "worker-model", "flower")


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    stack.settle()
    with stack.client() as opened:
        yield opened


def test_a_call_gives_the_bytes_of_the_library(client: Client) -> None:
    assert list(client.generate("cart", count=20, seed=7)) == list(generate("cart", count=20, seed=7))
    health = client.health()
    assert (health.status, health.components["redis"], health.components["jobs"]) == ("healthy", "operational", "kept")
    assert health.components["worker"].startswith("2 running")


def test_a_job_goes_through_queue_workers_and_streams(client: Client) -> None:
    job = client.jobs.submit("user", count=3_000, seed=7)
    assert list(client.jobs.follow(job.job_id)) == list(generate("user", count=3_000, seed=7))


@pytest.mark.parametrize("service", [*OURS, "redis", "postgres"])
def test_every_container_is_as_bounded_as_the_file_says(stack: Stack, service: str) -> None:
    shown = stack.inspect(service)
    host = shown["HostConfig"]
    assert (host["ReadonlyRootfs"], host["CapDrop"], host["SecurityOpt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert min(host["Memory"], host["NanoCpus"], host["PidsLimit"]) > 0
    assert stack.compose("exec", "-T", service, "id", "-u").strip() in ("10001", "999")
    assert stack.compose("exec", "-T", service, "sh", "-c", "touch /etc/written 2>&1 || echo refused").endswith(
        "refused\n"
    )


def test_the_stores_ask_for_their_passwords_and_have_no_way_out(stack: Stack) -> None:
    ping = "env -u REDISCLI_AUTH -u VALKEYCLI_AUTH valkey-cli ping 2>&1; true"
    assert "NOAUTH" in stack.compose("exec", "-T", "redis", "sh", "-c", ping)
    enter = "PGPASSWORD=wrong psql -h postgres -U testdata -c 'select 1' 2>&1; true"
    assert "password authentication failed" in stack.compose("exec", "-T", "postgres", "sh", "-c", enter)
    for service in ("redis", "postgres"):
        shown = stack.inspect(service)
        assert list(shown["NetworkSettings"]["Networks"]) == [f"{stack.settings['COMPOSE_PROJECT_NAME']}_stores"]
        assert not [port for port in shown["NetworkSettings"]["Ports"].values() if port]
        command = stack.compose("exec", "-T", service, "sh", "-c", "cat /proc/1/cmdline")
        assert stack.settings["REDIS_PASSWORD"] not in command


def test_flower_shows_the_workers_to_who_has_the_login(stack: Stack) -> None:
    url = f"http://127.0.0.1:{stack.settings['FLOWER_PORT']}/workers"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(url, timeout=10)
    login = base64.b64encode(stack.settings["FLOWER_BASIC_AUTH"].encode()).decode()
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})

    def both() -> bool:
        with urllib.request.urlopen(request, timeout=10) as answer:
            page: str = answer.read().decode()
        return page.count("celery@") >= 2

    stack.eventually(both, "both workers on Flower's page")


def test_a_restart_of_redis_in_mid_job_costs_no_record_and_keeps_what_was_made(stack: Stack, client: Client) -> None:
    before = client.jobs.submit("cart", count=50, seed=1)
    client.jobs.wait(before.job_id, seconds=60)
    job = client.jobs.submit("user", count=60_000, seed=3)
    rows = iter(client.jobs.follow(job.job_id))
    first = next(rows)
    stack.compose("restart", "redis")
    assert [first, *rows] == list(generate("user", count=60_000, seed=3))
    assert list(client.jobs.follow(before.job_id)) == list(generate("cart", count=50, seed=1))


def test_a_gateway_that_is_restarted_finishes_its_calls_and_is_found_again(stack: Stack, client: Client) -> None:
    job = client.jobs.submit("user", count=20_000, seed=4)
    calls = iter(client.stream("user", count=60_000, seed=4))
    got = [next(calls)]
    restart = threading.Thread(target=stack.compose, args=("restart", "gateway"))
    restart.start()
    got.extend(calls)
    restart.join()
    assert len(got) == 60_000
    assert list(client.jobs.follow(job.job_id)) == list(generate("user", count=20_000, seed=4))


def test_more_workers_can_be_had(stack: Stack, client: Client) -> None:
    stack.up("--no-recreate", "--scale", "worker-bulk=2", "worker-bulk")
    assert len(stack.containers("worker-bulk")) == 2
    stack.eventually(lambda: client.health().components["worker"].startswith("3 running"), "three workers")
    stack.up("--no-recreate", "--scale", "worker-bulk=1", "worker-bulk")


def test_parts_that_are_told_to_end_do_so_in_time_and_in_order(stack: Stack, client: Client) -> None:
    job = client.jobs.submit("user", count=40_000, seed=5)
    begun = iter(client.jobs.follow(job.job_id))
    next(begun)
    start = time.monotonic()
    stack.compose("stop", *OURS)
    assert time.monotonic() - start < 40
    assert {service: stack.inspect(service)["State"]["ExitCode"] for service in OURS} == dict.fromkeys(OURS, 0)
    stack.up()
    assert list(client.jobs.follow(job.job_id)) == list(generate("user", count=40_000, seed=5))
