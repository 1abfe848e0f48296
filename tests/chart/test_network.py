"""The network lets through what each part needs, in either direction, and nothing else."""

from collections.abc import Mapping
from typing import Any

from tests.chart.matrix import CONTROLLER, INGRESS, MODELS, MONITORING, PROMETHEUS, WEAVIATE
from tests.chart.rendering import Objects, render

NAMES = (53, 53)


def _ways(rendered: Objects, component: str, direction: str) -> list[tuple[int, ...]]:
    """The ports of each rule of a part's policy."""
    return [tuple(port["port"] for port in rule["ports"]) for rule in _rules(rendered, component, direction)]


def _rules(rendered: Objects, component: str, direction: str) -> list[Mapping[str, Any]]:
    policy = rendered.the("NetworkPolicy", f"-{component}")
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    return list(policy["spec"][direction])


def _matches(rendered: Objects, selector: Mapping[str, str]) -> set[str]:
    return {name for name, pod in rendered.pods.items() if selector.items() <= pod["metadata"]["labels"].items()}


def test_every_pod_has_a_policy_of_its_own() -> None:
    rendered = render(MODELS)
    chosen = [
        _matches(rendered, policy["spec"]["podSelector"]["matchLabels"]) for policy in rendered.of("NetworkPolicy")
    ]

    assert sorted(chosen, key=sorted) == sorted(({name} for name in rendered.pods), key=sorted)


def test_nothing_is_reached_but_the_stores_and_names() -> None:
    rendered = render()

    assert {component: _ways(rendered, component, "egress") for component in rendered.pods} == {
        "gateway": [NAMES, (6379,), (5432,)],
        "worker-bulk": [NAMES, (6379,), (5432,)],
        "worker-model": [NAMES, (6379,), (5432,)],
        "flower": [NAMES, (6379,)],
        "migration": [NAMES, (5432,)],
        "test": [NAMES, (9091, 8091)],
    }


def test_only_gateways_are_called_and_only_by_pods_of_the_namespace() -> None:
    rendered = render()
    grpc, http = _rules(rendered, "gateway", "ingress")

    assert {
        component: _ways(rendered, component, "ingress") for component in rendered.pods if component != "gateway"
    } == {
        "worker-bulk": [],
        "worker-model": [],
        "flower": [],
        "migration": [],
        "test": [],
    }
    assert [port["port"] for port in grpc["ports"]] == [9091]
    assert grpc["from"][0] == {"podSelector": {}}
    assert [port["port"] for port in http["ports"]] == [8091]
    (tester,) = http["from"]
    assert _matches(rendered, tester["podSelector"]["matchLabels"]) == {"test"}


def test_models_are_reached_by_those_who_ask_them_at_the_ports_of_their_urls() -> None:
    rendered = render(MODELS)

    assert _ways(rendered, "worker-model", "egress")[-1] == (443, 8000)
    assert all(443 not in ports for part in ("gateway", "worker-bulk") for ports in _ways(rendered, part, "egress"))


def test_weaviate_is_reached_by_gateways_alone() -> None:
    rendered = render(WEAVIATE)

    assert _ways(rendered, "gateway", "egress")[-1] == (8080, 50051)
    assert _ways(rendered, "worker-bulk", "egress") == [NAMES, (6379,), (5432,)]


def test_spans_are_sent_where_the_settings_say() -> None:
    rendered = render({"settings": {"TRACING_ENABLED": True, "OTLP_ENDPOINT": "http://collector.obs:14317"}})

    for component in ("gateway", "worker-bulk", "worker-model"):
        assert _ways(rendered, component, "egress")[-1] == (14317,)


def test_metrics_are_read_by_prometheus_alone() -> None:
    rendered = render(MONITORING)

    for component in ("worker-bulk", "worker-model"):
        (rule,) = _rules(rendered, component, "ingress")
        assert rule == {"ports": [{"protocol": "TCP", "port": 8092}], "from": PROMETHEUS}
    http = _rules(rendered, "gateway", "ingress")[1]
    assert http["from"][:1] == PROMETHEUS


def test_what_has_an_ingress_is_called_by_the_controller() -> None:
    rendered = render(INGRESS)

    assert _rules(rendered, "flower", "ingress") == [{"ports": [{"protocol": "TCP", "port": 5555}], "from": CONTROLLER}]
    assert CONTROLLER[0] in _rules(rendered, "gateway", "ingress")[0]["from"]


def test_stores_are_reached_where_they_are_said_to_be() -> None:
    place = {"ipBlock": {"cidr": "10.1.0.0/16"}}
    rendered = render({"networkPolicy": {"redis": {"ports": [6380], "to": [place]}}})

    for component in ("gateway", "worker-bulk", "flower"):
        redis = _rules(rendered, component, "egress")[1]
        assert redis == {"ports": [{"protocol": "TCP", "port": 6380}], "to": [place]}


def test_no_policy_is_made_where_none_is_wanted() -> None:
    assert render({"networkPolicy": {"enabled": False}}).of("NetworkPolicy") == ()
