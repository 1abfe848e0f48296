"""`make compose-env`: passwords that nobody chose, and nothing that somebody set is touched."""

import stat
from pathlib import Path

import pytest

from tools.compose_env import FULL, PASSWORDS, add


def values(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "=" in line and line[0] != "#"]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def test_all_that_compose_asks_for_is_made_up_once(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert set(add(file, full=False)) == {*PASSWORDS, "COMPOSE_PROJECT_NAME"}
    made = values(file)
    assert all(len(made[name]) >= 24 for name in PASSWORDS)
    assert len(set(made.values())) == len(made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert add(file, full=False) == []
    assert values(file) == made
    assert add(file, full=True) == list(FULL)
    assert values(file) == made | FULL


@pytest.mark.parametrize(
    "given", ["REDIS_PASSWORD=mine", "export REDIS_PASSWORD=mine", "REDIS_PASSWORD = mine  # said"]
)
def test_what_is_set_stays(tmp_path: Path, given: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"LOG_LEVEL=debug\n{given}", encoding="utf-8")
    assert "REDIS_PASSWORD" not in add(file, full=False)
    assert file.read_text(encoding="utf-8").startswith(f"LOG_LEVEL=debug\n{given}\n")


@pytest.mark.parametrize("given", ["REDIS_PASSWORD=", "# REDIS_PASSWORD=mine", "REDIS_PASSWORD=  # none"])
def test_what_is_set_to_nothing_is_made_up(tmp_path: Path, given: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{given}\n", encoding="utf-8")
    assert "REDIS_PASSWORD" in add(file, full=False)
