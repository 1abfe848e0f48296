"""Every pod may do little, is asked how it is, and is given time to end."""

from typing import Any

import pytest

from tests.chart.matrix import COMBINATIONS, MTLS, TLS
from tests.chart.rendering import Object, container, environment, render


@pytest.fixture(params=COMBINATIONS)
def pods(request: pytest.FixtureRequest) -> list[Object]:
    """All pods of one combination of values."""
    return list(render(*COMBINATIONS[request.param]).pods.values())


def test_every_pod_keeps_to_the_restricted_standard(pods: list[Object]) -> None:
    for spec in (pod["spec"] for pod in pods):
        (only,) = spec["containers"]
        assert "initContainers" not in spec
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert only["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        kinds = {kind for volume in spec["volumes"] for kind in volume if kind != "name"}
        assert kinds <= {"emptyDir", "secret", "configMap"}


def test_every_pod_writes_to_tmp_alone_and_asks_the_cluster_nothing(pods: list[Object]) -> None:
    for pod in pods:
        spec = pod["spec"]
        mounts = {mount["name"]: mount for mount in container(pod)["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert mounts["tmp"] == {"name": "tmp", "mountPath": "/tmp"}
        assert volumes["tmp"] == {"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}}
        assert mounts.keys() == volumes.keys()
        assert all(mounts[name].get("readOnly") for name, volume in volumes.items() if "secret" in volume)
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False


def test_every_pod_says_what_it_takes(pods: list[Object]) -> None:
    assert all("memory" in container(pod)["resources"]["limits"] for pod in pods)


def test_the_ids_are_those_of_the_images_or_the_platforms() -> None:
    ours = render().pods["gateway"]["spec"]["securityContext"]
    theirs = render({"securityContext": {"runAsUser": None}}).pods["gateway"]["spec"]["securityContext"]

    assert (ours["runAsUser"], ours["runAsGroup"], ours["fsGroup"]) == (10001, 10001, 10001)
    assert not {"runAsUser", "runAsGroup", "fsGroup"} & theirs.keys()


@pytest.mark.parametrize("component", ["gateway", "worker-bulk", "worker-model", "flower"])
def test_what_serves_is_probed(component: str) -> None:
    only = container(render().pods[component])

    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= only.keys()


def _handlers(values: dict[str, Any]) -> list[Any]:
    only = container(render(values).pods["gateway"])
    probes = [only[f"{name}Probe"] for name in ("startup", "readiness", "liveness")]
    return [{key: probe[key] for key in probe.keys() & {"grpc", "httpGet"}} for probe in probes]


def test_the_gateway_is_probed_by_grpc() -> None:
    assert _handlers({}) == [{"grpc": {"port": 9091}}] * 3


@pytest.mark.parametrize("values", [TLS, MTLS], ids=["TLS", "mTLS"])
def test_with_tls_the_gateway_is_probed_by_http_since_the_kubelet_speaks_none(values: dict[str, Any]) -> None:
    ready, live = ({"httpGet": {"path": f"/health/{end}", "port": "http"}} for end in ("ready", "live"))

    assert _handlers(values) == [ready, ready, live]


def test_flower_is_probed_below_its_prefix() -> None:
    probe = container(render({"flower": {"urlPrefix": "tools/flower"}}).pods["flower"])["livenessProbe"]

    assert probe["httpGet"]["path"] == "/tools/flower/healthcheck"


@pytest.mark.parametrize("seconds", [0, 30, 600])
def test_a_gateway_has_time_for_its_drain_and_what_is_around_it(seconds: int) -> None:
    pod = render({"gateway": {"drainSeconds": seconds}}).pods["gateway"]

    assert environment(pod)["DRAIN_SECONDS"] == str(seconds)
    assert pod["spec"]["terminationGracePeriodSeconds"] == 5 + seconds + 15


@pytest.mark.parametrize(
    ("kubernetes", "handler"),
    [("1.25.0", {"exec": {"command": ["sleep", "7"]}}), ("1.33.0", {"sleep": {"seconds": 7}})],
)
def test_a_gateway_goes_on_until_its_endpoint_is_gone(kubernetes: str, handler: Any) -> None:
    pod = render({"gateway": {"preStopSeconds": 7}}, kubernetes=kubernetes).pods["gateway"]

    assert container(pod)["lifecycle"]["preStop"] == handler


@pytest.mark.parametrize("end", ["-gateway", "-worker-bulk", "-worker-model"])
def test_new_pods_come_before_old_ones_go(end: str) -> None:
    strategy = render().the("Deployment", end)["spec"]["strategy"]

    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": "25%"}}


def test_pods_of_a_part_are_spread_and_counted_by_revision_where_kubernetes_can() -> None:
    for component in ("gateway", "worker-bulk"):
        old, new = (render(kubernetes=version).pods[component] for version in ("1.25.0", "1.33.0"))
        for constraint in new["spec"]["topologySpreadConstraints"]:
            assert constraint["labelSelector"]["matchLabels"].items() <= new["metadata"]["labels"].items()
            assert constraint["matchLabelKeys"] == ["pod-template-hash"]
        assert all("matchLabelKeys" not in each for each in old["spec"]["topologySpreadConstraints"])


def test_a_part_says_where_it_runs_over_what_is_said_of_all() -> None:
    pods = render(
        {
            "pod": {"nodeSelector": {"disk": "ssd"}, "tolerations": [{"operator": "Exists"}]},
            "gateway": {"pod": {"nodeSelector": {"disk": "any"}}},
        }
    ).pods

    assert pods["gateway"]["spec"]["nodeSelector"] == {"disk": "any"}
    assert {pod["spec"]["nodeSelector"]["disk"] for name, pod in pods.items() if name != "gateway"} == {"ssd"}
    assert all(pod["spec"]["tolerations"] == [{"operator": "Exists"}] for pod in pods.values())


def test_a_change_of_settings_rolls_the_pods_and_the_same_ones_do_not() -> None:
    def marks(**settings: Any) -> set[str]:
        pods = render({"settings": settings}).pods
        return {pod["metadata"]["annotations"]["testdata/settings"] for name, pod in pods.items() if name != "test"}

    assert marks(LOG_LEVEL="debug") == marks(LOG_LEVEL="debug")
    assert marks(LOG_LEVEL="debug") != marks(LOG_LEVEL="info")


def test_settings_arrive_as_they_were_written() -> None:
    settings = render(
        {"settings": {"MAX_MESSAGE_BYTES": 1073741824, "COHERENCE_THRESHOLD": 0.9, "TRACING_ENABLED": True}}
    ).the("ConfigMap", "-settings")

    assert settings["data"] == {
        "ENVIRONMENT": "production",
        "CONNECTION_AGE_SECONDS": "600",
        "MAX_MESSAGE_BYTES": "1073741824",
        "COHERENCE_THRESHOLD": "0.9",
        "TRACING_ENABLED": "true",
    }


def test_workers_take_from_their_queues_with_the_pool_that_suits_each() -> None:
    pods = render().pods
    bulk, model = (container(pods[f"worker-{name}"])["command"] for name in ("bulk", "model"))

    assert bulk[:3] == model[:3] == ["celery", "--app=worker", "worker"]
    assert {"--queues=bulk", "--pool=prefork", "--concurrency=2"} <= set(bulk)
    assert {"--queues=model", "--pool=threads", "--concurrency=50"} <= set(model)


def test_a_further_deployment_of_workers_is_as_the_others_where_it_says_nothing() -> None:
    values = {
        "queues": ["bulk", "model"],
        "pool": "threads",
        "concurrency": 5,
        "resources": {"limits": {"memory": "1Gi"}},
    }
    pods = render({"workers": {"both": values}}).pods

    assert "--queues=bulk,model" in container(pods["worker-both"])["command"]
    assert container(pods["worker-both"])["image"] == container(pods["worker-bulk"])["image"]


def test_images_are_those_that_are_named() -> None:
    digest = f"sha256:{'0' * 64}"
    pods = render(
        {"image": {"registry": "registry.test/own/", "tag": "7"}, "gateway": {"image": {"digest": digest}}}
    ).pods

    assert container(pods["gateway"])["image"] == f"registry.test/own/testdata-gateway@{digest}"
    assert container(pods["flower"])["image"] == "registry.test/own/testdata-worker:7"
    assert container(pods["migration"])["image"] == "registry.test/own/testdata-worker:7"
