"""What a model would have written for records that the engine made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.generator import default_generator


def a_run(entity: str = "cart", **request: Any) -> Run:
    defaults = GenerationRequest(entity=entity, count=20, seed=7)
    return default_generator().prepare_now(replace(defaults, **request))


def a_completion(entity: str = "cart", segment: int = 0, **request: Any) -> Completion:
    run = a_run(entity, **request)
    return Completion(run, run.segments[segment])


def written(parts: Sequence[Part], values: Mapping[str, Any]) -> dict[str, Any]:
    """Creative parts under their short keys."""
    result: dict[str, Any] = {}
    for part in parts:
        value = values[part.name]
        if part.parts:
            inner = [written(part.parts, entry) for entry in (value if part.array else [value])]
            value = inner if part.array else inner[0]
        result[part.key] = value
    return result


def a_cart(*items: tuple[str, int, Any, str]) -> dict[str, Any]:
    return {"i": [{"n": name, "q": quantity, "p": price, "c": category} for name, quantity, price, category in items]}
