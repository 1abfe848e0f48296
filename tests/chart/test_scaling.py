"""Who decides how many pods there are, and that nobody else does."""

from typing import Any

import pytest

from tests.chart.matrix import KEDA, QUEUES
from tests.chart.rendering import render

PROMETHEUS = {"keda": {"enabled": True, "trigger": "prometheus", "prometheusUrl": "http://prom:9090"}}


def test_the_autoscaler_decides_how_many_gateways_there_are() -> None:
    rendered = render()
    scaler = rendered.the("HorizontalPodAutoscaler")

    assert "replicas" not in rendered.the("Deployment", "-gateway")["spec"]
    assert scaler["spec"]["scaleTargetRef"]["name"] == rendered.the("Deployment", "-gateway")["metadata"]["name"]
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (2, 6)


def test_without_it_the_values_do() -> None:
    rendered = render({"gateway": {"autoscaling": {"enabled": False}, "replicas": 5}})

    assert rendered.of("HorizontalPodAutoscaler") == ()
    assert rendered.the("Deployment", "-gateway")["spec"]["replicas"] == 5


def test_workers_are_as_many_as_said_where_keda_is_not() -> None:
    rendered = render({"workers": {"bulk": {"replicas": 7}}})

    assert rendered.of("ScaledObject") == ()
    assert rendered.the("Deployment", "-worker-bulk")["spec"]["replicas"] == 7
    assert rendered.the("Deployment", "-worker-model")["spec"]["replicas"] == 2


@pytest.mark.parametrize("values", [KEDA, PROMETHEUS], ids=["postgresql", "prometheus"])
def test_keda_decides_how_many_workers_there_are(values: dict[str, Any]) -> None:
    rendered = render(values)

    for name in ("bulk", "model"):
        deployment = rendered.the("Deployment", f"-worker-{name}")
        scaled = rendered.the("ScaledObject", f"-worker-{name}")["spec"]
        assert "replicas" not in deployment["spec"]
        assert scaled["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
        assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (1, 10)


def test_keda_asks_the_ledger_for_the_batches_of_each_deployments_queues() -> None:
    rendered = render(KEDA, QUEUES)

    for name, queues in {
        "bulk": "'bulk'",
        "model": "'model'",
        "model-far": "'model'",
        "all": "'bulk', 'model'",
    }.items():
        waiting, running = rendered.the("ScaledObject", f"-worker-{name}")["spec"]["triggers"]
        assert waiting["metadata"]["query"] == (
            f"SELECT count(*) FROM batches WHERE state = 'queued' AND queue IN ({queues})"
        )
        assert running["metadata"]["query"] == waiting["metadata"]["query"].replace("queued", "running")


def test_keda_asks_by_the_ledgers_secret_or_one_of_its_own() -> None:
    def connection(**keda: str) -> Any:
        rendered = render({"keda": {"enabled": True, **keda}})
        authentication = rendered.the("TriggerAuthentication")
        for scaled in rendered.of("ScaledObject"):
            names = {trigger["authenticationRef"]["name"] for trigger in scaled["spec"]["triggers"]}
            assert names == {authentication["metadata"]["name"]}
        return authentication["spec"]["secretTargetRef"]

    assert connection() == [{"parameter": "connection", "name": "testdata", "key": "DATABASE_URL"}]
    assert connection(existingSecret="reader", key="url") == [
        {"parameter": "connection", "name": "reader", "key": "url"}
    ]


def test_prometheus_is_asked_for_what_the_gateways_of_the_namespace_counted() -> None:
    rendered = render(PROMETHEUS)
    triggers = rendered.the("ScaledObject", "-worker-bulk")["spec"]["triggers"]

    assert rendered.of("TriggerAuthentication") == ()
    assert [trigger["metadata"]["query"] for trigger in triggers] == [
        f'sum(max by (queue) ({metric}{{namespace="qa",queue=~"bulk"}}))'
        for metric in ("testdata_queue_depth", "testdata_batches_running")
    ]


@pytest.mark.parametrize("replicas", [1, 2, 10])
def test_a_budget_always_lets_a_node_be_drained(replicas: int) -> None:
    """What may be away is said, not what must stay: with a single pod the latter would hold the node for ever."""
    values = {
        "gateway": {"replicas": replicas, "autoscaling": {"enabled": False}},
        "workerDefaults": {"replicas": replicas},
    }
    rendered = render(values)

    for budget in rendered.of("PodDisruptionBudget"):
        assert budget["spec"].keys() == {"maxUnavailable", "selector"}
        assert budget["spec"]["maxUnavailable"] in (1, "50%")
    assert len(rendered.of("PodDisruptionBudget")) == 3
