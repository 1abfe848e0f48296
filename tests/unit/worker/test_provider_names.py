"""Providers are counted under the names that they have themselves."""

from pydantic import SecretStr

from testdata_agent.service.settings import ModelPathSettings, ModelSettings
from worker.metrics import Metrics
from worker.model.building import providers_of


def test_settings_and_providers_agree_on_names() -> None:
    settings = ModelSettings(
        anthropic_api_key=SecretStr("sk-ant-test"), vllm_base_url=SecretStr("http://localhost:1/v1"), vllm_model="m"
    )
    built = providers_of(settings, ModelPathSettings())
    assert settings.providers == tuple(provider.name for provider in built)
    assert ModelSettings(anthropic_api_key=None, vllm_base_url=None).providers == ()


def test_a_provider_s_failures_are_zero_before_the_first() -> None:
    metrics = Metrics()
    metrics.expects("anthropic")
    read = metrics.registry.get_sample_value
    labels = {"provider": "anthropic", "outcome": "authentication"}
    assert read("testdata_worker_model_calls_total", labels) == 0
    assert read("testdata_worker_breaker_open", {"provider": "anthropic"}) == 0
