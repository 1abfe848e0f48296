from typing import Any

import pytest

from testdata_agent.engine import routing
from testdata_agent.engine.request import GenerationMethod, GenerationRequest, PatternChoice, Scenario
from testdata_agent.engine.routing import Decision, route

TRADITIONAL, LLM, RAG, HYBRID = (
    GenerationMethod.TRADITIONAL,
    GenerationMethod.LLM,
    GenerationMethod.RAG,
    GenerationMethod.HYBRID,
)
CONTEXT = "carts of new parents"


def decide(*, meaning: bool = False, **asked: Any) -> Decision:
    return route(GenerationRequest(entity="cart", **asked), free_text_carries_meaning=meaning)


def described(text: str) -> tuple[Scenario, ...]:
    return (Scenario(name="s", count=1, overrides={}, description=text),)


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        # nothing said
        ({}, TRADITIONAL),
        # RAG signs, one at a time
        ({"learn_from_history": True}, RAG),
        ({"defect_triggering": True}, RAG),
        ({"production_like": True}, RAG),
        ({"patterns": (PatternChoice(pattern_ids=("pat-1",)),)}, RAG),
        ({"hints": ("similar",)}, RAG),
        ({"hints": ("similar to last week",)}, RAG),
        ({"hints": ("patterns",)}, RAG),
        ({"hints": ("historical",)}, RAG),
        ({"hints": ("production-like",)}, RAG),
        ({"hints": ("  Similar ",)}, RAG),
        ({"hints": ("dissimilar",)}, TRADITIONAL),
        # LLM signs, one at a time
        ({"context": CONTEXT}, LLM),
        ({"hints": ("coherent",)}, LLM),
        ({"hints": ("realistic",)}, LLM),
        ({"hints": ("intelligent",)}, LLM),
        ({"hints": ("natural",)}, LLM),
        ({"hints": (" NATURAL\n",)}, LLM),
        ({"hints": ("naturally",)}, TRADITIONAL),
        ({"hints": ("very realistic",)}, TRADITIONAL),
        ({"meaning": True}, LLM),
        ({"scenarios": described("a cart that was left behind")}, LLM),
        # thresholds of substance: over 10, over 20, trimmed
        ({"context": "x" * 10}, TRADITIONAL),
        ({"context": "x" * 11}, LLM),
        ({"context": "   " + "x" * 10 + "   "}, TRADITIONAL),
        ({"scenarios": described("x" * 20)}, TRADITIONAL),
        ({"scenarios": described("x" * 21)}, LLM),
        ({"scenarios": described(" " * 9 + "x" * 20)}, TRADITIONAL),
        # both kinds of sign
        ({"learn_from_history": True, "context": CONTEXT}, HYBRID),
        ({"hints": ("pattern", "realistic")}, HYBRID),
        ({"production_like": True, "meaning": True}, HYBRID),
        ({"defect_triggering": True, "scenarios": described("x" * 21)}, HYBRID),
        # fast and bulk stand above LLM signs and below RAG signs
        ({"hints": ("fast",)}, TRADITIONAL),
        ({"hints": (" FAST ", "realistic")}, TRADITIONAL),
        ({"hints": ("fast",), "context": CONTEXT}, TRADITIONAL),
        ({"hints": ("fast",), "meaning": True}, TRADITIONAL),
        ({"hints": ("fast", "similar")}, RAG),
        ({"hints": ("fast", "similar"), "context": CONTEXT}, HYBRID),
        ({"hints": ("faster", "realistic")}, LLM),
        ({"count": 501, "meaning": True}, TRADITIONAL),
        ({"count": 500, "meaning": True}, LLM),
        ({"count": 501, "hints": ("realistic",)}, TRADITIONAL),
        ({"count": 501, "context": "  \n", "meaning": True}, TRADITIONAL),
        ({"count": 501, "context": "short", "meaning": True}, LLM),
        ({"count": 100_000, "context": CONTEXT}, LLM),
        ({"count": 501, "learn_from_history": True}, RAG),
        ({"count": 501, "learn_from_history": True, "meaning": True}, HYBRID),
    ],
)
def test_signs_decide_in_the_promised_order(asked: dict[str, Any], path: GenerationMethod) -> None:
    assert decide(**asked).path is path


@pytest.mark.parametrize("method", GenerationMethod)
def test_a_method_that_the_caller_set_wins_over_every_sign_and_is_certain(method: GenerationMethod) -> None:
    decision = decide(method=method, hints=("fast", "similar", "realistic"), context=CONTEXT, count=900, meaning=True)
    assert decision == Decision(method, f"The request sets the method {method.value}.", 1.0)


@pytest.mark.parametrize(
    ("asked", "confidence"),
    [
        ({}, routing.CONFIDENCE_DEFAULT),
        ({"hints": ("fast",), "count": 900}, routing.CONFIDENCE_FAST),
        ({"count": 900}, routing.CONFIDENCE_BULK),
        ({"context": CONTEXT}, routing.CONFIDENCE_LLM),
        ({"production_like": True}, routing.CONFIDENCE_RAG),
        ({"production_like": True, "context": CONTEXT}, routing.CONFIDENCE_HYBRID),
    ],
)
def test_each_rule_has_its_fixed_confidence(asked: dict[str, Any], confidence: float) -> None:
    assert decide(**asked).confidence == confidence


def test_only_what_the_caller_set_is_certain() -> None:
    numbers = [getattr(routing, name) for name in dir(routing) if name.startswith("CONFIDENCE_")]
    assert sorted(number for number in numbers if number == 1.0) == [routing.CONFIDENCE_EXPLICIT]
    assert all(0 < number <= 1 for number in numbers)


def test_the_reason_names_every_sign_that_decided() -> None:
    reason = decide(
        learn_from_history=True,
        hints=("Similar to Monday", "natural"),
        context=CONTEXT,
        scenarios=described("x" * 21),
        meaning=True,
    ).reason
    for sign in ("learn_from_history", "'similar'", "the context", "'natural'", "free text", "scenario's description"):
        assert sign in reason
    assert reason.endswith(".")


def test_the_reason_never_quotes_the_callers_text() -> None:
    decision = decide(hints=("similar to account 4711",), context="secret of the house")
    assert "4711" not in decision.reason
    assert "secret" not in decision.reason
