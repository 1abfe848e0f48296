"""`testdata up` reads its settings from the environment first and from `.env` second."""

from pathlib import Path

import pytest

from testdata_agent.cli.faults import Mistake
from testdata_agent.cli.settings import UpSettings

NO_FILE = Path("there-is-no-such-file")


def test_nothing_set_means_the_ports_that_users_know() -> None:
    settings = UpSettings.read({}, NO_FILE)

    assert (settings.grpc_port, settings.http_port) == (9091, 8091)
    assert settings.home == Path.home() / ".local" / "share" / "testdata-agent"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("# ports\nGRPC_PORT=1001\nexport HTTP_PORT='1002' # probes\nOTHER=x\nEMPTY=\n")

    settings = UpSettings.read({"GRPC_PORT": "2001", "HTTP_PORT": ""}, dotenv)

    assert (settings.grpc_port, settings.http_port) == (2001, 1002)


def test_the_state_folder_is_testdata_home_else_below_xdg_data_home(tmp_path: Path) -> None:
    assert UpSettings.read({"XDG_DATA_HOME": str(tmp_path)}, NO_FILE).home == tmp_path / "testdata-agent"
    both = {"XDG_DATA_HOME": "/elsewhere", "TESTDATA_HOME": str(tmp_path)}
    assert UpSettings.read(both, NO_FILE).home == tmp_path


def test_two_that_would_listen_on_one_port_are_named() -> None:
    with pytest.raises(Mistake, match=r"^HTTP_PORT and FLOWER_PORT: both are 5555$"):
        UpSettings.read({"HTTP_PORT": "5555"}, NO_FILE)


def test_every_variable_with_a_bad_value_is_named() -> None:
    with pytest.raises(Mistake) as refused:
        UpSettings.read({"GRPC_PORT": "high", "HTTP_PORT": "70000"}, NO_FILE)

    assert [line.split(":")[0] for line in refused.value.lines] == ["GRPC_PORT='high'", "HTTP_PORT='70000'"]
