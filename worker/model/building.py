"""The model path put together from settings; for the composition root."""

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.generator import Generator
from testdata_agent.service.access.ceilings import TokenCeilings
from testdata_agent.service.prices import Prices
from testdata_agent.service.settings import ModelPathSettings, ModelSettings, QualitySettings
from testdata_agent.service.tracing import Tracing
from testdata_agent.stores.cassettes.base import CassetteStore
from testdata_agent.stores.cassettes.files import FileCassettes
from testdata_agent.stores.cassettes.layered import LayeredCassettes
from testdata_agent.stores.cassettes.sql import SqlCassettes
from testdata_agent.stores.jobs import JobStore
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.sql import SqlPatterns
from testdata_agent.stores.pools import PoolStore
from worker.model.making import Rules
from worker.model.purse import Purse
from worker.model.runner import ModelRunner
from worker.model.teaching import Teaching
from worker.providers.base import Provider
from worker.providers.models import Models, Observer


def model_runner(
    model: ModelSettings,
    path: ModelPathSettings,
    quality: QualitySettings,
    database: AsyncEngine,
    ledger: JobStore,
    pools: PoolStore | None = None,
    observer: Observer | None = None,
    tracing: Tracing | None = None,
) -> ModelRunner:
    """The runner of the paths that models write; without any provider it leaves what it may to the engine."""
    models = Models.of(
        providers_of(model, path),
        most=path.llm_parallel_batches,
        # Kept answers are found without a key, too.
        names=tuple(dict.fromkeys(filter(None, (model.claude_model, model.vllm_model)))),
        call_seconds=path.llm_call_seconds,
        observer=observer,
        tracing=tracing,
    )
    rules = Rules(
        threshold=quality.coherence_threshold,
        max_tokens=model.claude_max_tokens,
        temperature=model.claude_temperature,
        prices=Prices.of(path),
    )
    purse = Purse(ledger, path.llm_tokens_per_request, TokenCeilings.of(path))
    cassettes, patterns = cassettes_of(path, database), SqlPatterns(database)
    generator = Generator(pools)
    teaching = Teaching(patterns, StaticEmbedder(), generator) if path.learn_from_models else None
    return ModelRunner(generator, models, cassettes, rules, purse, patterns.get, teaching)


def providers_of(model: ModelSettings, path: ModelPathSettings) -> list[Provider]:
    """The providers that are set up, in the order in which they are asked."""
    found: list[Provider] = []
    if model.anthropic_api_key is not None:
        # The libraries take a moment to import; who has no key does without.
        from worker.providers.anthropic import AnthropicProvider  # noqa: PLC0415

        key = model.anthropic_api_key.get_secret_value()
        found.append(
            AnthropicProvider(
                api_key=key,
                model=model.claude_model,
                base_url=_text(model.anthropic_base_url),
                stall_seconds=path.llm_stall_seconds,
            )
        )
    if model.vllm_base_url is not None:
        from worker.providers.openai import OpenAiProvider  # noqa: PLC0415

        local = OpenAiProvider(
            base_url=model.vllm_base_url.get_secret_value(),
            model=model.vllm_model,
            api_key=_text(model.vllm_api_key),
            stall_seconds=path.llm_stall_seconds,
        )
        found.insert(0 if model.use_local_llm else len(found), local)
    return found


def cassettes_of(path: ModelPathSettings, database: AsyncEngine) -> CassetteStore:
    """The folder, where one is set, before the database."""
    rows = SqlCassettes(database)
    return LayeredCassettes([FileCassettes(path.testdata_cassettes), rows] if path.testdata_cassettes else [rows])


def _text(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
