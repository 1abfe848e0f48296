"""Which path answers a request: a pure function of what the caller asked for."""

from dataclasses import dataclass
from typing import Final

from testdata_agent.engine.defects.defect import DefectMode, mode_of
from testdata_agent.engine.request import GenerationMethod, GenerationRequest

#: A context, or a scenario's description, says something when it is longer than this once trimmed.
MIN_CONTEXT_LENGTH: Final = 10
MIN_DESCRIPTION_LENGTH: Final = 20

#: Requests of more records than this that come without a context are answered by the engine.
BULK_COUNT: Final = 500

#: Hints that begin so ask for records like those that were stored.
PATTERN_HINT_PREFIXES: Final = ("similar", "pattern", "historical", "production")
#: Hints that ask for a model.
MODEL_HINTS: Final = frozenset({"coherent", "realistic", "intelligent", "natural"})
#: The hint that asks for the engine.
FAST_HINT: Final = "fast"

#: How sure a decision is, by the rule that made it. Fixed numbers: what the caller set is certain; what the
#: caller asked for in so many words comes next; what was read out of the request's form comes last.
CONFIDENCE_EXPLICIT: Final = 1.0
CONFIDENCE_FAST: Final = 0.95
CONFIDENCE_HYBRID: Final = 0.9
CONFIDENCE_RAG: Final = 0.9
CONFIDENCE_BULK: Final = 0.85
CONFIDENCE_LLM: Final = 0.8
CONFIDENCE_DEFAULT: Final = 0.7


@dataclass(frozen=True, slots=True)
class Decision:
    """The path that was chosen.

    Attributes:
        path: Who is to make the records.
        reason: The sign or signs that decided, in one plain sentence; it quotes no free text of the caller.
        confidence: 0 to 1, one of the CONFIDENCE_* numbers.
    """

    path: GenerationMethod
    reason: str
    confidence: float


def route(request: GenerationRequest, *, free_text_carries_meaning: bool) -> Decision:
    """Chooses the path of a request.

    Args:
        request: What was asked for; nothing of it is checked here.
        free_text_carries_meaning: Whether the schema says that its free text is the point (a review's body).
    """
    if request.method is not None:
        return Decision(request.method, f"The request sets the method {request.method.value}.", CONFIDENCE_EXPLICIT)
    if mode_of(request.defects, request.hints) is not DefectMode.EACH:
        words = "The engine makes sets of records that cover pairs of values."
        return Decision(GenerationMethod.TRADITIONAL, words, CONFIDENCE_FAST)
    hints = [hint.strip().lower() for hint in request.hints]
    pattern_signs = _pattern_signs(request, hints)
    model_signs = _model_signs(request, hints, free_text_carries_meaning)
    if pattern_signs and model_signs:
        reason = f"Stored patterns are asked for by {_listed(pattern_signs)} and a model by {_listed(model_signs)}."
        return Decision(GenerationMethod.HYBRID, reason, CONFIDENCE_HYBRID)
    if pattern_signs:
        reason = f"Stored patterns are asked for by {_listed(pattern_signs)}."
        return Decision(GenerationMethod.RAG, reason, CONFIDENCE_RAG)
    if FAST_HINT in hints:
        return Decision(GenerationMethod.TRADITIONAL, "The hint 'fast' asks for the engine.", CONFIDENCE_FAST)
    if request.count > BULK_COUNT and not request.context.strip():
        reason = f"More than {BULK_COUNT} records without a context are made by the engine."
        return Decision(GenerationMethod.TRADITIONAL, reason, CONFIDENCE_BULK)
    if model_signs:
        return Decision(GenerationMethod.LLM, f"A model is asked for by {_listed(model_signs)}.", CONFIDENCE_LLM)
    reason = "Nothing asks for patterns or a model, so the engine makes the records."
    return Decision(GenerationMethod.TRADITIONAL, reason, CONFIDENCE_DEFAULT)


def _pattern_signs(request: GenerationRequest, hints: list[str]) -> list[str]:
    flags = ("learn_from_history", "defect_triggering", "production_like")
    signs = [flag for flag in flags if getattr(request, flag)]
    if request.patterns:
        signs.append("patterns that are named")
    # The word that matched is named, not the hint: a hint is the caller's text and of any length.
    prefixes = [prefix for prefix in PATTERN_HINT_PREFIXES if any(hint.startswith(prefix) for hint in hints)]
    return signs + [f"a hint that begins with '{prefix}'" for prefix in prefixes]


def _model_signs(request: GenerationRequest, hints: list[str], free_text_carries_meaning: bool) -> list[str]:
    signs = []
    if len(request.context.strip()) > MIN_CONTEXT_LENGTH:
        signs.append("the context")
    signs += [f"the hint '{hint}'" for hint in sorted(MODEL_HINTS.intersection(hints))]
    if free_text_carries_meaning:
        signs.append("an entity whose free text carries meaning")
    if any(len(scenario.description.strip()) > MIN_DESCRIPTION_LENGTH for scenario in request.scenarios):
        signs.append("a scenario's description")
    return signs


def _listed(signs: list[str]) -> str:
    return signs[0] if len(signs) == 1 else f"{', '.join(signs[:-1])} and {signs[-1]}"
