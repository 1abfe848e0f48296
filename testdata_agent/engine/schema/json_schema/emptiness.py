"""Proofs that no value meets claims: what contradicts itself, and branches that exclude one another.

A proof is certain; that there is none says nothing.
"""

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from testdata_agent.engine.schema.json_schema.claims import Claims, kind_of
from testdata_agent.engine.schema.json_schema.reading import Reading
from testdata_agent.engine.schema.json_schema.values import fits

#: So deep into members and items a proof is looked for.
_MAX_DEPTH = 4


def contradiction(claims: Claims, reading: Reading, depth: int = 0) -> str | None:
    """Why no value meets the claims, in a few words; None: not proven."""
    if not claims.kinds:
        return "no type is left"
    else_said = replace(claims, values=None) if claims.values is not None else claims
    if claims.values is not None and not any(fits(value, else_said, reading.of) for value in claims.values):
        return "none of the values listed fits what else is said"
    reasons = {kind: _against(kind, claims, reading, depth) for kind in sorted(claims.kinds)}
    if claims.values is not None:
        reasons = {kind: reasons[kind] for kind in {kind_of(value) for value in claims.values} if kind in reasons}
    if reasons and all(reason is not None for reason in reasons.values()):
        # A schema that names no type is told of the first contradiction of one.
        return next(iter(reasons.values()))
    if depth >= _MAX_DEPTH:
        return None
    for choice in claims.choices:
        alone = without_choices(claims)
        branches = (reading.with_branch(alone, (branch,)) for branch in choice.branches)
        if all(contradiction(branch, reading, depth + 1) is not None for branch in branches):
            return f"none of the branches of {'oneOf' if choice.exclusive else 'anyOf'} is possible"
    return None


def dead_kinds(claims: Claims, reading: Reading) -> dict[str, str]:
    """The kinds of which no value meets the claims, with the reason; members and items are not looked at."""
    against = ((kind, _against(kind, claims, reading, _MAX_DEPTH)) for kind in sorted(claims.kinds))
    return {kind: reason for kind, reason in against if reason is not None}


def _against(kind: str, claims: Claims, reading: Reading, depth: int) -> str | None:
    if kind in {"integer", "fraction"}:
        return _number(kind, claims)
    if kind == "string" and claims.most_length is not None and claims.least_length > claims.most_length:
        return f"minLength {claims.least_length} is above maxLength {claims.most_length}"
    if kind == "array":
        return _array(claims, reading, depth)
    return _object(claims, reading, depth) if kind == "object" else None


def _number(kind: str, claims: Claims) -> str | None:
    low, high, step = claims.low, claims.high, claims.step
    if kind == "fraction" and step is not None and step == step.to_integral_value():
        return f"no multiple of {step} has a fraction"
    if low is None or high is None:
        return None
    if low > high or (low == high and (claims.above or claims.below)):
        return f"there is no number from {low} to {high}"
    if kind == "fraction" and low == high == low.to_integral_value():
        return f"{low} has no fraction"
    if kind == "integer" or step is not None:
        first, last = multiples(claims, step if step is not None else Decimal(1))
        if first is not None and last is not None and first > last:
            what = "whole number" if step is None else f"multiple of {step}"
            return f"there is no {what} from {low} to {high}"
    return None


def multiples(claims: Claims, step: Decimal) -> tuple[int | None, int | None]:
    """The first and the last multiple of `step` within the bounds, as what to multiply it by; None: no bound."""
    first = last = None
    if claims.low is not None:
        first = int((claims.low / step).to_integral_value(ROUND_CEILING))
        first += claims.above and first * step == claims.low
    if claims.high is not None:
        last = int((claims.high / step).to_integral_value(ROUND_FLOOR))
        last -= claims.below and last * step == claims.high
    return first, last


def _array(claims: Claims, reading: Reading, depth: int) -> str | None:
    if claims.most_items is not None and claims.least_items > claims.most_items:
        return f"minItems {claims.least_items} is above maxItems {claims.most_items}"
    if depth < _MAX_DEPTH:
        for index in range(min(claims.least_items, 8)):
            why = contradiction(reading.of(claims.item(index)), reading, depth + 1)
            if why is not None:
                return f"minItems asks for {claims.least_items}, and no item can be there: {why}"
    return None


def _object(claims: Claims, reading: Reading, depth: int) -> str | None:
    if claims.most_members is not None and max(claims.least_members, len(claims.required)) > claims.most_members:
        return f"more members are required than maxProperties {claims.most_members}"
    for name in claims.required:
        shown = repr(name[:60])
        if name in claims.absent:
            return f"{shown} is required and must not be there"
        if depth < _MAX_DEPTH:
            why = contradiction(reading.of(claims.member(name)), reading, depth + 1)
            if why is not None:
                return f"{shown} is required and cannot be: {why}"
    return None


def without_choices(claims: Claims) -> Claims:
    """The claims without their branches."""
    return replace(claims, choices=())
