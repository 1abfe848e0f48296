"""A few records of the real model: `make test-live`, with ANTHROPIC_API_KEY set. It costs some cents."""

import os
from dataclasses import replace

import pytest

from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import default_generator
from tests.integration.model.jobs import Desk
from worker.providers.anthropic import AnthropicProvider

pytestmark = pytest.mark.live

CONTEXT = "Carts of a family that moves into its first house"


@pytest.fixture
async def desk() -> Desk:
    key = os.environ.get("ANTHROPIC_API_KEY")
    if not key:
        pytest.fail("set ANTHROPIC_API_KEY to run the live tests")
    model = os.environ.get("CLAUDE_MODEL", "claude-sonnet-5-5")
    return Desk([AnthropicProvider(api_key=key, model=model)], names=(model,))


@pytest.mark.parametrize("entity", ["cart", "review"])
async def test_a_real_model_writes_coherent_records(desk: Desk, entity: str) -> None:
    outcome = await desk.run(entity=entity, count=4, context=CONTEXT)
    await desk.close()
    request = GenerationRequest(entity=entity, count=1, seed=7)
    run = default_generator().prepare_now(replace(request, as_of=1_767_225_600))
    report = Scorer(run.schema, as_of=run.as_of).score_json(outcome.rows)
    assert len(outcome.rows) == 4
    assert (report.score or 0) >= 0.95
    assert outcome.usage.output_tokens / 4 <= 200
