"""Request to run: everything that can be wrong with a request is found here, and named at once."""

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from testdata_agent.engine.catalog import currencies, places
from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import DEFAULT_SCENARIO, GenerationRequest, OutputFormat, Scenario, SchemaSource
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.synthesis.compiler import Compiler
from testdata_agent.engine.synthesis.fields.texts import DEFAULT_POOL, NAMED_POOLS
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.plan import Plan
from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.synthesis.resources import (
    PERSON_PROVIDERS,
    PLACE_PROVIDERS,
    POOL_SIZE,
    STREET_PROVIDER,
    Resources,
)

MAX_COUNT = 2**31 - 1
MAX_ROW = 2**62
MAX_SCENARIOS = 1000
MAX_CONSTRAINTS = 2000
#: Longest name of an entity, scenario or locale, in characters.
MAX_NAME = 200
#: Longest schema text, in characters.
MAX_SCHEMA_TEXT = 4_000_000
_CACHED_PLANS = 256


@dataclass(slots=True)
class _Compiled:
    plan: Plan
    schema: Schema
    spaces: Mapping[str, int]
    prose: tuple[str, ...]
    scorers: dict[tuple[int, str], Scorer] = field(default_factory=dict)


class Admission:
    """Admits requests; holds compiled plans within bounds. Not safe for threads that share one."""

    def __init__(self, registry: Registry, locales: Collection[str]) -> None:
        """Takes the known entities and locales."""
        self.registry, self._locales = registry, frozenset(locales)
        self._plans: OrderedDict[Any, _Compiled] = OrderedDict()

    def pool_specs(self, request: GenerationRequest) -> list[PoolSpec]:
        """Pools that the request may draw on (of an unknown locale: none)."""
        locale = request.locale
        if locale not in self._locales:
            return []
        try:
            schema = self.schema(request)
        except InvalidRequest:
            return []
        wanted = set[str]()
        builtin = request.schema_source is None
        for path, spec in schema.leaves():
            hint = spec.generate or {}
            if hint.get("kind") == "person" or spec.type is FieldType.EMAIL or spec.format == "email":
                wanted.update(PERSON_PROVIDERS)
            elif hint.get("kind") == "place" or spec.type in {FieldType.PHONE, FieldType.ADDRESS}:
                wanted.add(STREET_PROVIDER)
            elif spec.type is FieldType.STRING and not hint and (not builtin or path in request.constraints):
                wanted.add(NAMED_POOLS.get(spec.name, DEFAULT_POOL))
        if places.load_places(locale) is None:
            wanted.update(PLACE_PROVIDERS)
        if request.constraints or request.scenarios:
            wanted.add(DEFAULT_POOL)
        return [PoolSpec(provider, locale, POOL_SIZE) for provider in sorted(wanted)]

    def schema(self, request: GenerationRequest) -> Schema:
        """The schema that a request asks for, before its limits; raises InvalidRequest."""
        source = request.schema_source
        if source is None:
            return self.registry.get(request.entity[: MAX_NAME + 1], request.domain)
        return _source_schema(source, self.registry, request)

    def admit(self, request: GenerationRequest, pools: Mapping[PoolSpec, Pool], *, seed: int, as_of: int) -> Run:
        """The run of a request; raises InvalidRequest naming every fault that can be found."""
        faults = list(self._shallow(request))
        try:
            schema = self.schema(request)
        except InvalidRequest as invalid:
            raise InvalidRequest([*faults, *invalid.violations]) from None
        if request.locale not in self._locales:
            raise InvalidRequest(faults)
        segments: list[Segment] = []
        hit, at, compiled = True, 0, None
        scenarios = [*request.scenarios] if not any(f.field.startswith("scenarios") for f in faults) else []
        rest = Scenario(name=DEFAULT_SCENARIO, count=max(0, request.count - sum(s.count for s in scenarios)))
        for number, scenario in enumerate([*scenarios, rest]):
            where = f"scenarios[{number}].overrides" if number < len(scenarios) else "overrides"
            known, was_there = self._compile(request, schema, pools, scenario.overrides, where, faults)
            hit = hit and was_there
            if known is None:
                continue
            compiled = known
            for path, space in known.spaces.items():
                if request.first_row + request.count > space:
                    last = request.first_row + request.count
                    words = f"{path} has {space} distinct values, rows up to {last} are asked for"
                    faults.append(Violation(path, "NOT_ENOUGH_VALUES", words + "; ask for fewer or widen the field"))
            if scenario.count:
                segments.append(Segment(scenario.name, at, at + scenario.count, known.plan))
                at += scenario.count
        if faults or compiled is None:
            raise InvalidRequest(dict.fromkeys(faults))
        counts = {segment.scenario: segment.stop - segment.start for segment in segments}
        return Run(
            schema=compiled.schema,
            seed=seed,
            as_of=as_of,
            count=request.count,
            first_row=request.first_row,
            locale=request.locale,
            output_format=request.output_format,
            envelope=request.envelope,
            segments=tuple(segments),
            scenario_counts=counts,
            unchecked_rules=compiled.prose,
            cache_hit=hit,
            scorers=compiled.scorers,
        )

    def _shallow(self, request: GenerationRequest) -> list[Violation]:
        """Faults that need no schema."""
        faults: list[Violation] = []

        def fault(where: str, reason: str, message: str) -> None:
            faults.append(Violation(where, reason, message))

        if not 1 <= request.count <= MAX_COUNT:
            fault("count", "INVALID_COUNT", f"count is 1 to {MAX_COUNT}, not {request.count}")
        if not 0 <= request.first_row <= MAX_ROW:
            fault("first_row", "INVALID_FIRST_ROW", f"first_row is 0 to 2**62, not {request.first_row}")
        if request.seed is not None and not 0 <= request.seed < 2**64:
            fault("seed", "INVALID_SEED", "a seed is 0 to 2**64 - 1")
        if request.locale not in self._locales:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a fault

            near = get_close_matches(request.locale[:MAX_NAME], self._locales, n=2, cutoff=0.5)
            hint = f"; did you mean {' or '.join(sorted(near))}?" if near else "; for example en_US or de_DE"
            fault("locale", "UNKNOWN_LOCALE", f"unknown locale {request.locale[:60]!r}{hint}")
        if request.output_format in {OutputFormat.CSV, OutputFormat.SQL}:
            words = f"{request.output_format} is not available yet: ask for json or ndjson"
            fault("output_format", "FORMAT_NOT_AVAILABLE", words)
        if request.coherence_threshold is not None and not 0 <= request.coherence_threshold <= 1:
            fault("coherence_threshold", "INVALID_THRESHOLD", "a coherence threshold is 0 to 1")
        if len(request.constraints) > MAX_CONSTRAINTS:
            fault("constraints", "TOO_MANY_CONSTRAINTS", f"at most {MAX_CONSTRAINTS} constraints")
        self._scenario_faults(request, fault)
        return faults

    def _scenario_faults(self, request: GenerationRequest, fault: Any) -> None:
        if len(request.scenarios) > MAX_SCENARIOS:
            fault("scenarios", "TOO_MANY_SCENARIOS", f"at most {MAX_SCENARIOS} scenarios, got {len(request.scenarios)}")
            return
        seen = set[str]()
        for number, scenario in enumerate(request.scenarios):
            where = f"scenarios[{number}]"
            if not scenario.name or len(scenario.name) > MAX_NAME:
                fault(f"{where}.name", "INVALID_SCENARIO", f"a scenario has a name of 1 to {MAX_NAME} characters")
            if scenario.name in seen:
                fault(f"{where}.name", "DUPLICATE_SCENARIO", f"the name {scenario.name[:60]!r} is there twice")
            seen.add(scenario.name)
            if scenario.count < 1:
                fault(f"{where}.count", "INVALID_SCENARIO", f"a scenario's count is at least 1, not {scenario.count}")
        total = sum(max(0, scenario.count) for scenario in request.scenarios)
        if total > max(request.count, 0):
            words = f"the scenarios claim {total} rows, count is {request.count}; raise count or lower theirs"
            fault("scenarios", "SCENARIOS_OVER_COUNT", words)

    def _compile(
        self,
        request: GenerationRequest,
        schema: Schema,
        pools: Mapping[PoolSpec, Pool],
        overrides: Mapping[str, str],
        where: str,
        faults: list[Violation],
    ) -> tuple[_Compiled | None, bool]:
        merged = {**request.overrides, **overrides}
        # A referred plan may lack pools, so it must never stand in for one whose every column is used.
        key = (isinstance(pools, _Lenient), self._key(request, merged))
        found = self._plans.get(key)
        if found is not None:
            self._plans.move_to_end(key)
            return found, True
        # Bounds in units need the digits of the currency, and the currency may be a literal of the request.
        limits = Limits(dict(schema.leaves()))
        for path, constraint in request.constraints.items():
            limits.constrain(path, constraint)
        for path, text in merged.items():
            limits.override(path, text, f"{where}[{path[:60]}]")
        currency = _currency(limits, request.locale)
        resources = Resources(request.locale, currency, pools, lambda entity: self._referred(entity, request, pools))
        compiler = Compiler(schema, limits, resources)
        plan = compiler.compile()
        draft = compiler.draft
        if limits.faults or draft.faults:
            faults += limits.faults + draft.faults
            return None, False
        effective = effective_schema(schema, limits, resources.currency_digits)
        compiled = _Compiled(plan, effective, draft.spaces, draft.book.prose)
        self._plans[key] = compiled
        if len(self._plans) > _CACHED_PLANS:
            self._plans.popitem(last=False)
        return compiled, False

    def _referred(self, entity: str, request: GenerationRequest, pools: Mapping[PoolSpec, Pool]) -> Plan:
        """The plan of an entity that another refers to: the same locale, no limits."""
        faults: list[Violation] = []
        plain = GenerationRequest(entity=entity, locale=request.locale)
        compiled, _ = self._compile(plain, self.registry.get(entity), _Lenient(pools), {}, "", faults)
        if compiled is None:
            raise InvalidRequest(faults)
        return compiled.plan

    @staticmethod
    def _key(request: GenerationRequest, overrides: Mapping[str, str]) -> Any:
        source = request.schema_source
        given = None
        if source is not None:
            given = (source.kind, source.text, json.dumps(source.fields, sort_keys=True) if source.fields else "")
        return (
            request.entity,
            given,
            request.locale,
            tuple(sorted(request.constraints.items(), key=lambda item: item[0])) if request.constraints else (),
            tuple(sorted(overrides.items())) if overrides else (),
        )


