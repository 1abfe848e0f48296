"""Every alert has an entry of the runbook, and the runbook none that has no alert."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
GROUPS = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
RULES = [rule for group in GROUPS for rule in group["rules"]]


def test_alerts_and_entries_are_the_same_in_the_same_order() -> None:
    entries = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)
    assert sorted(entries) == sorted(rule["alert"] for rule in RULES)
    assert len(set(entries)) == len(entries)


def test_every_alert_says_how_urgent_it_is_what_it_is_and_what_to_do() -> None:
    for rule in RULES:
        said = rule["annotations"]
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, rule["alert"]
        assert said["summary"].endswith(".")
        assert said["description"].endswith(".")
        assert said["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"


def test_every_alert_waits_unless_it_looks_back_itself() -> None:
    at_once = [rule["alert"] for rule in RULES if "for" not in rule]
    backwards = [rule["alert"] for rule in RULES if re.search(r"\b(increase|changes)\(", rule["expr"])]
    assert set(at_once) <= set(backwards)


def test_every_entry_says_what_it_means_what_to_look_at_and_what_to_do() -> None:
    for entry in RUNBOOK.split("\n## ")[1:]:
        name = entry.splitlines()[0]
        assert entry.count("**Means**") == 1, name
        assert "**Look at**" in entry, name
        assert re.search(r"\*\*(Do|do)\*\*", entry), name


def test_what_the_runbook_names_is_there() -> None:
    alerts = {rule["alert"] for rule in RULES}
    assert set(re.findall(r"Testdata[A-Z]\w+", RUNBOOK)) <= alerts
    metrics = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"`(testdata_\w+)`", RUNBOOK) if f"`{name}`" not in metrics] == []
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [
        name for name in re.findall(r"`([A-Z]+_[A-Z_]+)`", RUNBOOK) if name not in example and name not in _REASONS
    ] == []


#: Reasons of jobs and calls, which the runbook names beside settings.
_REASONS = {
    "BATCH_PARKED",
    "MODEL_UNAVAILABLE",
    "RESULTS_FULL",
    "PATTERNS_GONE",
    "INVALID_REQUEST",
    "STORE_UNREACHABLE",
}
