"""The clients of examples/ that speak to the service through generated stubs, run as their README says."""

import os
import shutil
from pathlib import Path
from subprocess import run

import pytest

from testdata_agent import generate

ROOT = Path(__file__).parents[2]
#: Installing and compiling on a machine that has done neither before.
PATIENCE_SECONDS = 900


def copy_of(name: str, folder: Path) -> Path:
    """An example where it may be installed, with the contract where it looks for it."""
    shutil.copytree(ROOT / "protos", folder / "protos")
    example = folder / "examples" / name
    shutil.copytree(ROOT / "examples" / name, example, ignore=shutil.ignore_patterns("gen", "node_modules"))
    return example


def said(folder: Path, *words: str) -> list[str]:
    """What a command prints, line by line."""
    done = run(words, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def _environment() -> dict[str, str]:
    """This one, with buf and a Go on the path."""
    tools = (["tools/buf"], ["tools/go-tool", "go"])
    programs = [run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() for words in tools]
    path = os.pathsep.join([*(str(Path(program).parent) for program in programs), os.environ["PATH"]])
    return {**os.environ, "PATH": path}


def check(lines: list[str]) -> None:
    """Whether a program saw what every client sees."""
    totals = " ".join(f"{cart['total']:g}" for cart in generate("cart", count=3, seed=7))
    carts, refused, count, entity, users, orders = lines
    assert carts == f"3 carts, path traditional, seed 7: {totals}"
    assert refused == "refused: InvalidArgument, INVALID_REQUEST"
    assert count.startswith("  count: INVALID_COUNT: ")
    assert entity.startswith("  entity: UNKNOWN_ENTITY: unknown entity 'crat'; did you mean 'cart'?")
    assert users == "2500 users streamed"
    assert orders == "1500 orders of a job, SUCCEEDED"


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_a_node_client(target: str, tmp_path: Path) -> None:
    example = copy_of("node", tmp_path)
    said(example, "npm", "ci", "--silent", "--no-fund", "--no-audit")
    said(example, "npm", "run", "--silent", "stubs")
    check(said(example, "node", "main.js", target))


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_a_go_client(target: str, tmp_path: Path) -> None:
    example = copy_of("go", tmp_path)
    said(example, "go", "generate", "./...")
    check(said(example, "go", "run", ".", target))
