"""Writes deploy/grafana/dashboards/*.json out of tools/dashboards/*.yaml; `--check` says whether they are up to date.

What a panel asks and says is written by hand; where it stands and how it looks is worked out here.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
SOURCES: Final = ROOT / "tools/dashboards"
TARGETS: Final = ROOT / "deploy/grafana/dashboards"

#: Columns of Grafana's grid.
_COLUMNS: Final = 24
_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
#: What `@` stands for in a query.
_MATCHER: Final = 'namespace=~"$namespace"'
_GREEN, _RED, _YELLOW = "green", "red", "yellow"


def dashboard(spec: dict[str, Any]) -> dict[str, Any]:
    """The dashboard that a file of tools/dashboards describes, as Grafana loads it."""
    return {
        "uid": spec["uid"],
        "title": spec["title"],
        "description": spec["description"],
        "tags": ["testdata"],
        "timezone": "utc",
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "schemaVersion": 39,
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": _variables()},
        "links": [
            {
                "title": "Test Data Agent",
                "type": "dashboards",
                "tags": ["testdata"],
                "asDropdown": False,
                "keepTime": True,
                "includeVars": True,
            }
        ],
        "annotations": {"list": []},
        "panels": _placed(spec["rows"]),
    }


def _variables() -> list[dict[str, Any]]:
    namespaces = "label_values(testdata_processes, namespace)"
    return [
        {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"},
        {
            "name": "namespace",
            "label": "Namespace",
            "type": "query",
            "datasource": _SOURCE,
            "query": {"query": namespaces, "refId": "namespaces"},
            "definition": namespaces,
            "refresh": 2,
            "multi": True,
            "includeAll": True,
            # Outside of a cluster there is no such label; this matches its absence, too.
            "allValue": ".*",
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        },
    ]


def _placed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All panels in a list, each with its place: rows from the top, panels from the left."""
    panels: list[dict[str, Any]] = []
    top = 0
    for row in rows:
        panels.append(
            {
                "type": "row",
                "title": row["title"],
                "collapsed": False,
                "panels": [],
                "gridPos": _at(0, top, _COLUMNS, 1),
            }
        )
        top += 1
        left, height = 0, 0
        for spec in row["panels"]:
            width, tall = spec.get("width", 8), spec.get("height", 4 if spec.get("kind") == "stat" else 8)
            if left + width > _COLUMNS:
                top, left, height = top + height, 0, 0
            panels.append({**_panel(spec), "gridPos": _at(left, top, width, tall)})
            left, height = left + width, max(height, tall)
        top += height
    return [{"id": number, **panel} for number, panel in enumerate(panels, start=1)]


def _at(left: int, top: int, width: int, height: int) -> dict[str, int]:
    return {"x": left, "y": top, "w": width, "h": height}


def _panel(spec: dict[str, Any]) -> dict[str, Any]:
    kind = spec.get("kind", "lines")
    panel = {"title": spec["title"], **({"description": spec["text"]} if "text" in spec else {})}
    return {**panel, **_KINDS[kind](spec)}


def _lines(spec: dict[str, Any]) -> dict[str, Any]:
    custom = {"fillOpacity": 10, "lineWidth": 1, "showPoints": "never", "spanNulls": False}
    return {
        "type": "timeseries",
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": spec["unit"], "min": 0, "custom": custom}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": _targets(spec["queries"]),
    }


def _stat(spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "stat",
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": spec["unit"], "thresholds": _thresholds(spec)}, "overrides": []},
        "options": {
            "colorMode": "value",
            "graphMode": "area",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        "targets": _targets([{"expr": spec["expr"], "legend": spec["title"]}]),
    }


def _states(spec: dict[str, Any]) -> dict[str, Any]:
    """A band for each series: green at its good value, red at the other, yellow between."""
    colors = [_GREEN, _YELLOW, _RED] if spec.get("good", 1) == 0 else [_RED, _YELLOW, _GREEN]
    steps = [{"color": color, "value": value} for color, value in zip(colors, (None, 0.25, 0.75), strict=True)]
    return {
        "type": "state-timeline",
        "datasource": _SOURCE,
        "fieldConfig": {
            "defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
        "options": {"mergeValues": True, "showValue": "never", "legend": {"showLegend": False}},
        "targets": _targets(spec["queries"]),
    }


def _table(spec: dict[str, Any]) -> dict[str, Any]:
    target = {**_target(spec["expr"], "", "A"), "instant": True, "range": False, "format": "table"}
    return {
        "type": "table",
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": "short"}, "overrides": []},
        "options": {"sortBy": [{"displayName": "Value", "desc": True}]},
        "transformations": [{"id": "organize", "options": {"excludeByName": {"Time": True}}}],
        "targets": [target],
    }


def _alerts(spec: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - of the same shape as the others
    query = _target('ALERTS{alertname=~"Testdata.*",alertstate="firing"}', "", "A")
    return {
        "type": "table",
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"noValue": "none"}, "overrides": []},
        "options": {"sortBy": [{"displayName": "severity", "desc": False}]},
        "transformations": [
            {
                "id": "organize",
                "options": {"excludeByName": {"Time": True, "Value": True, "__name__": True, "alertstate": True}},
            }
        ],
        "targets": [{**query, "instant": True, "range": False, "format": "table"}],
    }


_KINDS: Final = {"lines": _lines, "stat": _stat, "states": _states, "table": _table, "alerts": _alerts}


def _thresholds(spec: dict[str, Any]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": _GREEN, "value": None}]
    if "worse_above" in spec:
        steps.append({"color": _RED, "value": spec["worse_above"]})
    if "worse_below" in spec:
        steps = [{"color": _RED, "value": None}, {"color": _GREEN, "value": spec["worse_below"]}]
    return {"mode": "absolute", "steps": steps}


def _targets(queries: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [_target(query["expr"], query["legend"], chr(ord("A") + at)) for at, query in enumerate(queries)]


def _target(expr: str, legend: str, ref: str) -> dict[str, Any]:
    return {"refId": ref, "datasource": _SOURCE, "expr": expr.replace("@", _MATCHER), "legendFormat": legend}


def built() -> dict[Path, str]:
    """The files, by where they belong."""
    found = {}
    for source in sorted(SOURCES.glob("*.yaml")):
        spec = yaml.safe_load(source.read_text(encoding="utf-8"))
        found[TARGETS / f"{source.stem}.json"] = json.dumps(dashboard(spec), indent=2) + "\n"
    return found


def main(arguments: list[str]) -> int:
    """The program; gives its exit code."""
    files = built()
    if arguments == ["--check"]:
        stale = [path.name for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
        stale += [path.name for path in TARGETS.glob("*.json") if path not in files]
        if stale:
            sys.stderr.write(f"{', '.join(stale)}: not what tools/dashboards says; make dashboards\n")
        return bool(stale)
    if arguments:
        sys.stderr.write("usage: python -m tools.build_dashboards [--check]\n")
        return 2
    TARGETS.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
