"""The stubs that are checked in are those that the contract gives."""

import shutil
from pathlib import Path
from subprocess import run
from sys import executable

ROOT = Path(__file__).parents[2]


def check(root: Path) -> tuple[int, str]:
    done = run([executable, root / "tools" / "protos.py", "--check"], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def copy_of_the_contract(folder: Path) -> Path:
    for part in ("protos", "testdata_agent/v1"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "protos.py", folder / "tools")
    return folder


def test_the_stubs_are_up_to_date() -> None:
    assert check(ROOT) == (0, "")


def test_a_contract_that_was_changed_without_its_stubs_is_named(tmp_path: Path) -> None:
    root = copy_of_the_contract(tmp_path)
    contract = root / "protos" / "testdata_agent" / "v1" / "testdata.proto"
    contract.write_text(contract.read_text().replace("int64 first_row = 25", "int64 first_row = 99"))
    code, told = check(root)
    assert code == 1
    assert "testdata_agent/v1/testdata_pb2.py is not what protos/ gives: run `make protos`" in told


def test_a_stub_that_belongs_to_no_contract_is_named(tmp_path: Path) -> None:
    root = copy_of_the_contract(tmp_path)
    (root / "testdata_agent" / "v1" / "nobody_pb2.py").touch()
    assert check(root) == (1, "testdata_agent/v1/nobody_pb2.py is not what protos/ gives: run `make protos`\n")
