"""Values are within their limits: bounds, lengths, lists of values, regexes, decimal digits."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import orjson
import re2

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.coherence.batch import Batch, View, has_digits, shown
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.forms import by_expression
from testdata_agent.engine.coherence.moments import Moment, bound_text
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.certain import meant_bounds
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.schema.shape import is_money

#: Regexes of letters, digits and plain classes, each repeated a fixed number of times: both engines read them alike,
#: neither can take long over them, and the standard library's matches all values in one call.
_PLAIN = re.compile(r"(?:(?:[0-9A-Za-z_-]|\\d|\[(?:[0-9A-Za-z](?:-[0-9A-Za-z])?)+\])(?:\{[0-9]{1,2}\})?)+")

#: The field of a record that names the currency of its amounts.
CURRENCY_FIELD = "currency"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one field.

    Attributes:
        holds: Of one value.
        all_hold: Of all values (at least one).
        words: What a value that breaks it is, without the value: `is more than 5`.
    """

    holds: Callable[[Any], bool]
    all_hold: Callable[[Sequence[Any]], bool]
    words: str


class Constraints(Check):
    """All limits of a schema."""

    name: ClassVar = "constraints"

    def __init__(self, nodes: Mapping[str, Node], locale: str) -> None:
        self._limits = [(node.path, limits) for node in nodes.values() if (limits := limits_of(node.field))]
        self._digits = currencies.digits(currencies.of_locale(locale))
        self._money = [node for node in nodes.values() if self._in_digits(node.field)]
        self._steps = [tuple(node.path.replace("[]", "").split(".")) for node in self._money]
        named = nodes.get(CURRENCY_FIELD)
        is_code = (
            named is not None and named.is_text and all(isinstance(code, str) for code in named.field.values or ())
        )
        self._currency = named if is_code else None
        limited = [nodes[path] for path, _ in self._limits] + self._money
        self.applies = bool(limited)
        self._steady = any(node.steady for node in limited)

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if not self._steady or not self._money_scaled(batch):
            return None
        for path, limits in self._limits:
            values = batch.values[path]
            if values:
                for limit in limits:
                    if not limit.all_hold(values):
                        return None
        return len(batch.records)

    def _in_digits(self, spec: Field) -> bool:
        """Whether it is money that has no more digits than its currency; a schema may say more."""
        return is_money(spec) and (spec.scale is None or spec.scale <= self._digits)

    def _money_scaled(self, batch: Batch) -> bool:
        digits = self._digits
        if self._currency is not None and self._money:
            codes = batch.values[self._currency.path]
            known = {self._digits_of(code) for code in set(codes)}
            if len(codes) < len(batch.records):
                known.add(self._digits)
            if len(known) > 1:
                return self._each_scaled(batch)
            digits = next(iter(known), digits)
        return batch.scale_all(self._money, digits)

    def _each_scaled(self, batch: Batch) -> bool:
        """Whether the amounts of each record have the digits of its own currency."""
        amounts: dict[int, list[float]] = {}
        for record in batch.records:
            found = amounts.setdefault(self._digits_of(record.get(CURRENCY_FIELD)), [])
            for steps in self._steps:
                _gather(record, steps, found)
        return all(has_digits(found, digits) for digits, found in amounts.items())

    def _digits_of(self, code: str | None) -> int:
        return currencies.digits(code) if code is not None and currencies.known(code) else self._digits

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check."""
        problems, applies = [], False
        digits = self._digits
        if self._currency is not None:
            digits = self._digits_of(next((text for _, text in view.values[self._currency.path]), None))
        money = {node.path for node in self._money}
        for path, limits in self._limits:
            for here, value in view.values[path]:
                applies = True
                broken = next((limit for limit in limits if not limit.holds(value)), None)
                if broken is not None:
                    what = f"holding {len(value)} items" if isinstance(value, list) else shown(value)
                    what = _amount(value, digits) if path in money else what
                    problems.append((here, f"{here}: {what} {broken.words}"))
        for node in self._money:
            for here, value in view.values[node.path]:
                applies = True
                if not has_digits([value], digits):
                    problems.append(
                        (here, f"{here}: {value} has more than the {digits} decimal digits of its currency")
                    )
        return problems if applies else None


def _gather(value: Any, steps: Sequence[str], found: list[float]) -> None:
    """Adds the numbers at a path, through arrays."""
    if isinstance(value, list):
        for entry in value:
            _gather(entry, steps, found)
    elif steps:
        _gather(value.get(steps[0]) if isinstance(value, dict) else None, steps[1:], found)
    elif value is not None:
        found.append(value)


def _amount(value: float, digits: int) -> str:
    """An amount of money with all digits of its currency, and more if it has more."""
    text = f"{value:.{digits}f}"
    return text if float(text) == value else shown(value)


def limits_of(spec: Field) -> tuple[Limit, ...]:
    """What a field by itself limits; the digits of money are the record's to say."""
    if spec.type is FieldType.ARRAY:
        return (*_sizes(spec.min_items, spec.max_items, "items"), *([_DISTINCT] if spec.unique_items else []))
    if spec.type is FieldType.OBJECT:
        return ()
    found = list(_bounds(spec))
    if spec.values is not None and spec.type is not FieldType.BOOLEAN:
        found.append(_listed(spec))
    if spec.type is FieldType.FLOAT and spec.scale is not None and spec.semantic != "money":
        found.append(_scale(spec.scale))
    if spec.multiple_of is not None and spec.type in {FieldType.INTEGER, FieldType.FLOAT}:
        found.append(_step(spec.multiple_of))
    if spec.type not in {FieldType.INTEGER, FieldType.FLOAT, FieldType.BOOLEAN, FieldType.DATE, FieldType.DATETIME}:
        found += _sizes(spec.min_length, spec.max_length, "characters")
        if spec.regex is not None:
            found.append(_regex(spec.regex))
        if spec.pattern is not None:
            found.append(_pattern(spec.pattern))
    return tuple(found)


