"""The gateway's image, as it is deployed: nobody's user, and nothing to write to."""

import subprocess
import threading
import time
from pathlib import Path

from pytest_docker_tools.wrappers import Container

from testdata_agent import generate
from testdata_agent.client import Client
from tests.docker.containers import GATEWAY_IMAGE
from tests.docker.layers import compressed_bytes

#: What python:3.13-slim-bookworm weighs in a registry, rounded up; with it the image is to stay under 150 MB.
BASE_BYTES = 50_000_000


def test_a_gateway_in_its_container_is_healthy_and_gives_the_bytes_of_the_library(gateway_container: Container) -> None:
    host, port = gateway_container.get_addr("9091/tcp")
    with Client(f"{host}:{port}") as client:
        assert list(client.generate("cart", count=20, seed=7)) == list(generate("cart", count=20, seed=7))
    until = time.monotonic() + 60
    while (health := _health(gateway_container)) != "healthy":
        assert time.monotonic() < until, health
        time.sleep(0.5)


def test_the_image_runs_as_nobody_in_particular_and_holds_no_sdk_of_a_model(gateway_container: Container) -> None:
    assert gateway_container.exec_run("id -u").output == b"10001\n"
    found = "import importlib.util as i; print([n for n in ('anthropic', 'openai', 'worker', 'pip') if i.find_spec(n)])"
    assert gateway_container.exec_run(["python", "-c", found]).output == b"[]\n"


def test_the_image_weighs_no_more_than_150_megabytes_packed(tmp_path: Path) -> None:
    assert compressed_bytes(GATEWAY_IMAGE, tmp_path) < 150_000_000 - BASE_BYTES


def test_a_gateway_that_is_told_to_end_finishes_its_calls_first(gateway_container: Container) -> None:
    """As the first process of its container, which the kernel spares signals that nobody handles."""
    host, port = gateway_container.get_addr("9091/tcp")
    stop = threading.Thread(target=_stop, args=(gateway_container.id,))
    with Client(f"{host}:{port}") as client:
        users = iter(client.stream("user", count=60_000, seed=7))
        next(users)
        stop.start()
        assert sum(1 for _ in users) == 59_999
    stop.join()
    gateway_container.reload()
    assert (gateway_container.status, gateway_container.attrs["State"]["ExitCode"]) == ("exited", 0)


def _stop(container: str) -> None:
    subprocess.run(["docker", "stop", "--time", "40", container], check=True, capture_output=True)


def _health(container: Container) -> str:
    container.reload()
    return str(container.attrs["State"]["Health"]["Status"])
