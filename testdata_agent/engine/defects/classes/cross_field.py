"""Fields that are right by themselves and disagree: with each other, with rules, with what was there before."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testdata_agent.engine.coherence.checks.defaults import DEFAULT_FIELD
from testdata_agent.engine.coherence.checks.places import CITY_FIELDS, POSTCODE_FIELDS, REGION_FIELDS
from testdata_agent.engine.defects.case import OF_VALUES, Case, Change
from testdata_agent.engine.defects.changing import to_constant, to_value
from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.derivation import nudged
from testdata_agent.engine.defects.editing import changed
from testdata_agent.engine.defects.guesses import guesses, is_time
from testdata_agent.engine.defects.spots import ABSENT, Site, Spot, Target
from testdata_agent.engine.rules.records import Check, compile_check
from testdata_agent.engine.rules.rulebook import Rule, Rulebook
from testdata_agent.engine.rules.shape import Shape
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.engine.schema.shape import is_money

_REGIONS: Final = ("CA", "NY", "TX", "WA", "FL")
_CITIES: Final = ("New York", "Los Angeles", "Houston", "Seattle", "Miami")
_POSTCODES: Final = ("10001", "90012", "77002", "98101", "33130")
_PLACES: Final = (
    *((name, _CITIES) for name in CITY_FIELDS),
    *((name, _REGIONS) for name in REGION_FIELDS),
    *((name, _POSTCODES) for name in POSTCODE_FIELDS),
)


@dataclass(frozen=True, slots=True)
class Relations:
    """What a schema says of several fields."""

    spots: Sequence[Spot]
    book: Rulebook
    shape: Shape


def cases(relations: Relations) -> Iterator[Case]:
    """What can be done in records of a schema."""
    by_path = {spot.path: spot for spot in relations.spots}
    for rule in relations.book.deriving:
        if rule.derives in by_path:
            yield _wrong_result(by_path[rule.derives], rule, relations.shape)
    for number, rule in enumerate(relations.book.checking, 1):
        for path in sorted(rule.inputs):
            if path in by_path:
                yield _broken(by_path[path], rule, number, relations)
    for spot in relations.spots:
        yield from _duplicates(spot)
        yield from _references(spot)
        yield from _defaults(spot)
        yield from _places(spot, by_path)
    yield from _currencies(by_path)


def _case(spot: Spot, kind: str, rule: str, verdict: Verdict, change: Any, **more: Any) -> Case:
    return Case(DefectClass.CROSS_FIELD, kind, spot.path, rule, verdict, change, **more)


def _wrong_result(spot: Spot, rule: Rule, shape: Shape) -> Case:
    leaf = shape[spot.path]

    def change(site: Site) -> Change | None:
        target = site.target(spot)
        for value in nudged(target.value, leaf.kind, leaf.scale) if target is not None else ():
            if _allowed(spot, value):
                assert target is not None
                return Change(target.pointer, value)
        return None

    return _case(spot, "wrong_result", rule.text, Verdict.REJECT, change, rules=frozenset({rule.text}))


def _allowed(spot: Spot, value: Any) -> bool:
    said = spot.saying.of(value)
    return said is not None and said[0] is not Verdict.REJECT


def _broken(spot: Spot, rule: Rule, number: int, relations: Relations) -> Case:
    """A rule broken by a change of one of the fields that it reads."""
    holds = _holding(rule)
    others = [other for other in relations.spots if other.path in rule.inputs and other is not spot]

    def change(site: Site) -> Change | None:
        target = site.target(spot)
        if target is None:
            return None
        beside = [found.value for other in others if (found := site.target(other)) is not None]
        beside += _times_beside(site, target)
        for value in guesses(spot, target.value, beside, site):
            if holds(site.as_of)(changed(site.record, target.pointer, value)) is False:
                return Change(target.pointer, value)
        return None

    return Case(
        DefectClass.CROSS_FIELD,
        f"breaks_rule_{number}",
        spot.path,
        rule.text,
        Verdict.REJECT,
        change,
        rules=frozenset({rule.text}),
        # Other checks may say the same of the same fields.
        checks=frozenset({"dates"}) if others else OF_VALUES,
        blamed=rule.inputs,
    )


def _holding(rule: Rule) -> Callable[[int], Check]:
    """Whether the rule holds, by what `now` is; compiled when first asked for."""
    compiled: dict[int, Check] = {}

    def of(as_of: int) -> Check:
        if as_of not in compiled:
            compiled.clear()
            compiled[as_of] = compile_check(rule, as_of=as_of)
        return compiled[as_of]

    return of


def _times_beside(site: Site, target: Target) -> list[Any]:
    """What the members of the same object hold that are points in time."""
    holder: Any = site.record
    for step in target.pointer[:-1]:
        holder = holder[step]
    return [each for each in holder.values() if is_time(each)] if isinstance(holder, dict) else []


def _duplicates(spot: Spot) -> Iterator[Case]:
    spec = spot.field
    if spec.type is FieldType.ARRAY and spec.unique_items:
        repeated = to_value(spot, lambda site, old: [*old, old[0]] if old else ABSENT, there=True)
        yield _case(spot, "repeated_item", f"{spot.path}: items are unique", Verdict.REJECT, repeated)
    if not spec.unique or spec.type in {FieldType.OBJECT, FieldType.ARRAY}:
        return
    checks = OF_VALUES | {"duplicates"}
    rule = f"{spot.path}: unique"
    if None in spot.steps:
        yield _case(spot, "duplicate", rule, Verdict.REJECT, _repeated_inside(spot), checks=checks)
    else:
        yield _case(
            spot, "duplicate", f"{rule}; the record before has it", Verdict.REJECT, _repeated(spot), checks=checks
        )


def _repeated(spot: Spot) -> Any:
    def change(site: Site) -> Change | None:
        # Every other row, so that the row before is never a duplicate itself.
        target, before = site.target(spot), site.before() if site.row % 2 else None
        if target is None or before is None:
            return None
        other = Site(before, site.row - 1, site.as_of, site.draws).target(spot)
        there = other is not None and other.value not in (ABSENT, None)
        return Change(target.pointer, other.value) if other is not None and there else None

    return change


def _repeated_inside(spot: Spot) -> Any:
    """A value that an earlier item of the same array has."""

    def change(site: Site) -> Change | None:
        target = site.target(spot)
        at = (
            max((n for n, step in enumerate(target.pointer) if isinstance(step, int)), default=None) if target else None
        )
        if target is None or at is None or not isinstance(index := target.pointer[at], int) or index == 0:
            return None
        value: Any = site.record
        for step in (*target.pointer[:at], index - 1, *target.pointer[at + 1 :]):
            if isinstance(value, dict) and step not in value:
                return None
            value = value[step]
        return None if value is None else Change(target.pointer, value)

    return change


def _references(spot: Spot) -> Iterator[Case]:
    spec = spot.field
    if spec.reference is None or not spot.saying.is_text or spec.values is not None:
        return
    rule = f"{spot.path}: refers to {spec.reference}"
    dangling = to_value(spot, lambda site, old: re.sub("[0-9]", "0", old), there=True)
    words = f"{rule}, where nothing has this id; the record by itself does not show it"
    yield _case(spot, "dangling_reference", words, Verdict.UNSPECIFIED, dangling)
    if spot.saying.forms:
        malformed = to_value(spot, lambda site, old: old + "-X", there=True)
        yield _case(spot, "malformed_reference", rule, Verdict.REJECT, malformed)


def _defaults(spot: Spot) -> Iterator[Case]:
    if spot.steps[-1] != DEFAULT_FIELD or len(spot.steps) < 3 or spot.field.type is not FieldType.BOOLEAN:
        return
    toggled = to_value(spot, lambda site, old: not old, there=True)
    rule = f"{spot.path}: one of the items is the default"
    yield _case(spot, "not_one_default", rule, Verdict.REJECT, toggled, elsewhere=frozenset({"defaults"}))


def _places(spot: Spot, by_path: dict[str, Spot]) -> Iterator[Case]:
    """A city, region or postcode of somewhere else."""
    holder, _, name = spot.path.rpartition(".")
    elsewhere = next((texts for key, texts in _PLACES if key == name), None)
    names = {path.rpartition(".")[2] for path in by_path if path.rpartition(".")[0] == holder}
    whole = all(not names.isdisjoint(fields) for fields in (CITY_FIELDS, REGION_FIELDS, POSTCODE_FIELDS))
    if elsewhere is None or not whole:
        return
    moved = to_value(spot, lambda site, old: elsewhere[site.draws.below(len(elsewhere))], there=True)
    rule = f"{spot.path}: city, region and postcode are of one place"
    yield _case(spot, "other_place", rule, Verdict.REJECT, moved, elsewhere=frozenset({"places"}))


def _currencies(by_path: dict[str, Spot]) -> Iterator[Case]:
    spot = by_path.get("currency")
    if spot is None or not spot.saying.is_text or spot.field.values is not None:
        return
    if any(is_money(other.field) for other in by_path.values()):
        yen = to_value(spot, lambda site, old: "JPY")
        rule = "amounts have the digits of their currency"
        yield _case(spot, "currency_of_other_digits", rule, Verdict.REJECT, yen, elsewhere=frozenset({"constraints"}))
    for kind, text in {"unknown_currency": "ZZZ", "currency_in_lower_case": "usd"}.items():
        if spot.saying.forms:
            yield _case(spot, kind, f"{spot.path}: an ISO 4217 code", Verdict.REJECT, to_constant(spot, text))
