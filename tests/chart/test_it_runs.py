"""The pods as the chart writes them, run: their commands, variables and probes are those of the programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from testdata_agent.client import Client
from testdata_agent.service.access.key_ring import hash_of, new_key
from tests.certificates import Authority
from tests.chart.matrix import API_KEYS, MTLS
from tests.chart.rendering import render
from tests.chart.site import Running, Site
from tests.servers import RedisProcess

LOGIN = "qa:a-login-of-the-test"
#: A gateway without stores.
ALONE = {
    "existingSecret": "",
    "workers": {"bulk": {"enabled": False}, "model": {"enabled": False}},
    "flower": {"enabled": False},
    "migration": {"enabled": False},
}
PARTS = ("gateway", "worker-bulk", "worker-model", "flower")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A release beside a Redis and a database, migrated."""
    folder = tmp_path_factory.mktemp("site")
    redis = RedisProcess(folder)
    redis.start()
    secrets = {
        "REDIS_URL": redis.url,
        "DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}",
        "FLOWER_BASIC_AUTH": LOGIN,
    }
    site = Site(folder, render({"settings": {"GATEWAY_PROCESSES": 1, "MAX_SYNC_RECORDS": 500}}), secrets)
    try:
        assert "at this release's revision" in site.runs("migration", {})
        yield site
    finally:
        site.close()
        redis.kill()


@pytest.fixture(scope="module")
def up(site: Site) -> dict[str, Running]:
    """Every part, each with all its probes passed."""
    started = {part: site.start(part) for part in PARTS}
    for part in started.values():
        part.comes_up()
    return started


def _server(up: dict[str, Running]) -> str:
    return f"localhost:{up['gateway'].ports['9091']}"


@pytest.mark.timeout(240)
def test_every_part_comes_up_and_the_test_of_the_release_passes(site: Site, up: dict[str, Running]) -> None:
    name = "tda-test-data-agent-gateway"
    places = {f"{name}:{number}": f"localhost:{up['gateway'].ports[number]}" for number in ("9091", "8091")}
    written = site.runs("test", places)

    assert '"grpc_server": "operational"' in written, written
    assert '"jobs": "kept"' in written, written
    assert written.count('"cart_id"') == 3


@pytest.mark.timeout(240)
def test_a_job_goes_through_the_queue_and_the_settings_are_taken(up: dict[str, Running]) -> None:
    with Client(_server(up)) as client:
        job = client.jobs.submit("user", count=3_000, seed=7)
        made = list(client.jobs.follow(job.job_id))
        direct = client.generate("user", count=500, seed=7)
        with pytest.raises(Exception, match="exceeds max sync limit"):
            client.generate("user", count=501)

    assert len(made) == 3_000
    assert made[:500] == list(direct)


@pytest.mark.timeout(240)
def test_every_part_ends_within_its_grace(site: Site, up: dict[str, Running]) -> None:
    assert not (site.folder / "flower" / "unused.db").exists()
    assert {
        part: each.ends() < each.pod["spec"]["terminationGracePeriodSeconds"] for part, each in up.items()
    } == dict.fromkeys(PARTS, True)


@pytest.mark.timeout(240)
def test_a_gateway_that_asks_for_certificates_and_keys_is_called_by_the_test_of_the_release(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server, client = authority.issue("server"), authority.issue("client")
    key = new_key()
    keys = tmp_path / "keys.yaml"
    keys.write_text(yaml.safe_dump({"clients": [{"client": "release-test", "sha256": [hash_of(key)]}]}))
    pair = {"tls.crt": server.cert_file, "tls.key": server.key_file, "ca.crt": authority.file}
    tests = {"clientCertificate": {"existingSecret": "shown"}, "apiKey": {"existingSecret": "testdata"}}
    site = Site(
        tmp_path,
        render(ALONE, MTLS, API_KEYS, {"tests": tests}),
        {"TESTDATA_API_KEY": key},
        {
            "gateway-tls": pair,
            "clients": {"ca.crt": authority.file},
            "clients-keys": {"api-keys.yaml": keys},
            "shown": {"tls.crt": client.cert_file, "tls.key": client.key_file},
        },
    )
    try:
        gateway = site.start("gateway")
        gateway.comes_up()
        name = "tda-test-data-agent-gateway"
        written = site.runs(
            "test", {f"{name}:{number}": f"localhost:{gateway.ports[number]}" for number in ("9091", "8091")}
        )
    finally:
        site.close()

    assert written.count('"cart_id"') == 3
