"""What users install: testdata_agent with its data, and nothing that would overwrite theirs."""

import email
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with ZipFile(built) as opened:
        yield opened


def metadata(wheel: ZipFile) -> email.message.Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(wheel.read(name))


def test_it_holds_one_package(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"testdata_agent"}


def test_it_holds_every_file_of_the_package(wheel: ZipFile) -> None:
    present = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "testdata_agent").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert present <= set(wheel.namelist())


def test_it_says_that_its_types_may_be_read(wheel: ZipFile) -> None:
    assert "testdata_agent/py.typed" in wheel.namelist()


def test_it_carries_its_licences(wheel: ZipFile) -> None:
    names = {Path(name).name for name in wheel.namelist() if "/licenses/" in name}
    assert names == {"LICENSE", "NOTICE"}
    assert metadata(wheel)["License-Expression"] == "MIT"


def test_it_runs_on_the_pythons_that_are_supported(wheel: ZipFile) -> None:
    assert set(metadata(wheel)["Requires-Python"].split(",")) == {">=3.11", "<3.15"}


def test_it_installs_the_command_and_the_pytest_plugin(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "testdata = testdata_agent.cli.main:main" in wheel.read(name).decode()
    assert "[pytest11]\ntestdata = testdata_agent.pytest_plugin" in wheel.read(name).decode()
