"""Reads dashboards, alerts, queries and what processes expose."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
DASHBOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))

#: Labels that Prometheus gives to what it scrapes.
SCRAPED = frozenset({"instance", "job", "namespace"})
#: Metrics that are Prometheus' own.
OWN = frozenset({"up", "ALERTS"})

_NAMED = re.compile(r"\b(testdata_\w+|process_\w+|up|ALERTS)\b(?:\s*\{([^}]*)\})?")
_GROUPED = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


@dataclass(frozen=True)
class Query:
    """A query, and where it stands."""

    place: str
    expr: str

    @property
    def plain(self) -> str:
        """As Prometheus takes it: Grafana's variables have values."""
        expr = self.expr.replace("$__rate_interval", "5m").replace("$__range", "1h")
        return expr.replace("$namespace", ".*")

    @property
    def selected(self) -> list[tuple[str, frozenset[str]]]:
        """Metrics with the labels that they are chosen by."""
        return [(name, frozenset(_LABEL.findall(inside))) for name, inside in _NAMED.findall(self.expr)]

    @property
    def grouped(self) -> frozenset[str]:
        """Labels that its sums and joins are by."""
        return frozenset(label.strip() for inside in _GROUPED.findall(self.expr) for label in inside.split(","))


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def dashboard_queries() -> list[Query]:
    queries = []
    for path in DASHBOARDS:
        for panel in panels(json.loads(path.read_text(encoding="utf-8"))):
            queries += [Query(f"{path.stem}: {panel['title']}", target["expr"]) for target in panel["targets"]]
    return queries


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alert_queries() -> list[Query]:
    return [Query(rule["alert"], rule["expr"]) for rule in rules()]


class Exposed:
    """What pages of metrics have: names of samples, each with its labels."""

    def __init__(self, *pages: str) -> None:
        #: Of families without a sample, the family's own name and those of its samples.
        self.names: set[str] = set()
        self.labels: defaultdict[str, set[str]] = defaultdict(set)
        self.families: set[str] = set()
        for page in pages:
            for family in text_string_to_metric_families(page):
                self.families.add(family.name)
                self.names |= _sample_names(family.name, family.type)
                for sample in family.samples:
                    self.names.add(sample.name)
                    self.labels[sample.name] |= set(sample.labels)


def _sample_names(name: str, kind: str) -> set[str]:
    if kind == "histogram":
        return {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
    return {f"{name}_total"} if kind == "counter" else {name}
