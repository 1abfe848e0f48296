"""The suites of docs/pytest.md, run as they stand there."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from testdata_agent.testing import TestData
from testdata_agent.testing.process_source import ProcessSource

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[3] / "docs" / "pytest.md").read_text(encoding="utf-8")
SUITES = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("suite", SUITES, ids=[re.findall(r"def (test_\w+)", suite)[0] for suite in SUITES])
def test_a_suite_of_the_page_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, suite: str) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("TESTDATA_SERVER", raising=False)
    pytester.makepyfile(suite)

    outcomes = pytester.runpytest_inprocess("-p", "testdata_agent.pytest_plugin", "--strict-markers").parseoutcomes()
    assert outcomes == {"passed": suite.count("def test_")}


def test_the_command_of_the_page_shows_what_the_test_beside_it_had() -> None:
    words = re.search(r"^`testdata (generate cart .+?)`", PAGE, re.MULTILINE)
    assert words is not None
    (seed,) = set(re.findall(r"seed (\d{10,})", PAGE))
    command = [sys.executable, "-m", "testdata_agent.cli.main", *words[1].split(), "--no-envelope"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    cart = TestData(int(seed), ProcessSource()).one("cart", total="50-100", **{"items.length": 3})
    assert json.loads(shown) == [cart]
