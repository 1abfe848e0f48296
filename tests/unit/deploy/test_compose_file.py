"""docker-compose.yml by what it says: nothing is open, no password is known, all settings get through."""

import re
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml

from gateway.settings import Settings as GatewaySettings
from testdata_agent import __version__
from testdata_agent.service.settings import SettingsGroup
from worker.settings import Settings as WorkerSettings

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
SMALL = {"gateway", "worker-bulk", "worker-model", "migrate", "flower", "redis", "postgres"}
OWN = {"gateway", "worker-bulk", "worker-model", "migrate", "flower"}
#: What Compose itself decides, or what is of other processes than the one named first.
DECIDED = {
    "gateway": {
        "FLOWER_BASIC_AUTH", "FLOWER_PORT", "FLOWER_URL_PREFIX", "GATEWAY_HOST", "GRPC_PORT", "HTTP_HOST", "HTTP_PORT",
        "TESTDATA_CASSETTES",
    },
    "worker-bulk": {"WORKER_HEARTBEAT_FILE", "WORKER_METRICS_HOST"},
}  # fmt: skip
#: Their images hold no program that could ask, or they end.
WITHOUT_A_CHECK = {"migrate", "otel-collector"}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def variables(settings: Any) -> set[str]:
    """Those that a process reads; `settings` is the class of all of them."""
    groups: dict[str, type[SettingsGroup]] = get_type_hints(settings)
    return {name.upper() for group in groups.values() for name in group.model_fields}


def test_the_small_set_is_what_starts_without_a_profile() -> None:
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == SMALL
    assert {tuple(service["profiles"]) for name, service in SERVICES.items() if name not in SMALL} == {("full",)}


@each_service
def test_every_part_may_do_no_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service
    assert "docker.sock" not in str(service)


@each_service
def test_every_part_is_bounded_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert {"cpus", "mem_limit", "pids_limit", "logging"} <= service.keys()
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert name == "migrate" or "stop_grace_period" in service
    checked = "healthcheck" in service and "test" in service["healthcheck"]
    of_the_image = name in {"gateway", "worker-bulk", "worker-model"}
    assert checked or of_the_image or name in WITHOUT_A_CHECK


def test_ports_are_published_on_this_machine_alone_and_those_of_the_stores_not_at_all() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == {"gateway", "flower", "prometheus", "grafana"}
    assert all(port.startswith("${BIND_ADDRESS:-127.0.0.1}:") for ports in published.values() for port in ports)
    assert FILE["networks"]["stores"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ("redis", "postgres", "weaviate")] == [["stores"]] * 3


def test_no_password_stands_in_the_file() -> None:
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|BASIC_AUTH|API_KEY))(:[^}]*)\}", TEXT)
    made_up = {"REDIS_PASSWORD", "POSTGRES_PASSWORD", "FLOWER_BASIC_AUTH", "GRAFANA_PASSWORD", "WEAVIATE_API_KEY"}
    assert {name for name, _ in secrets} >= made_up
    for name, otherwise in secrets:
        assert otherwise in (":-", ":?make compose-env makes one up"), name
    assert {name for name, otherwise in secrets if otherwise.startswith(":?")} == made_up


def test_who_reads_files_that_settings_name_finds_them() -> None:
    readers = [name for name, service in SERVICES.items() if "API_KEYS_FILE" in service.get("environment", {})]
    assert readers == ["gateway"]
    assert SERVICES["gateway"]["volumes"] == ["${TESTDATA_FILES:-./deploy/files}:/etc/testdata:ro"]


def test_workers_can_be_more_than_one() -> None:
    for name in ("worker-bulk", "worker-model"):
        assert not {"container_name", "hostname", "ports"} & SERVICES[name].keys()


@pytest.mark.parametrize(
    ("name", "settings"), [("gateway", GatewaySettings), ("worker-bulk", WorkerSettings)], ids=["gateway", "worker"]
)
def test_every_setting_of_a_process_reaches_its_container(name: str, settings: type[Any]) -> None:
    passed = set(SERVICES[name]["environment"])
    assert variables(settings) - passed <= DECIDED[name]


def test_cassettes_are_kept_outside_of_the_containers() -> None:
    for name in ("worker-bulk", "worker-model"):
        assert SERVICES[name]["volumes"] == ["${CASSETTES_FOLDER:-./deploy/cassettes}:/cassettes"]
        assert SERVICES[name]["environment"]["TESTDATA_CASSETTES"] == "${STACK_CASSETTES:-}"
    assert (ROOT / "deploy" / "cassettes" / "README.md").exists()


def test_what_is_mounted_is_there() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    paths = {mount.split(":")[0] for mount in mounts if mount.startswith("./")}
    assert paths == {
        "./deploy/grafana/dashboards", "./deploy/grafana/provisioning", "./deploy/otel", "./deploy/prometheus",
    }  # fmt: skip
    assert not [path for path in paths if not any((ROOT / path).iterdir())]


def test_images_are_of_one_release_and_may_be_others() -> None:
    for name, service in SERVICES.items():
        variable, image = re.fullmatch(r"\$\{(\w+_IMAGE):-(.+)\}", service["image"]).groups()  # type: ignore[union-attr]
        assert variable
        tag = image.rpartition(":")[2]
        assert tag == "local" if name in OWN else re.match(r"v?\d", tag), image


def test_the_images_say_the_release() -> None:
    for file in ("Dockerfile.gateway", "Dockerfile.worker"):
        assert f"\nARG VERSION={__version__}\n" in (ROOT / file).read_text(encoding="utf-8")
