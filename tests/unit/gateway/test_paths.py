import asyncio

import pytest

from gateway.errors.refusal import Refusal
from gateway.paths import AbsentRunner, EngineRunner, Lack, Paths, built_in_paths
from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.routing import Decision
from testdata_agent.generator import default_generator

T, L, R, H = (GenerationMethod(name) for name in ("traditional", "llm", "rag", "hybrid"))
ALL = built_in_paths(model_configured=False)


def choose(paths: Paths, path: GenerationMethod, method: GenerationMethod | None = None) -> tuple[object, object]:
    request = GenerationRequest(entity="cart", method=method, seed=1, as_of=0)
    run = default_generator().prepare_now(request)
    choice = asyncio.run(paths.choose(Decision(path, "because", 0.9), request, run))
    return choice.served, choice.fallback_from


@pytest.mark.parametrize("wanted", [L, R, H])
def test_what_cannot_serve_falls_to_the_engine_when_routing_chose_it(wanted: GenerationMethod) -> None:
    assert choose(ALL, wanted) == (T, wanted)


def test_the_engine_needs_no_stand_in() -> None:
    assert choose(ALL, T) == (T, None)


def test_hybrid_falls_to_patterns_where_there_are_some() -> None:
    paths = Paths(
        {
            T: EngineRunner(),
            L: AbsentRunner(Lack.NO_MODEL, "no"),
            R: EngineRunner(),
            H: AbsentRunner(Lack.NO_MODEL, "no"),
        }
    )
    assert choose(paths, H) == (R, H)
    assert choose(paths, L) == (T, L)


@pytest.mark.parametrize("wanted", [L, R, H])
def test_what_the_caller_set_is_refused_instead(wanted: GenerationMethod) -> None:
    with pytest.raises(Refusal) as raised:
        choose(ALL, wanted, method=wanted)
    assert raised.value.reason == "PATH_UNAVAILABLE"
    assert wanted.value in raised.value.text


def test_a_choice_says_in_a_word_what_the_wanted_path_lacked() -> None:
    request = GenerationRequest(entity="cart", seed=1, as_of=0)
    run = default_generator().prepare_now(request)
    paths = {
        Lack.NO_MODEL: (ALL, L),
        Lack.NO_JOBS: (built_in_paths(model_configured=True), H),
        Lack.PATTERNS_NOT_KEPT: (ALL, R),
    }
    for lack, (table, wanted) in paths.items():
        choice = asyncio.run(table.choose(Decision(wanted, "because", 0.9), request, run))
        assert (choice.lack, choice.served) == (lack, T)
        assert choice.fallback_reason
    served = asyncio.run(ALL.choose(Decision(T, "because", 0.9), request, run))
    assert served.lack is None
