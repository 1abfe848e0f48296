"""Secrets are named, by those who need them, and nothing of them is in what Helm writes."""

import re

import pytest

from tests.chart.matrix import API_KEYS, COMBINATIONS, MODELS, MTLS, WEAVIATE
from tests.chart.rendering import Refused, container, environment, render, text

#: Variables that hold a secret, or a URL with one in it.
SECRET = re.compile(r"(_KEY|_AUTH|PASSWORD|TOKEN|REDIS_URL|DATABASE_URL)$")


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_variables_that_hold_secrets_come_out_of_secrets(combination: str) -> None:
    for component, pod in render(*COMBINATIONS[combination]).pods.items():
        for name, value in environment(pod).items():
            if SECRET.search(name) and (component, name) != ("flower", "DATABASE_URL"):
                assert set(value) == {"secretKeyRef"}, (component, name)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_the_chart_makes_no_secret(combination: str) -> None:
    assert render(*COMBINATIONS[combination]).of("Secret") == ()


def test_each_part_is_given_the_secrets_that_it_needs_and_no_other() -> None:
    pods = render(MODELS, WEAVIATE).pods
    stores, models = {"REDIS_URL", "DATABASE_URL"}, {"ANTHROPIC_API_KEY", "VLLM_API_KEY"}

    assert {
        component: {name for name, value in environment(pod).items() if isinstance(value, dict)}
        for component, pod in pods.items()
    } == {
        "gateway": {*stores, *models, "WEAVIATE_API_KEY"},
        "worker-bulk": stores,
        "worker-model": {*stores, *models},
        "flower": {"REDIS_URL", "FLOWER_BASIC_AUTH"},
        "migration": {"DATABASE_URL"},
        "test": set(),
    }


def test_one_secret_serves_for_all_and_each_may_have_its_own() -> None:
    pods = render({"redis": {"existingSecret": "broker", "key": "url"}}).pods
    variables = environment(pods["worker-bulk"])

    assert variables["REDIS_URL"] == {"secretKeyRef": {"name": "broker", "key": "url"}}
    assert variables["DATABASE_URL"] == {"secretKeyRef": {"name": "testdata", "key": "DATABASE_URL"}}


def test_certificates_and_keys_of_callers_are_mounted_whole_so_that_changes_arrive() -> None:
    pod = render(MTLS, API_KEYS).pods["gateway"]
    variables = environment(pod)
    mounts = {mount["name"]: mount for mount in container(pod)["volumeMounts"]}
    secrets = {volume["name"]: volume["secret"] for volume in pod["spec"]["volumes"] if "secret" in volume}

    assert {name: secret["secretName"] for name, secret in secrets.items()} == {
        "tls": "gateway-tls",
        "client-ca": "clients",
        "api-keys": "clients-keys",
    }
    assert not any("subPath" in mount for mount in mounts.values())
    for variable, volume in {
        "TLS_CERT_FILE": "tls",
        "TLS_KEY_FILE": "tls",
        "TLS_CLIENT_CA_FILE": "client-ca",
        "API_KEYS_FILE": "api-keys",
    }.items():
        folder, _, name = variables[variable].rpartition("/")
        assert folder == mounts[volume]["mountPath"]
        assert name in {item["path"] for item in secrets[volume]["items"]}


def test_nobody_but_the_gateway_has_the_key_of_its_certificate() -> None:
    pods = render(MTLS, API_KEYS).pods
    holders = {
        component
        for component, pod in pods.items()
        for volume in pod["spec"]["volumes"]
        if "secret" in volume
        for item in volume["secret"].get("items", [])
        if item["key"] in {"tls.key", "api-keys.yaml"}
    }

    assert holders == {"gateway"}


def test_a_refusal_of_a_url_with_a_password_does_not_repeat_it() -> None:
    with pytest.raises(Refused) as refused:
        text({"weaviate": {"url": "http://user:s3cret-word@weaviate:8080"}})

    assert "weaviate.url: a password has no place in values" in str(refused.value)
    assert "s3cret-word" not in str(refused.value)
