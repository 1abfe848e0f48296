"""The gateway's image, as it is deployed: nobody's user, and nothing to write to."""

import time

from pytest_docker_tools.wrappers import Container

from testdata_agent import generate
from testdata_agent.client import Client


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


def _health(container: Container) -> str:
    container.reload()
    return str(container.attrs["State"]["Health"]["Status"])
