"""Creative parts of some rows as columns that a plan is filled around."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.schema.model import NUMERIC_TYPES, FieldType
from testdata_agent.engine.synthesis.columns import Booleans, Choices, Column, Numbers, Texts
from testdata_agent.engine.synthesis.plan import LENGTHS, Given
from testdata_agent.engine.synthesis.scales import scaled_value


def given_columns(parts: Sequence[Part], rows: Sequence[Mapping[str, Any]]) -> Given:
    """What a plan takes as given for rows whose creative parts these are, every one of them whole."""
    given: dict[str, Callable[[Column], Column]] = {}
    for path, part, values in _columns(parts, rows):
        if path.endswith(LENGTHS):
            given[path] = _lengths(values)
        else:
            given[path] = _leaf(part, values)
    return given


def _columns(parts: Sequence[Part], objects: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Part, list[Any]]]:
    """(path, part, one value a position) of every column, those of lists as the engine has them: all items in a row."""
    for part in parts:
        values = [entry[part.name] for entry in objects]
        if not part.array:
            if part.parts:
                yield from _columns(part.parts, values)
            else:
                yield part.path, part, values
            continue
        yield part.path + LENGTHS, part, [len(items) for items in values]
        flat = [item for items in values for item in items]
        if part.parts:
            yield from _columns(part.parts, flat)
        else:
            yield part.path, part, flat


def _lengths(values: Sequence[int]) -> Callable[[Column], Column]:
    return lambda made: Numbers(np.array(values, dtype=np.int64), 0, made.present, made.nulls)


def _leaf(part: Part, values: Sequence[Any]) -> Callable[[Column], Column]:
    kind = part.leaf.type

    def over(made: Column) -> Column:
        if kind in NUMERIC_TYPES:
            scale = made.scale if isinstance(made, Numbers) else 0
            numbers = [scaled_value(value, scale) for value in values]
            return Numbers(np.array(numbers, dtype=np.int64), scale, made.present, made.nulls)
        if kind is FieldType.BOOLEAN:
            return Booleans(np.array(values, dtype=bool), made.present, made.nulls)
        if isinstance(made, Choices) and part.leaf.values is not None:
            # What follows from a choice looks its line up.
            codes = {str(text): code for code, text in enumerate(made.words.texts)}
            if codes.keys() >= set(map(str, values)):
                listed = np.array([codes[str(value)] for value in values], dtype=np.int64)
                return Choices(listed, made.words, made.present, made.nulls)
        return Texts([str(value) for value in values], made.present, made.nulls)

    return over
