"""`testdata up` answers from stored patterns from its first start on, in the gateway and by its workers."""

import json
from typing import Any

from testdata_agent.client import Client


def test_a_request_with_history_is_answered_from_what_ships_and_a_job_makes_the_same_records(terminal: Any) -> None:
    terminal.screen(terminal.up())
    server = f"localhost:{terminal.grpc_port}"

    with Client(server) as client:
        answer = client.generate("cart", count=5, seed=7, learn_from_history=True)
        assert answer.metadata.generation_path == "rag"
        assert answer.metadata.records_by_path == {"rag": 5}
        job = client.jobs.submit("cart", count=5, seed=7, patterns=answer.patterns)
        assert job.path == "rag"
        assert list(client.jobs.follow(job.job_id)) == answer.records

    found = terminal.run("patterns", "search", "order", "refund", "-n", "1", "--json", f"--server={server}")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["entity"] == "order"
    counted = terminal.run("patterns", "stats", "cart", f"--server={server}")
    assert "index: memory" in counted.stderr
