"""Flower as an operator sees it, in a real browser: the tasks that were done, and no word of what they were about."""

import base64
import http.client
import json
from typing import Any

import pytest

from tests.acceptance.chromium import browser, dom

LOGIN = "operator:of-the-night"
SECRET = "carts of the customer Wilhelmina Quackenbush"


@pytest.fixture
def program() -> str:
    return browser()


def api(terminal: Any, path: str) -> Any:
    """An answer of its API; empty while it starts."""
    line = http.client.HTTPConnection("127.0.0.1", terminal.flower_port, timeout=10)
    try:
        line.request("GET", path, headers={"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()})
        answer = line.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())
    except ConnectionRefusedError:
        return {}
    finally:
        line.close()


def test_a_finished_task_is_seen_and_nothing_of_the_request(terminal: Any, program: str) -> None:
    terminal.screen(terminal.up(FLOWER_BASIC_AUTH=LOGIN))
    server = f"--server=localhost:{terminal.grpc_port}"
    terminal.until(lambda: api(terminal, "/api/workers?refresh=1"))
    submitted = terminal.run("jobs", "submit", "cart", "-n", "20", "--context", SECRET, "--seed", "7", server)
    job = submitted.stdout.strip()
    records = terminal.run("jobs", "watch", job, server)
    assert records.returncode == 0, records.stderr

    def finished() -> dict[str, Any]:
        return {key: task for key, task in api(terminal, "/api/tasks").items() if task["state"] == "SUCCESS"}

    terminal.until(finished)
    (key, task), *_ = finished().items()
    assert job in task["kwargs"]

    folder = terminal.folder / "browser"
    place = f"http://{LOGIN}@127.0.0.1:{terminal.flower_port}"
    pages = {path: dom(program, f"{place}/{path}", folder) for path in ("tasks", f"task/{key}", "workers", "broker")}
    assert key in pages["tasks"]
    assert "testdata.batch" in pages["tasks"]
    assert "SUCCESS" in pages["tasks"]
    assert job in pages[f"task/{key}"]
    everything = (
        json.dumps(api(terminal, "/api/tasks")) + json.dumps(api(terminal, "/api/workers")) + "".join(pages.values())
    )
    for word in ("Wilhelmina", "cart_id", json.loads(records.stdout.splitlines()[0])["cart_id"]):
        assert word not in everything