class _Lenient(dict[PoolSpec, Pool]):
    """Pools for referred plans: only their id columns are used, so any pool stands in for one not loaded."""

    def __missing__(self, spec: PoolSpec) -> Pool:
        return Pool(spec, ("x",), ("x",), spec.locale)


def _source_schema(source: SchemaSource, registry: Registry, request: GenerationRequest) -> Schema:
    if source.kind == "schema.predefined_schema":
        return registry.get(source.text[: MAX_NAME + 1], request.domain)
    if source.fields is not None:
        return read_schema({"name": request.entity or "custom", "fields": source.fields}, source.kind)
    if len(source.text) > MAX_SCHEMA_TEXT:
        words = f"a schema takes at most {MAX_SCHEMA_TEXT} characters"
        raise InvalidRequest([Violation(source.kind, "SCHEMA_TOO_LARGE", words)])
    try:
        data = json.loads(source.text)
    except json.JSONDecodeError as error:
        words = f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", words)]) from error
    except RecursionError as error:
        raise InvalidRequest([Violation(source.kind, "SCHEMA_TOO_LARGE", "it nests too deep")]) from error
    if isinstance(data, Mapping) and {"$schema", "properties", "$defs"} & data.keys() and "fields" not in data:
        words = "JSON Schema is not available yet: use the house form (an object with 'fields')"
        raise InvalidRequest([Violation(source.kind, "DIALECT_NOT_AVAILABLE", words)])
    return read_schema(data, source.kind, default_name=request.entity or "custom")


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
                limits.faults.append(Violation(path, "UNKNOWN_CURRENCY", words))
            elif len({currencies.digits(code) for code in wanted}) > 1:
                words = f"{', '.join(wanted)} differ in decimal digits; ask for one of them, or a scenario each"
                limits.faults.append(Violation(path, "MIXED_CURRENCY_DIGITS", words))
            else:
                return wanted[0]
    return currencies.of_locale(locale)


def effective_schema(schema: Schema, limits: Limits, digits: int) -> Schema:
    """The schema with the limits merged in and the digits of money filled in."""

    def merged(spec: Field, path: str) -> Field:
        here = limits.fields.get(path, spec)
        changes: dict[str, Any] = {}
        if here.semantic == "money":
            changes["scale"] = digits
        if here.type is FieldType.OBJECT and here.fields:
            changes["fields"] = {name: merged(inner, f"{path}.{name}") for name, inner in here.fields.items()}
        if here.type is FieldType.ARRAY and here.item is not None and here.item.fields:
            fields = {name: merged(inner, f"{path}.{name}") for name, inner in here.item.fields.items()}
            changes["item"] = here.item.model_copy(update={"fields": fields})
        return here.model_copy(update=changes) if changes else here

    return schema.model_copy(update={"fields": {name: merged(spec, name) for name, spec in schema.fields.items()}})
