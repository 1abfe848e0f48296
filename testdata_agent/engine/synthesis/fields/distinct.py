"""Makers of values of which no two in one array are the same."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import orjson

from testdata_agent.engine.coherence.forms import Form, form_of
from testdata_agent.engine.schema.formats import named
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import FIRST_SECOND
from testdata_agent.engine.synthesis.codes import parse_form
from testdata_agent.engine.synthesis.columns import (
    I64,
    Booleans,
    Choices,
    Column,
    Dates,
    Instants,
    Numbers,
    Texts,
    Words,
)
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields.numbers import multiples
from testdata_agent.engine.synthesis.fields.texts import DEFAULT_POOL, expression_of, sampler_of, words_of
from testdata_agent.engine.synthesis.frame import Frame, Level
from testdata_agent.engine.synthesis.generators import codes
from testdata_agent.engine.synthesis.generators.numbers import divides
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import MAX_SPACE, permute_each
from testdata_agent.engine.synthesis.literals import limited, listing
from testdata_agent.engine.synthesis.scales import scaled_bounds, scaled_value, time_bounds

_DAY = 86_400
#: How long before as_of times without bounds of their own begin.
_OPEN_SECONDS = 3650 * _DAY

#: Most multiples of a step with a fraction that are looked through for those that divide.
_FRACTIONS = 4096

#: Types whose texts have a form that an expression makes.
_BY_TYPE = frozenset({FieldType.UUID, FieldType.EMAIL, FieldType.PHONE})

#: How many values there are, and a column of those with these numbers.
_Space = tuple[int, Callable[[Frame, I64], Column]]


def value(draft: Draft, path: str, spec: Field) -> Found:
    """The maker of a leaf in an array that holds no value twice."""
    space = _space(draft, path, spec)
    if space is None:
        return None
    size, column = space

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        assert level.children is not None
        assert level.owners is not None
        assert level.offsets is not None
        # All items of an array go by the hash of its first.
        shared = hashes[0][level.offsets[level.owners]]
        return column(frame, permute_each(level.children, size, shared))

    return make, (), VALUE


def room(draft: Draft, path: str, spec: Field) -> int:
    """How many different values there are, so that no array is longer; 0: a fault was noted."""
    space = _space(draft, path, spec)
    return 0 if space is None else space[0]


def _space(draft: Draft, path: str, spec: Field) -> _Space | None:
    if spec.values is not None and spec.type in NUMERIC_TYPES:
        scale = draft.scale(spec)
        low, high = scaled_bounds(spec, scale)
        every = np.unique([scaled_value(number, scale) for number in spec.values])
        table = every[(every >= (every[0] if low is None else low)) & (every <= (every[-1] if high is None else high))]
        if spec.multiple_of is not None:
            table = table[[Fraction(int(unit), 10**scale) % Fraction(spec.multiple_of) == 0 for unit in table]]
        if not len(table):
            draft.fault(path, "CONTRADICTION", f"none of {listing(spec.values)} is within the bounds and steps")
            return None
        return len(table), lambda _frame, at: Numbers(table[at], scale)
    if spec.values is not None:
        words = Words(tuple(_apart(spec.values)))
        return len(words), lambda _frame, at: Choices(at, words)
    if spec.type is FieldType.BOOLEAN:
        return 2, lambda _frame, at: Booleans(at == 1)
    if spec.type in NUMERIC_TYPES:
        return _numbers(draft, path, spec)
    if spec.type in TIME_TYPES:
        return _times(spec)
    return _texts(draft, path, spec)


def _numbers(draft: Draft, path: str, spec: Field) -> _Space | None:
    found = multiples(draft, path, spec)
    if found is None:
        return None
    first, size, step, scale = found
    if spec.multiple_of is not None and scale:
        every = (first + np.arange(min(size, _FRACTIONS), dtype=np.int64)) * step
        table = every[divides(every, scale, float(spec.multiple_of))]
        return len(table), lambda _frame, at: Numbers(table[at], scale)
    return size, lambda _frame, at: Numbers((first + at) * step, scale)


def _times(spec: Field) -> _Space:
    low, high = time_bounds(spec)
    daily = spec.type is FieldType.DATE
    unit = _DAY if daily else 1
    size = _OPEN_SECONDS // unit if low is None or high is None else high // unit - -(-low // unit) + 1

    def column(frame: Frame, at: I64) -> Column:
        first = max((frame.as_of if high is None else high) - _OPEN_SECONDS, FIRST_SECOND)
        start = -(-(first if low is None else low) // unit)
        return Dates(start + at) if daily else Instants(start + at)

    return size, column


def _apart(values: Sequence[Any]) -> Iterable[Any]:
    """Values of which no two are the same JSON: 1 is not true, and lists and objects cannot be hashed."""
    return {orjson.dumps(value, option=orjson.OPT_SORT_KEYS): value for value in values}.values()


def _texts(draft: Draft, path: str, spec: Field) -> _Space | None:
    expression = expression_of(spec)
    if expression is not None:
        spec = spec.model_copy(update={"regex": expression})
    form = form_of(spec)
    if form is not None and named(spec.format) in {None, "currency"} and spec.type not in _BY_TYPE:
        return _of_form(draft, path, spec, form)
    if spec.regex is None and spec.pattern is None:
        words = words_of(draft, spec, DEFAULT_POOL)
        if words:
            return len(words), lambda _frame, at: Choices(at, words)
    sampler = sampler_of(draft, path, spec)
    if sampler is None:
        return None
    size = min(sampler.space, MAX_SPACE)
    return size, lambda _frame, at: Texts(list(map(sampler.unrank, at.tolist())))


def _of_form(draft: Draft, path: str, spec: Field, form: Form) -> _Space | None:
    """Codes of what the field means; other forms are refused."""
    hint = draft.outline.hints.get(path, {})
    if hint.get("kind") != "code" or limited(spec):
        words = f"unique items that are {form.words} are not made: give a regex, or set max_items to 1"
        draft.fault(path, "UNSUPPORTED_SCHEMA", words)
        return None
    widest, key = max(map(parse_form, hint["forms"]), key=lambda code: code.space), draft.key(path)
    return codes.unique_space(widest), lambda _frame, at: codes.of_numbers(widest, at, key)
