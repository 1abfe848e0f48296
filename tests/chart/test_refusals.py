"""Values that do not work are refused before anything is there, by a line for each that says what to do."""

from subprocess import run
from typing import Any

import pytest

from tests.chart.rendering import CHART, KUBERNETES, Refused, bare, helm, render


def test_what_must_be_said_is_asked_for_all_at_once() -> None:
    with pytest.raises(Refused) as refused:
        bare()

    lines = [line.strip() for line in str(refused.value).splitlines() if line.startswith("  - ")]
    assert [line.split(":")[0].split(" ")[1] for line in lines] == [
        "image.registry",
        "redis.existingSecret",
        "database.existingSecret",
        "flower.auth.existingSecret",
    ]


def test_a_gateway_alone_needs_no_store() -> None:
    rendered = render(
        {
            "existingSecret": "",
            "workers": {"bulk": {"enabled": False}, "model": {"enabled": False}},
            "flower": {"enabled": False},
            "migration": {"enabled": False},
        }
    )

    assert set(rendered.pods) == {"gateway", "test"}


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"gateway": {"replica": 3}}, r"at '/gateway': additional properties 'replica' not allowed"),
        ({"settings": {"MAX_SYNC_RECRODS": 5}}, r"at '/settings': additional properties 'MAX_SYNC_RECRODS'"),
        ({"settings": {"MAX_SYNC_RECORDS": 0}}, r"at '/settings/MAX_SYNC_RECORDS': minimum: got 0, want 1"),
        ({"settings": {"REDIS_URL": "redis://:word@r"}}, r"at '/settings': additional properties 'REDIS_URL'"),
        (
            {"workers": {"bulk": {"queues": ["bulky"]}}},
            r"at '/workers/bulk/queues/0': value must be one of 'bulk', 'model'",
        ),
        ({"workers": {"new": {}}}, r"workers\.new: queues, pool, concurrency and resources must be set"),
        ({"existingSecret": "Not A Name"}, r"at '/existingSecret'"),
        ({"nameOverride": "Test_Data"}, r"at '/nameOverride'"),
        ({"image": {"registry": "https://registry.test/qa"}}, r"at '/image/registry'"),
        ({"image": {"tag": "1.2:3"}}, r"at '/image/tag'"),
        ({"commonLabels": {"team": "b/c/d"}}, r"at '/commonLabels/team': 'b/c/d' does not match pattern"),
        ({"commonLabels": {"a/b/c": "d"}}, r"at '/commonLabels': additional properties 'a/b/c' not allowed"),
        ({"pod": {"labels": {"team": "x" * 64}}}, r"at '/pod/labels/team'"),
        ({"flower": {"resources": {"limits": {"memory": "lots"}}}}, r"at '/flower/resources/limits/memory'"),
        (
            {"gateway": {"resources": {"limits": {"memroy": "1Gi"}}}},
            r"at '/gateway/resources/limits': additional properties 'memroy'",
        ),
        ({"workers": {"Bulk": {}}}, r"at '/workers': additional properties 'Bulk' not allowed"),
        ({"flower": None}, r"at '': missing property 'flower'"),
        ({"gateway": {"resources": None}}, r"at '/gateway': missing property 'resources'"),
        ({"networkPolicy": {"redis": {"ports": []}}}, r"at '/networkPolicy/redis/ports': minItems: got 0, want 1"),
        ({"tmpSize": "256K"}, r"at '/tmpSize'"),
        ({"gateway": {"ingress": {"hosts": ["QA_test"]}}}, r"at '/gateway/ingress/hosts/0'"),
        ({"gateway": {"drainSeconds": "soon"}}, r"at '/gateway/drainSeconds': got string, want integer"),
        ({"apiKeys": {"enabled": True}}, r"apiKeys\.existingSecret: the Secret whose api-keys\.yaml"),
        ({"tls": {"enabled": True}}, r"tls\.existingSecret: a Secret of the type kubernetes\.io/tls"),
        ({"tls": {"clientCa": {"enabled": True}}}, r"tls\.clientCa\.enabled: .* only with tls\.enabled"),
        ({"gateway": {"autoscaling": {"minReplicas": 9}}}, r"gateway\.autoscaling: minReplicas is above maxReplicas"),
        ({"gateway": {"resources": {"requests": {"cpu": None}}}}, r"gateway\.resources\.requests\.cpu"),
        ({"workerDefaults": {"autoscaling": {"minReplicas": 99}}}, r"workers\.bulk\.autoscaling: minReplicas"),
        ({"keda": {"enabled": True, "trigger": "prometheus"}}, r"keda\.prometheusUrl: keda\.trigger is prometheus"),
        ({"flower": {"ingress": {"enabled": True}}}, r"flower\.ingress\.hosts: no host is named"),
        (
            {"flower": {"ingress": {"enabled": True, "hosts": ["a.test"]}}},
            r"networkPolicy\.ingressController: flower\.ingress\.enabled lets nobody in",
        ),
        ({"serviceMonitor": {"enabled": True}}, r"networkPolicy\.monitoring: serviceMonitor\.enabled measures nothing"),
        ({"weaviate": {"auth": {"enabled": True}}}, r"weaviate\.url: what else is said of weaviate needs it"),
        ({"vllm": {"url": "http://vllm:8000/v1"}}, r"vllm\.model: the model's name"),
        ({"vllm": {"model": "llama"}}, r"vllm\.url: what else is said of vllm needs it"),
    ],
)
def test_values_that_do_not_work_are_refused_by_name(values: dict[str, Any], line: str) -> None:
    with pytest.raises(Refused, match=line):
        render(values)


def test_faults_of_several_values_are_told_together() -> None:
    with pytest.raises(Refused) as refused:
        render({"apiKeys": {"enabled": True}, "tls": {"enabled": True}, "vllm": {"model": "llama"}})

    assert all(name in str(refused.value) for name in ("apiKeys.existingSecret", "tls.existingSecret", "vllm.url"))


@pytest.mark.parametrize("release", ["7eleven", "qa.shop"])
def test_a_release_whose_name_no_service_can_have_is_refused(release: str) -> None:
    values = ["--set=image.registry=registry.test/qa", "--set=existingSecret=testdata", f"--kube-version={KUBERNETES}"]
    done = run([helm(), "template", release, str(CHART), *values], capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert f"fullnameOverride: no Service can be called {release}-test-data-agent" in done.stderr


def test_every_way_to_write_an_amount_is_taken() -> None:
    amounts = {"cpu": 2, "memory": "1.5Gi", "ephemeral-storage": "1e9", "nvidia.com/gpu": "1", "hugepages-2Mi": "4Mi"}

    limits = render({"gateway": {"resources": {"limits": amounts}}}).pods["gateway"]["spec"]["containers"][0]

    assert limits["resources"]["limits"] == amounts
