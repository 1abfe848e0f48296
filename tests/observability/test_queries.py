"""Dashboards and alerts ask for what gateway and worker really expose, in queries that Prometheus takes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.observability.conftest import Used
from tests.observability.reading import (
    ALERTS,
    DASHBOARDS,
    OWN,
    ROOT,
    SCRAPED,
    Exposed,
    Query,
    alert_queries,
    dashboard_queries,
    panels,
)

QUERIES = [*dashboard_queries(), *alert_queries()]


@pytest.fixture(scope="session")
def exposed(used: Used) -> Exposed:
    return Exposed(used.gateway, used.worker, used.secured)


@pytest.fixture(scope="session")
def promtool() -> str:
    return subprocess.run([ROOT / "tools/promtool"], check=True, capture_output=True, text=True).stdout.strip()


def test_every_metric_that_is_asked_for_is_exposed(exposed: Exposed) -> None:
    asked = {name for query in QUERIES for name, _ in query.selected}
    assert len(asked) > 40
    assert asked - exposed.names - OWN == set()


def test_every_label_that_is_asked_for_is_one_of_the_metric_s(exposed: Exposed) -> None:
    wrong = []
    for query in QUERIES:
        there = set(SCRAPED)
        for name, labels in query.selected:
            if name in OWN:
                continue
            assert name in exposed.labels, f"{name}: nothing counted it"
            there |= exposed.labels[name]
            wrong += [f"{query.place}: {name} has no {label}" for label in labels - exposed.labels[name] - SCRAPED]
        wrong += [f"{query.place}: nothing has {label}" for label in query.grouped - there]
    assert wrong == []


def test_every_label_in_a_legend_is_one_that_is_left(exposed: Exposed) -> None:
    wrong = []
    for path in DASHBOARDS:
        for panel in panels(json.loads(path.read_text(encoding="utf-8"))):
            for target in panel["targets"]:
                query = Query(panel["title"], target["expr"])
                kept = (
                    set(query.grouped)
                    if query.grouped
                    else set().union(*[exposed.labels[n] for n, _ in query.selected])
                )
                named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
                wrong += [f"{panel['title']}: {label}" for label in named - kept - SCRAPED]
    assert wrong == []


def test_labels_are_documented_as_they_are(exposed: Exposed) -> None:
    rows = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \| ((?:`\w+`(?:, )?)*) ?\|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 40
    for names, labels in rows:
        for name in re.findall(r"`(\w+)`", names):
            has = exposed.labels[name] | (exposed.labels[f"{name}_bucket"] - {"le"})
            assert has == set(re.findall(r"`(\w+)`", labels)), name


def test_prometheus_takes_every_query(promtool: str, tmp_path: Path) -> None:
    made = [{"record": f"query:{number}", "expr": query.plain} for number, query in enumerate(QUERIES)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": made}]}), encoding="utf-8")
    ended = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert f"{len(QUERIES)} rules found" in ended.stdout


def test_prometheus_takes_its_settings_and_the_alerts(promtool: str) -> None:
    for what, file in (("config", ALERTS.parent / "prometheus.yml"), ("rules", ALERTS)):
        ended = subprocess.run([promtool, "check", what, file], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr


def test_the_dashboards_are_what_their_sources_say() -> None:
    words = [sys.executable, "-m", "tools.build_dashboards", "--check"]
    assert subprocess.run(words, cwd=ROOT, check=False).returncode == 0


def test_panels_lie_side_by_side_and_their_names_tell_them_apart() -> None:
    for path in DASHBOARDS:
        dashboard = json.loads(path.read_text(encoding="utf-8"))
        taken: set[tuple[int, int]] = set()
        for panel in dashboard["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            assert at["x"] + at["w"] <= 24
            assert not taken & cells, panel["title"]
            taken |= cells
        assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
