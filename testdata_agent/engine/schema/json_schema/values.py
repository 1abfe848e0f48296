"""Whether a given value meets claims: for the values of enum and const, defaults, examples and names of members."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from testdata_agent.engine.schema.json_schema.claims import Claims, Conjunction, compiled, identity, kind_of

#: References are followed so deep into a value; what nests deeper fits.
_MAX_DEPTH = 40


def fits(value: Any, claims: Claims, read: Callable[[Conjunction], Claims], depth: int = 0) -> bool:
    """Whether a value (of JSON, finite) is right; formats are not looked at."""
    if depth > _MAX_DEPTH:
        return True
    kind = kind_of(value)
    if kind not in claims.kinds or (claims.values is not None and not _listed(value, claims.values)):
        return False
    if kind in {"integer", "fraction"} and not _number_fits(Decimal(str(value)), claims):
        return False
    if kind == "string" and not _text_fits(value, claims):
        return False
    if kind == "array" and not _items_fit(value, claims, read, depth):
        return False
    if kind == "object" and not _members_fit(value, claims, read, depth):
        return False
    for choice in claims.choices:
        fitting = sum(fits(value, read((branch,)), read, depth + 1) for branch in choice.branches)
        if not fitting or (choice.exclusive and fitting > 1):
            return False
    return not any(fits(value, read((place,)), read, depth + 1) for place in claims.excluded)


def _listed(value: Any, values: tuple[Any, ...]) -> bool:
    wanted = identity(value)
    return any(identity(listed) == wanted for listed in values)


def _number_fits(number: Decimal, claims: Claims) -> bool:
    low, high, step = claims.low, claims.high, claims.step
    if low is not None and (number < low or (claims.above and number == low)):
        return False
    if high is not None and (number > high or (claims.below and number == high)):
        return False
    return step is None or Fraction(number) % Fraction(step) == 0


def _text_fits(text: str, claims: Claims) -> bool:
    if len(text) < claims.least_length or (claims.most_length is not None and len(text) > claims.most_length):
        return False
    return all(compiled(pattern).search(text) is not None for pattern in claims.patterns)


def _items_fit(items: list[Any], claims: Claims, read: Callable[[Conjunction], Claims], depth: int) -> bool:
    if len(items) < claims.least_items or (claims.most_items is not None and len(items) > claims.most_items):
        return False
    if claims.unique_items and len(set(map(identity, items))) < len(items):
        return False
    return all(fits(item, read(claims.item(index)), read, depth + 1) for index, item in enumerate(items))


def _members_fit(held: dict[str, Any], claims: Claims, read: Callable[[Conjunction], Claims], depth: int) -> bool:
    if len(held) < claims.least_members or (claims.most_members is not None and len(held) > claims.most_members):
        return False
    if any(name not in held for name in claims.required) or not claims.absent.isdisjoint(held):
        return False
    if any(trigger in held and needed not in held for trigger, needed, _ in claims.dependents):
        return False
    if claims.names and not all(fits(name, read(claims.names), read, depth + 1) for name in held):
        return False
    if claims.sealed is not None:
        return False
    return all(fits(value, read(claims.member(name)), read, depth + 1) for name, value in held.items())
