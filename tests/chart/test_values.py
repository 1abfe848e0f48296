"""The chart's own papers are true: what its values are called, take and mean, and which settings there are."""

import json
import re
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
import yaml
from flower.options import options
from jsonschema import Draft7Validator

from testdata_agent import __version__
from tests.chart.matrix import MONITORING
from tests.chart.rendering import CHART, ROOT, helm, merged, render
from tools.chart import LEFT_OUT, settings, values, variables_of_templates

SCHEMA: Any = json.loads((CHART / "values.schema.json").read_text("utf-8"))


def test_what_is_made_is_up_to_date() -> None:
    done = run(
        [".venv/bin/python", "-m", "tools.chart", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_chart_and_program_are_of_one_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))

    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)


def test_every_value_says_what_it_means() -> None:
    assert [path for path, _, comment in values() if not comment] == []


def test_every_setting_of_the_service_has_a_value_or_a_reason_why_not() -> None:
    known = SCHEMA["properties"]["settings"]["properties"].keys() | variables_of_templates() | LEFT_OUT.keys()

    assert settings().keys() - known == set()


def test_every_variable_that_the_chart_sets_is_one_that_a_program_reads() -> None:
    flowers = {name for name in variables_of_templates() if name.removeprefix("FLOWER_").lower() in options}
    clients = set(re.findall(r"TESTDATA_[A-Z_]+", (ROOT / "testdata_agent/client/environment.py").read_text("utf-8")))

    assert variables_of_templates() - settings().keys() - flowers - clients == {"TESTDATA_SERVER"}


def test_no_secret_may_be_written_into_the_settings() -> None:
    secrets = {name for name, limits in settings().items() if limits is None}

    assert secrets
    assert not secrets & SCHEMA["properties"]["settings"]["properties"].keys()


def _closed(schema: Any, path: str = "") -> list[str]:
    """Objects with named fields that take others, too."""
    if not isinstance(schema, dict):
        return []
    open_here = [path] if "properties" in schema and schema.get("additionalProperties") is not False else []
    return open_here + [found for key, part in schema.items() for found in _closed(part, f"{path}/{key}")]


def test_a_value_that_there_is_not_is_refused_wherever_it_stands() -> None:
    assert _closed(SCHEMA) == []


@pytest.mark.parametrize("path", [path for path, default, _ in values() if default is not None])
def test_every_value_is_one_that_the_schema_knows(path: str) -> None:
    """By giving it what it cannot be."""
    wrong: Any = [[]]
    for name in reversed(path.split(".")):
        wrong = {name: wrong}

    defaults = yaml.safe_load((ROOT / "helm" / "values.yaml").read_text("utf-8"))
    whole = merged(defaults, wrong)

    faulty = ["/".join(map(str, error.absolute_path)) for error in Draft7Validator(SCHEMA).iter_errors(whole)]
    assert [place for place in faulty if place.startswith(path.replace(".", "/"))] == faulty != []


def test_the_alerts_and_dashboards_are_those_that_are_tested() -> None:
    rendered = render(MONITORING)
    alerts = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text("utf-8"))
    dashboards = {
        path.name: path.read_text("utf-8") for path in (ROOT / "deploy" / "grafana" / "dashboards").glob("*.json")
    }
    held = rendered.the("ConfigMap", "-dashboards")

    assert alerts["groups"]
    assert rendered.the("PrometheusRule")["spec"] == alerts
    assert dashboards
    assert held["data"] == dashboards
    assert held["metadata"]["labels"]["grafana_dashboard"] == "1"


def test_the_chart_can_be_packed_and_is_the_same_then(tmp_path: Path) -> None:
    run([helm(), "package", str(CHART), "--destination", str(tmp_path)], check=True, capture_output=True)
    (packed,) = tmp_path.glob("test-data-agent-*.tgz")
    words = ["template", "tda", "--namespace=qa", "--set=image.registry=registry.test/qa,existingSecret=testdata"]
    both = [run([helm(), *words, str(chart)], check=True, capture_output=True).stdout for chart in (CHART, packed)]

    assert both[0] == both[1]
