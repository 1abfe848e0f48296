"""What runs in CI is what anybody runs, with no more rights than it needs. `make check-workflows` reads the syntax."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROOT.glob(".github/workflows/*.yml")
}


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


def programs(name: str) -> str:
    return "\n".join(step["run"] for step in steps(WORKFLOWS[name]) if "run" in step)


def test_there_is_one_for_changes_and_one_for_releases() -> None:
    assert WORKFLOWS.keys() == {"ci", "release"}


@pytest.mark.parametrize("name", ["ci", "release"])
def test_every_target_of_make_that_is_run_is_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    run = set(re.findall(r"^make ([a-z-]+)", programs(name), re.MULTILINE))
    assert run
    assert run <= targets


@pytest.mark.parametrize("name", ["ci", "release"])
def test_actions_are_pinned_by_commit_and_rights_are_asked_for_by_job(name: str) -> None:
    used = [step["uses"] for step in steps(WORKFLOWS[name]) if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}", action)] == []
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in WORKFLOWS[name]["jobs"].values() if "uses" not in job)


def test_a_change_is_held_to_all_that_must_hold() -> None:
    jobs = WORKFLOWS["ci"]["jobs"]
    assert {"check", "tests", "images", "chart", "audit", "whole"} <= jobs.keys()
    assert ".ci/run" in programs("ci")
    tested = {*jobs["tests"]["strategy"]["matrix"]["python"], "3.13"}
    classifiers = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert tested == set(classifiers)


def test_all_that_can_be_tested_without_a_key_is_tested_in_one_go() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    checks = set(re.findall(r"^((?:test|check)[a-z-]*):", makefile, re.MULTILINE)) - {"test-live"}
    assert checks <= set(re.findall(r"\bmake ([a-z-]+)", (ROOT / ".ci/run").read_text(encoding="utf-8")))


def test_a_release_is_tested_before_anything_is_pushed() -> None:
    jobs = WORKFLOWS["release"]["jobs"]
    assert jobs["tests"]["uses"] == "./.github/workflows/ci.yml"
    assert "tests" in jobs["images"]["needs"]
    assert "images" in jobs["publish"]["needs"]
    assert "vars.REGISTRY" in WORKFLOWS["release"]["env"]["REGISTRY"]