def _bounds(spec: Field) -> list[Limit]:
    if spec.type in {FieldType.DATE, FieldType.DATETIME}:
        days, given = spec.type is FieldType.DATE, (spec.min, spec.max)
        ends: list[Any] = [None if end is None else bound_text(str(end), days=days) for end in (spec.min, spec.max)]
        words = ("is before {}", "is after {}")
    elif spec.type in {FieldType.INTEGER, FieldType.FLOAT}:
        given = meant_bounds(spec) or (spec.min, spec.max)
        # Whole bounds stay whole: beyond 2**53 a float is another number.
        ends = [end if end is None or isinstance(end, int) else float(end) for end in given]
        words = ("is less than {}", "is more than {}")
    else:
        return []
    low, high = ends
    found = []
    if low is not None:
        found.append(Limit(lambda v: v >= low, lambda vs: min(vs) >= low, words[0].format(given[0])))
    if high is not None:
        found.append(Limit(lambda v: v <= high, lambda vs: max(vs) <= high, words[1].format(given[1])))
    return found


def _listed(spec: Field) -> Limit:
    assert spec.values is not None
    if spec.type is FieldType.FLOAT:
        # A constraint's values arrive as decimals; as floats they compare with what JSON gave.
        allowed: frozenset[Any] = frozenset(float(value) for value in spec.values)
    elif spec.type is FieldType.INTEGER:
        allowed = frozenset(int(value) for value in spec.values)
    elif any(isinstance(value, list | dict) for value in spec.values):
        return _listed_of_any(spec.values)
    else:
        allowed = frozenset(spec.values)
        if not all(isinstance(value, str) for value in allowed):
            return _listed_of_kinds(spec.values)
    return Limit(allowed.__contains__, allowed.issuperset, _none_of(spec.values))


def _listed_of_kinds(values: Sequence[Any]) -> Limit:
    """Values of several kinds: to Python 1 is true, to JSON it is not."""
    allowed = frozenset((isinstance(value, bool), value) for value in values)

    def holds(value: Any) -> bool:
        return (isinstance(value, bool), value) in allowed

    return Limit(holds, lambda every: all(map(holds, every)), _none_of(values))


def _listed_of_any(values: Sequence[Any]) -> Limit:
    """Values of which some are arrays or objects, and so cannot be looked up."""
    return Limit(lambda one: one in values, lambda all_: all(one in values for one in all_), _none_of(values))


def _none_of(values: Sequence[Any]) -> str:
    return f"is none of {', '.join(map(str, values[:20]))}" + (", …" if len(values) > 20 else "")


def _scale(scale: int) -> Limit:
    return Limit(
        lambda value: has_digits([value], scale),
        lambda values: has_digits(values, scale),
        f"has more than {scale} decimal digits",
    )


def _sizes(least: int | None, most: int | None, unit: str) -> list[Limit]:
    found = []
    if least:
        found.append(
            Limit(lambda v: len(v) >= least, lambda vs: min(map(len, vs)) >= least, f"is under {least} {unit}")
        )
    if most is not None:
        found.append(Limit(lambda v: len(v) <= most, lambda vs: max(map(len, vs)) <= most, f"is over {most} {unit}"))
    return found


def _step(step: str) -> Limit:
    unit = Fraction(step)

    def holds(value: float) -> bool:
        # Fractions, not decimals, which give up where a value is very many steps.
        return Fraction(str(value)) % unit == 0

    return Limit(holds, lambda values: all(map(holds, values)), f"is no multiple of {step}")


def _all_differ(items: Sequence[Any]) -> bool:
    # JSON texts as keys: 1 and true are equal to Python, lists and objects cannot be hashed.
    return len({orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in items}) == len(items)


_DISTINCT = Limit(_all_differ, lambda arrays: all(map(_all_differ, arrays)), "in which one stands twice")


def _pattern(expression: str) -> Limit:
    options = re2.Options()
    options.log_errors = False
    search = re2.compile(expression, options).search
    words = f"has nothing that matches {expression}"
    return Limit(lambda v: search(v) is not None, lambda vs: all(map(search, vs)), words)


def _regex(expression: str) -> Limit:
    words = f"does not match {expression}"
    if _PLAIN.fullmatch(expression) is not None:
        form = by_expression(words, expression, ascii_only=True)
        return Limit(form.fits, form.all_fit, words)
    options = re2.Options()
    options.log_errors = False
    fullmatch = re2.compile(expression, options).fullmatch
    return Limit(lambda v: fullmatch(v) is not None, lambda vs: all(map(fullmatch, vs)), words)
