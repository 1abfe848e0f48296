"""The suite of examples/pytest_suite passes, and fails where the shop is broken, with what has it again."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[2] / "examples" / "pytest_suite"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SUITE, tmp_path / "suite", ignore=shutil.ignore_patterns("__pycache__")))


def run(suite: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-p", "testdata_agent.pytest_plugin", "-p", "no:cacheprovider", *words]
    variables = {name: value for name, value in os.environ.items() if name != "TESTDATA_SERVER"}
    variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(command, cwd=suite, env=variables, capture_output=True, text=True, check=False)


def test_it_passes(suite: Path) -> None:
    done = run(suite, "-q", "-W", "error", "--strict-markers")
    assert re.search(r"^9 passed", done.stdout, re.MULTILINE), done.stdout


def test_a_broken_shop_is_found_and_the_data_had_again(suite: Path) -> None:
    shop = suite / "shop.py"
    text = shop.read_text()
    assert text.count("< FREE_SHIPPING_FROM") == 1
    shop.write_text(text.replace("< FREE_SHIPPING_FROM", "< 2 * FREE_SHIPPING_FROM"))

    first = run(suite)
    again = re.search(r"^again: pytest (\S+) --testdata-seed (\d+)$", first.stdout, re.MULTILINE)
    assert again is not None, first.stdout
    assert again[1] == "test_checkout.py::test_a_cart_of_fifty_dollars_is_sent_for_nothing"
    second = run(suite, again[1], "--testdata-seed", again[2])
    fault = re.compile(r"^E +(?:AssertionError: )?(assert .+)$", re.MULTILINE)
    assert fault.findall(second.stdout) == fault.findall(first.stdout)[:1] != []
