"""docker-compose.yml as Docker Compose itself reads it. No engine is needed."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.compose.stack import ROOT, program

SMALL = {"gateway", "worker-bulk", "worker-model", "migrate", "flower", "redis", "postgres"}
FULL = SMALL | {"weaviate", "prometheus", "grafana", "otel-collector"}


def config(env_file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*program(), "--project-directory", str(ROOT), "--env-file", str(env_file), *words]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(env_file.parent)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """As `make compose-env` writes it."""
    subprocess.run(["python3", ROOT / "tools/compose_env.py"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / ".env"


def services(env_file: Path, *words: str) -> dict[str, Any]:
    ended = config(env_file, *words, "config", "--format", "json")
    assert (ended.returncode, ended.stderr) == (0, "")
    found: dict[str, Any] = json.loads(ended.stdout)["services"]
    return found


def test_both_sets_are_valid_and_say_nothing_that_compose_warns_of(env_file: Path) -> None:
    assert services(env_file).keys() == SMALL
    assert services(env_file, "--profile", "full").keys() == FULL


def test_one_line_in_the_env_file_makes_it_the_full_set(env_file: Path) -> None:
    subprocess.run(
        ["python3", ROOT / "tools/compose_env.py", "full"], cwd=env_file.parent, check=True, capture_output=True
    )
    found = services(env_file)
    assert found.keys() == FULL
    assert found["gateway"]["environment"]["WEAVIATE_URL"] == "http://weaviate:8080"
    assert found["gateway"]["environment"]["TRACING_ENABLED"] == "true"
    keys = {found["gateway"]["environment"]["WEAVIATE_API_KEY"]}
    assert {found["weaviate"]["environment"]["AUTHENTICATION_APIKEY_ALLOWED_KEYS"]} == keys


def test_a_setting_of_the_env_file_reaches_those_that_read_it(env_file: Path) -> None:
    with env_file.open("a", encoding="utf-8") as file:
        file.write("LOG_LEVEL=debug\nANTHROPIC_API_KEY=sk-mine\nGRPC_PORT=7000\nBIND_ADDRESS=0.0.0.0\n")
    found = services(env_file)
    for name in ("gateway", "worker-bulk", "worker-model"):
        environment = found[name]["environment"]
        assert (environment["LOG_LEVEL"], environment["ANTHROPIC_API_KEY"]) == ("debug", "sk-mine")
    assert not {name for name in ("flower", "migrate") if "ANTHROPIC_API_KEY" in found[name]["environment"]}
    port = found["gateway"]["ports"][0]
    assert (port["host_ip"], port["published"], port["target"]) == ("0.0.0.0", "7000", 9091)


@pytest.mark.parametrize(
    "name", ["REDIS_PASSWORD", "POSTGRES_PASSWORD", "FLOWER_BASIC_AUTH", "GRAFANA_PASSWORD", "WEAVIATE_API_KEY"]
)
def test_nothing_starts_without_a_password_and_the_refusal_says_what_makes_one(env_file: Path, name: str) -> None:
    lines = env_file.read_text(encoding="utf-8").splitlines()
    env_file.write_text("\n".join(line for line in lines if not line.startswith(name)), encoding="utf-8")
    ended = config(env_file, "config")
    assert ended.returncode != 0
    assert f"required variable {name} is missing a value: make compose-env makes one up" in ended.stderr
