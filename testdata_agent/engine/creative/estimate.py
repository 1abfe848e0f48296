"""What a request will cost on the model path, before it is run: tokens, roughly and rather too many than too few."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from testdata_agent.engine.creative.answer_schema import answer_schema
from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.creative.cutting import FIRST_ROWS, batch_rows, exemplar_shares
from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.engine.variation.donors import EXPAND_ABOVE, MOST_EXEMPLARS

#: Characters of English and of JSON that make a token, about.
_CHARACTERS = 3.5
#: Tokens of a prompt that no request changes.
_FRAME = 900
#: Tokens of one value and of its key, brackets and commas, by what it is.
_OF_NUMBER, _OF_NAME, _OF_PROSE = 6, 12, 70
_PROSE = frozenset({"prose", "review", "rated"})
_USUAL_ITEMS = 3


def text_tokens(text: str) -> int:
    """Tokens of a text, about."""
    return int(len(text) / _CHARACTERS) + 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request will take, about.

    Attributes:
        written: Records that a model writes; the others are grown from them, or made by the engine.
        calls: Of the model.
    """

    written: int
    calls: int
    input_tokens: int
    output_tokens: int

    @property
    def tokens(self) -> int:
        """All of them."""
        return self.input_tokens + self.output_tokens


def estimate(run: Run, request: GenerationRequest) -> Estimate:
    """What the model path would take for an admitted request."""
    expanded = request.expansion and run.count > EXPAND_ABOVE
    said = request.context + " ".join(request.hints)
    # Scenarios that differ in nothing but their names share a plan.
    known: dict[int, tuple[int, int]] = {}
    written = calls = inputs = outputs = 0
    for segment in run.segments:
        if id(segment.plan) not in known:
            known[id(segment.plan)] = _of_plan(Completion(run, segment).parts, said)
        prompt, record = known[id(segment.plan)]
        if not record:
            continue
        rows = segment.stop - segment.start
        share = exemplars(rows, run.count) if expanded else rows
        turns = len(exemplar_shares(share)) if expanded else _calls(segment, batch_rows(run.count))
        written += share
        calls += turns
        inputs += turns * (_FRAME + 2 * prompt)
        outputs += share * record
    return Estimate(written, calls, inputs, outputs)


def _calls(segment: Segment, size: int) -> int:
    """Calls for the rows of a scenario, the first of all rows in one of its own."""
    first = FIRST_ROWS if segment.start == 0 else 0
    return (1 if first else 0) + -(-(segment.stop - segment.start - first) // size)


def _of_plan(parts: tuple[Part, ...], said: str) -> tuple[int, int]:
    """Tokens of the prompt's own texts, and of one record; zeros where a model has nothing to write."""
    return (text_tokens(said + json.dumps(answer_schema(parts))), record_tokens(parts)) if parts else (0, 0)


def exemplars(rows: int, count: int) -> int:
    """How many of the rows of one scenario a model writes where the rest is grown from them."""
    return min(rows, max(3, MOST_EXEMPLARS * rows // count))


def record_tokens(parts: tuple[Part, ...]) -> int:
    """Tokens of one record as a model writes it."""
    return 3 + sum(_tokens(parts))


def _tokens(parts: tuple[Part, ...]) -> Iterator[int]:
    for part in parts:
        times = max(part.lengths[0], min(_USUAL_ITEMS, part.lengths[1])) if part.array else 1
        if part.parts:
            yield 4 + times * (2 + sum(_tokens(part.parts)))
        else:
            yield times * _of_leaf(part)


def _of_leaf(part: Part) -> int:
    spec = part.leaf
    if spec.type is not FieldType.STRING or spec.values is not None:
        return _OF_NUMBER
    hint = spec.generate or {}
    if hint.get("kind") in _PROSE and hint.get("part") != "title":
        return _OF_PROSE
    return _OF_NAME if spec.generate is not None or (spec.max_length or 99) < 40 else _OF_PROSE // 2
