"""How the parts of a server on one machine are set up beside each other."""

from pathlib import Path

import pytest

from testdata_agent.cli.service.home import Home
from testdata_agent.cli.service.parts import Parts
from testdata_agent.cli.settings import UpSettings


@pytest.mark.parametrize(("asked", "given"), [({}, ["0", "0"]), ({"WORKER_METRICS_PORT": "9100"}, ["9100", "9101"])])
def test_each_worker_has_a_port_of_its_own_for_its_metrics(
    tmp_path: Path, asked: dict[str, str], given: list[str]
) -> None:
    settings = UpSettings.read(asked, tmp_path / ".env")
    parts = Parts(Home(tmp_path), settings, asked, [])
    assert [part.child.environment["WORKER_METRICS_PORT"] for part in parts.workers()] == given
