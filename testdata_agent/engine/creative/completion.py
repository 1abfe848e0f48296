"""Creative parts to whole records: the engine fills in all else, and derives what follows."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from testdata_agent.engine.creative.given import given_columns
from testdata_agent.engine.creative.parts import Part, creative_parts
from testdata_agent.engine.render import json as json_render
from testdata_agent.engine.render.base import Writer
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.synthesis.parts import wholes


class Completion:
    """Makes the rows of one scenario of a run around what was written for them.

    Attributes:
        run: Whose rows are made.
        segment: The scenario.
        parts: What is to be written for each row; empty: the engine makes all of it.
    """

    def __init__(self, run: Run, segment: Segment) -> None:
        """Takes a run and one of its segments."""
        self.run, self.segment = run, segment
        self.parts: tuple[Part, ...] = creative_parts(
            run.schema.fields, segment.limits, segment.plan.derived, run.hints
        )

    def rows(self, first: int, values: Sequence[Mapping[str, Any]]) -> list[str]:
        """Records as JSON, from the run's row `first` on (relative to its `first_row`), one for each of `values`.

        Raises:
            UnsatisfiableError: a rule or bound that nothing around the values could meet.
        """
        run = self.run
        numbers = np.arange(run.first_row + first, run.first_row + first + len(values), dtype=np.int64)
        given = given_columns(self.parts, values)
        frame = self.segment.plan.around(given, numbers, seed=run.seed, as_of=run.as_of)
        if not run.envelope:
            return self._writer.rows(frame)
        name = json_render.literal(self.segment.scenario)
        return self._writer.rows(frame, [',"_index":', wholes(numbers), ',"_scenario":', name])

    def values_of(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """The creative parts of a finished record; None where one of them is not there."""
        return _values(self.parts, record)

    @cached_property
    def _writer(self) -> Writer:
        return self.run.renderings.json().writer()


def _values(parts: Sequence[Part], record: Mapping[str, Any]) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    for part in parts:
        value = record.get(part.name)
        if part.parts and value is not None:
            inner = [_values(part.parts, entry) for entry in (value if part.array else [value])]
            value = None if None in inner else inner if part.array else inner[0]
        if value is None:
            return None
        values[part.name] = value
    return values
