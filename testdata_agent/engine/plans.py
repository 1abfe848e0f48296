"""Compiled plans, kept within bounds: what the requests of a process share."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.defects.catalogue import Catalogue
from testdata_agent.engine.defects.defect import StoredDefect
from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.kept import MOST_FIELDS, Kept, weight_of
from testdata_agent.engine.providers import providers
from testdata_agent.engine.render.base import Writer
from testdata_agent.engine.render.renderings import Lengths, Renderings, most_items
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.schema.model import Field, Schema
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.schema.shape import DEFAULT_SCALE, is_money
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.engine.synthesis import conditions
from testdata_agent.engine.synthesis.compiler import Compiler
from testdata_agent.engine.synthesis.effective import effective_schema
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.outline import Outline
from testdata_agent.engine.synthesis.overrides import Overrides
from testdata_agent.engine.synthesis.plan import Plan
from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.synthesis.resources import POOL_SIZE, Resources

#: Longest name of an entity that is looked up, in characters.
MAX_NAME = 200
_KEPT_OUTLINES = 64
_KEPT_BASES = 128
_KEPT_PLANS = 1024
_KEPT_RESOURCES = 32
_KEPT_RENDERINGS = 8
_KEPT_CATALOGUES = 4


@dataclass(eq=False)
class Base:
    """One schema under one request's locale and constraints: what the request's scenarios start from."""

    outline: Outline
    locale: str
    limits: Limits


@dataclass(eq=False)
class Compiled:
    """A plan and what belongs to it.

    Attributes:
        spaces: How many distinct values each unique field has.
        writers: Writers of its records by the keys of renderings.
        scorers: Scorers of its records by (as_of, locale).
        kept: What others made of the plan and want to find again.
    """

    base: Base
    limits: Limits
    resources: Resources
    plan: Plan
    spaces: Mapping[str, int]
    writers: dict[Hashable, Writer] = field(default_factory=dict)
    scorers: dict[tuple[int, str], Scorer] = field(default_factory=dict)
    kept: dict[Hashable, Any] = field(default_factory=dict)
    _catalogues: list[tuple[tuple[StoredDefect, ...], Catalogue]] = field(default_factory=list)
    _renderings: dict[tuple[Lengths, int], Renderings] = field(default_factory=dict)

    @cached_property
    def schema(self) -> Schema:
        """The effective schema: the limits merged in."""
        return effective_schema(self.base.outline.schema, self.limits, self.resources.currency_digits)

    @cached_property
    def lengths(self) -> Lengths:
        """The most items that each array of a record can have."""
        return most_items(self.limits)

    def catalogue(self, stored: tuple[StoredDefect, ...]) -> Catalogue:
        """What can be done to its records, with these defects of a store among it."""
        for known, catalogue in self._catalogues:
            if known == stored:
                return catalogue
        del self._catalogues[_KEPT_CATALOGUES - 1 :]
        catalogue = Catalogue(self.schema, locale=self.base.locale, stored=stored)
        self._catalogues.insert(0, (stored, catalogue))
        return catalogue

    def renderings(self, lengths: Lengths, money_digits: int) -> Renderings:
        """The ways in which records of this schema can be written; arrays are at most this long, money this precise."""
        key = (lengths, money_digits)
        found = self._renderings.get(key)
        if found is None:
            if len(self._renderings) >= _KEPT_RENDERINGS:
                self._renderings.clear()
            found = self._renderings[key] = Renderings(self.schema, lengths, money_digits)
        return found


class Plans:
    """Compiles plans and keeps them. Not safe for threads that share one."""

    def __init__(self, registry: Registry) -> None:
        """Takes the known entities."""
        self._registry = registry
        self._outlines: Kept[Hashable, Outline] = Kept(
            _KEPT_OUTLINES, MOST_FIELDS, lambda outline: weight_of(outline.fields)
        )
        self._bases: Kept[Hashable, Base] = Kept(_KEPT_BASES, MOST_FIELDS, lambda base: weight_of(base.limits.fields))
        self._plans: Kept[Hashable, Compiled] = Kept(
            _KEPT_PLANS, MOST_FIELDS, lambda compiled: weight_of(compiled.limits.fields)
        )
        self._resources: Kept[Hashable, Resources] = Kept(_KEPT_RESOURCES)
        self._stand_ins: _StandIns | None = None

    def outline(self, request: GenerationRequest) -> Outline:
        """The schema that a request asks for, before its limits; raises InvalidRequest."""
        source = request.schema_source
        if source is None:
            schema = self._registry.get(request.entity[: MAX_NAME + 1], request.domain)
        elif source.kind == "schema.predefined_schema":
            schema = self._registry.get(source.text[: MAX_NAME + 1], request.domain, field=source.kind)
        else:
            fields = json.dumps(source.fields, sort_keys=True) if source.fields is not None else None
            key = (source.kind, source.text, fields, request.entity)
            return self._outlines.get(key) or self._outlines.put(key, Outline.of(given_schema(source, request.entity)))
        return self._outlines.get(schema.name) or self._outlines.put(schema.name, Outline.of(schema))

    def base(self, request: GenerationRequest, outline: Outline) -> Base:
        """The schema under the request's constraints; what is wrong with them stands in `limits.faults`."""
        key = (outline, request.locale, tuple(sorted(request.constraints.items(), key=lambda item: item[0])))
        base = self._bases.get(key)
        if base is None:
            limits = Limits(dict(outline.fields))
            for path, constraint in request.constraints.items():
                limits.constrain(path, constraint)
            base = self._bases.put(key, Base(outline, request.locale, limits))
        return base

    def compiled(
        self, base: Base, overrides: Mapping[str, str], where: Callable[[str], str], pools: Mapping[PoolSpec, Pool]
    ) -> tuple[Compiled | tuple[Violation, ...], bool]:
        """The plan of a base under overrides, or what is wrong; and whether it was there already.

        Args:
            base: Where the plan starts from.
            overrides: By field path.
            where: The request field that the override of a path stands in.
            pools: Those that the plan may draw on.
        """
        # A plan out of stand-ins must never be taken for one whose every column is used.
        key = (base, isinstance(pools, _StandIns), tuple(sorted(overrides.items())))
        found = self._plans.get(key)
        if found is not None:
            return found, True
        limits = base.limits.copy()
        reader = Overrides(limits)
        for path, text in overrides.items():
            reader.read(path, text, f"{where(path)}[{path[:60]}]")
        conditions.hold(limits, base.outline, base.limits)
        resources = self._resources_of(base.locale, _currency(limits, base.locale), pools)
        compiler = Compiler(self._in_digits(base.outline, resources.currency_digits), limits, resources)
        plan = compiler.compile()
        draft = compiler.draft
        if limits.faults or draft.faults:
            return (*limits.faults, *draft.faults), False
        return self._plans.put(key, Compiled(base, limits, resources, plan, draft.spaces)), False

    def unlimited(self, plan: Compiled) -> Compiled:
        """Of the schema that all scenarios of a request have in common: what holds whatever each of them sets."""
        found = plan.kept.get("unlimited")
        if not isinstance(found, Compiled):
            found = plan.kept["unlimited"] = replace(plan, limits=plan.base.limits, scorers={}, writers={}, kept={})
        return found

    def _in_digits(self, outline: Outline, digits: int) -> Outline:
        """The outline for money of these decimal digits."""
        if digits == DEFAULT_SCALE or not any(map(is_money, outline.fields.values())):
            return outline
        key = (outline, digits)
        found = self._outlines.get(key)
        if found is None:
            found = Outline.of(outline.schema, money_digits=digits, understanding=outline.understanding)
            self._outlines.put(key, found)
        return found

    def _resources_of(self, locale: str, currency: str, pools: Mapping[PoolSpec, Pool]) -> Resources:
        key = (locale, currency, isinstance(pools, _StandIns))
        found = self._resources.get(key)
        if found is not None and found.pools is pools:
            return found

        def plan_of(entity: str) -> Plan:
            return self._referred(entity, locale, pools)

        return self._resources.put(key, Resources(locale, currency, pools, plan_of, self.fields_of))

    def fields_of(self, entity: str) -> Mapping[str, Field] | None:
        """The fields of a known entity by path; None where no entity has this name."""
        try:
            return self.outline(GenerationRequest(entity=entity)).fields
        except InvalidRequest:
            return None

    def _referred(self, entity: str, locale: str, pools: Mapping[PoolSpec, Pool]) -> Plan:
        """The plan of an entity that another refers to: the same locale, no limits."""
        base = self.base(GenerationRequest(locale=locale), self.outline(GenerationRequest(entity=entity)))
        known = pools.pools if isinstance(pools, _StandIns) else pools
        specs = [PoolSpec(name, locale, POOL_SIZE) for name in providers(base.outline.fields.values())]
        complete = all(spec in known for spec in specs)
        compiled, _ = self.compiled(base, {}, str, known if complete else self._stand_ins_for(pools))
        if isinstance(compiled, tuple):
            raise InvalidRequest(compiled)
        return compiled.plan

    def _stand_ins_for(self, pools: Mapping[PoolSpec, Pool]) -> "_StandIns":
        if isinstance(pools, _StandIns):
            return pools
        if self._stand_ins is None or self._stand_ins.pools is not pools:
            self._stand_ins = _StandIns(pools)
        return self._stand_ins


