"""Objects find one another, and the migration comes before all of them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.chart.matrix import API_KEYS, COMBINATIONS, INGRESS, MONITORING, MTLS
from tests.chart.rendering import Objects, container, environment, render


def _chosen(rendered: Objects, selector: Mapping[str, str]) -> list[str]:
    return [name for name, pod in rendered.pods.items() if selector.items() <= pod["metadata"]["labels"].items()]


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_a_deployment_and_a_budget_choose_the_pods_of_their_own_part(combination: str) -> None:
    rendered = render(*COMBINATIONS[combination])

    for each in (*rendered.of("Deployment"), *rendered.of("PodDisruptionBudget")):
        part = each["metadata"]["labels"]["app.kubernetes.io/component"]
        assert _chosen(rendered, each["spec"]["selector"]["matchLabels"]) == [part]


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_a_service_leads_to_a_port_that_its_pods_have(combination: str) -> None:
    rendered = render(*COMBINATIONS[combination])

    for service in rendered.of("Service"):
        chosen = _chosen(rendered, service["spec"]["selector"])
        assert chosen
        for component in chosen:
            named = {port["name"] for port in container(rendered.pods[component])["ports"]}
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= named


def test_clients_may_spread_their_calls_themselves() -> None:
    rendered = render()
    one, each = rendered.the("Service", "-gateway"), rendered.the("Service", "-gateway-headless")

    assert "clusterIP" not in one["spec"]
    assert each["spec"]["clusterIP"] == "None"
    assert one["spec"]["selector"] == each["spec"]["selector"]


@pytest.mark.parametrize(("end", "path"), [("-flower", "/flower"), ("-gateway", "/")])
def test_an_ingress_leads_to_a_service(end: str, path: str) -> None:
    rendered = render(INGRESS)
    (rule,) = rendered.the("Ingress", end)["spec"]["rules"]
    (way,) = rule["http"]["paths"]
    service = rendered.the("Service", way["backend"]["service"]["name"])

    assert way["path"] == path
    assert way["backend"]["service"]["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}


def test_prometheus_finds_gateways_once_and_all_workers() -> None:
    rendered = render(MONITORING)

    found = {}
    for monitor in rendered.of("ServiceMonitor"):
        assert monitor["metadata"]["labels"]["release"] == "prometheus"
        wanted = monitor["spec"]["selector"]["matchLabels"]
        (service,) = (each for each in rendered.of("Service") if wanted.items() <= each["metadata"]["labels"].items())
        (endpoint,) = monitor["spec"]["endpoints"]
        assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
        found[monitor["metadata"]["name"]] = set(_chosen(rendered, service["spec"]["selector"]))
    assert list(found.values()) == [{"gateway"}, {"worker-bulk", "worker-model"}]


def test_the_database_is_migrated_before_anything_of_a_release_is_there() -> None:
    rendered = render()
    job = rendered.the("Job")
    policy = rendered.the("NetworkPolicy", "-migration")

    def weight(each: Mapping[str, Any]) -> int:
        assert each["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
        return int(each["metadata"]["annotations"]["helm.sh/hook-weight"])

    assert container(rendered.pods["migration"])["command"] == ["testdata", "migrate"]
    assert weight(policy) < weight(job)


def test_the_migration_leans_on_nothing_that_the_release_makes() -> None:
    rendered = render()
    pod = rendered.pods["migration"]
    made = {
        each["metadata"]["name"] for each in rendered if "helm.sh/hook" not in each["metadata"].get("annotations", {})
    }
    leaned_on = {
        pod["spec"]["serviceAccountName"],
        *(value["secretKeyRef"]["name"] for value in environment(pod).values() if isinstance(value, dict)),
    }

    assert "envFrom" not in container(pod)
    assert not leaned_on & made


def test_a_migration_that_failed_can_be_read() -> None:
    policy = render().the("Job")["metadata"]["annotations"]["helm.sh/hook-delete-policy"]

    assert policy.split(",") == ["before-hook-creation", "hook-succeeded"]


def test_the_test_calls_as_a_client_would() -> None:
    pod = render(
        MTLS, API_KEYS, {"tests": {"apiKey": {"existingSecret": "a"}, "clientCertificate": {"existingSecret": "b"}}}
    ).pods["test"]
    (script,) = container(pod)["args"]

    assert "testdata generate cart -n 3 --seed 7" in script
    assert environment(pod)["TESTDATA_SERVER"] == "tda-test-data-agent-gateway:9091"
    assert environment(pod)["TESTDATA_TLS"] == "true"
    assert environment(pod)["TESTDATA_API_KEY"] == {"secretKeyRef": {"name": "a", "key": "TESTDATA_API_KEY"}}


@pytest.mark.parametrize(("values", "missing"), [(API_KEYS, "tests.apiKey"), (MTLS, "tests.clientCertificate")])
def test_where_it_is_given_nothing_to_show_it_says_what_it_left_out(values: Mapping[str, Any], missing: str) -> None:
    (script,) = container(render(values).pods["test"])["args"]

    assert "not tried: gRPC" in script
    assert missing in script
    assert "testdata generate" not in script
