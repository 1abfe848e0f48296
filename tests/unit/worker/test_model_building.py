from pathlib import Path

import pytest

from testdata_agent.service.settings import ModelPathSettings, ModelSettings
from testdata_agent.stores.database import open_database
from worker.model.building import cassettes_of, providers_of
from worker.providers.anthropic import AnthropicProvider
from worker.providers.base import FaultKind, ModelRequest, ProviderFault

LOCAL = {"VLLM_BASE_URL": "http://127.0.0.1:9/v1", "VLLM_MODEL": "local"}


def names(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return [provider.name for provider in providers_of(ModelSettings(), ModelPathSettings())]


@pytest.mark.parametrize("key", ["your-api-key", "", "<key>", "sk-ant-..."])
def test_a_placeholder_is_no_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert names(monkeypatch, ANTHROPIC_API_KEY=key) == []


def test_claude_is_asked_first_unless_the_local_model_is_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(monkeypatch, ANTHROPIC_API_KEY="sk-real", **LOCAL) == ["anthropic", "vllm"]
    assert names(monkeypatch, USE_LOCAL_LLM="true") == ["vllm", "anthropic"]


async def test_a_folder_of_cassettes_comes_before_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TESTDATA_CASSETTES", str(tmp_path))
    database = open_database("sqlite://")
    assert len(cassettes_of(ModelPathSettings(), database)._stores) == 2  # type: ignore[attr-defined]
    await database.dispose()


async def test_no_test_can_call_a_real_model() -> None:
    provider = AnthropicProvider(api_key="sk-real", model="claude-sonnet-5-5", base_url="https://api.anthropic.com")
    with pytest.raises(ProviderFault) as caught:
        await anext(provider.stream(ModelRequest("a", "b", {}, 1)))
    assert caught.value.kind is FaultKind.CONNECTION
    assert "tests call no other machine" in repr(caught.value.__cause__.__cause__ or caught.value.__cause__.__context__)  # type: ignore[union-attr]
    await provider.close()