class _StandIns(Mapping[PoolSpec, Pool]):
    """Pools for referred plans: mostly their id columns are used, so any pool stands in for one not loaded."""

    def __init__(self, pools: Mapping[PoolSpec, Pool]) -> None:
        self.pools = pools

    def __getitem__(self, spec: PoolSpec) -> Pool:
        found = self.pools.get(spec)
        return found if found is not None else Pool(spec, ("x",), ("x",), spec.locale)

    def __len__(self) -> int:
        return len(self.pools)

    def __iter__(self) -> Iterator[PoolSpec]:
        return iter(self.pools)


def _currency(limits: Limits, locale: str) -> str:
    """The currency that money is in: a literal or a constraint of the request, else that of the locale."""
    for path, spec in limits.fields.items():
        if spec.semantic != "currency":
            continue
        given = limits.fixed.get(path) or (spec.values[0] if spec.values and path in limits.touched else None)
        if given is not None:
            wanted = [str(given)] if path in limits.fixed else [str(value) for value in spec.values or ()]
            unknown = [code for code in wanted if not currencies.known(code)]
            if unknown:
                words = f"no ISO 4217 currency: {', '.join(unknown)[:100]}"
                limits.fault(limits.source_of(path), "UNKNOWN_CURRENCY", words)
            elif len({currencies.digits(code) for code in wanted}) > 1:
                told = ", ".join(f"{code} {currencies.digits(code)}" for code in wanted)
                words = (
                    f"one set of records has one number of decimal digits, and these differ: {told}; "
                    f"ask for one of them, or give each a scenario with the override {path}={wanted[0]}"
                )
                limits.fault(limits.source_of(path), "MIXED_CURRENCY_DIGITS", words)
            else:
                return wanted[0]
    return currencies.of_locale(locale)
