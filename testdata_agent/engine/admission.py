"""Request to run: everything that can be wrong with a request is found here, and named at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from testdata_agent.engine.catalog import places
from testdata_agent.engine.covering import as_set
from testdata_agent.engine.defects.asking import asked, defecting
from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.faults import request_faults
from testdata_agent.engine.plans import Base, Compiled, Plans
from testdata_agent.engine.providers import meant_providers, providers
from testdata_agent.engine.render.renderings import longest
from testdata_agent.engine.render.style import read_style
from testdata_agent.engine.request import DEFAULT_LOCALE, DEFAULT_SCENARIO, GenerationRequest, Scenario
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.schema.formats import named
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.schema.source import validity_of
from testdata_agent.engine.synthesis.fields.texts import DEFAULT_POOL
from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.synthesis.resources import PERSON_PROVIDERS, PLACE_PROVIDERS, POOL_SIZE

#: What a scenario turned out to be: a plan, or what is wrong with its overrides.
_Outcome = Compiled | tuple[Violation, ...]


class Admission:
    """Admits requests; holds compiled plans within bounds. Not safe for threads that share one."""

    def __init__(self, registry: Registry, locales: Collection[str]) -> None:
        """Takes the known entities and locales."""
        self._locales = frozenset(locales)
        self._plans = Plans(registry)

    def pool_specs(self, request: GenerationRequest) -> list[PoolSpec]:
        """Pools that the request may draw on."""
        try:
            outline = self._plans.outline(request)
        except InvalidRequest:
            return []
        fields = outline.fields
        locale, builtin = self._known(request.locale), request.schema_source is None
        own = [spec for path, spec in fields.items() if not builtin or path in request.constraints]
        wanted = {*providers(fields.values()), *providers(own, free_texts=True)}
        wanted |= meant_providers(outline.hints.values())
        for spec in fields.values():
            entity, _, target = (spec.reference or "").partition(".")
            referred = self._plans.fields_of(entity) if entity else None
            if referred is not None and target in referred and providers([referred[target]]):
                wanted.update(providers(referred.values()))
        if places.load_places(locale) is None:
            wanted.update(PLACE_PROVIDERS)
        if request.constraints or request.scenarios or request.overrides:
            wanted.add(DEFAULT_POOL)
        if any(named(constraint.format) == "email" for constraint in request.constraints.values()):
            wanted.update(PERSON_PROVIDERS)
        return [PoolSpec(provider, locale, POOL_SIZE) for provider in sorted(wanted)]

    def provider_faults(self, request: GenerationRequest, provider: str, words: str) -> list[Violation]:
        """A fault of each field whose values are those of a provider that has none; `words` say why."""
        hints = self._plans.outline(request).hints
        paths = [path for path, hint in hints.items() if hint["kind"] == "pool" and hint["provider"] == provider]
        return [Violation(f"schema.{path}.faker", "UNKNOWN_PROVIDER", words) for path in paths]

    def admit(self, request: GenerationRequest, pools: Mapping[PoolSpec, Pool], *, seed: int, as_of: int) -> Run:
        """The run of a request; raises InvalidRequest naming every fault that can be found."""
        options, wrong_defects = asked(request)
        faults = [*request_faults(request, self._locales), *wrong_defects]
        try:
            outline = self._plans.outline(request)
        except InvalidRequest as invalid:
            raise InvalidRequest([*faults, *invalid.violations]) from None
        base = self._plans.base(replace(request, locale=self._known(request.locale)), outline)
        countable = not any(fault.reason == "TOO_MANY_SCENARIOS" for fault in faults)
        outcomes, hit = self._outcomes(base, request, request.scenarios if countable else (), pools)
        for outcome in outcomes:
            faults += outcome if isinstance(outcome, tuple) else _shortages(outcome, request)
        style, wrong_style = read_style(request)
        faults += wrong_style
        plans = [outcome for outcome in outcomes if isinstance(outcome, Compiled)]
        defects = None
        if options is not None and len(plans) == len(outcomes):
            catalogue = plans[-1].catalogue(options.stored)
            defects, without_place = defecting(catalogue, options, validity_of(request.schema_source))
            faults += without_place
        if faults:
            raise InvalidRequest(dict.fromkeys(faults))
        rest = plans[-1]
        judged = rest if _are_limited_alike(plans) else self._plans.unlimited(rest)
        digits = max(plan.resources.currency_digits for plan in plans)
        renderings = rest.renderings(longest(plan.lengths for plan in plans), digits)
        renderings.of(request.output_format, style)  # names that the format cannot hold are faults, too
        run = Run(
            schema=rest.schema,
            outline=outline,
            seed=seed,
            as_of=as_of,
            count=request.count,
            first_row=request.first_row,
            locale=request.locale,
            output_format=request.output_format,
            envelope=request.envelope,
            segments=_segments(request, plans),
            renderings=renderings,
            style=style,
            hints=outline.hints,
            unchecked_rules=outline.book.prose,
            cache_hit=hit,
            judged=judged.schema if judged is not rest else None,
            scorers=judged.scorers,
            defects=defects,
        )
        return run if defects is None else as_set(run, defects, request, rest.spaces)

    def _outcomes(
        self, base: Base, request: GenerationRequest, scenarios: Iterable[Scenario], pools: Mapping[PoolSpec, Pool]
    ) -> tuple[list[_Outcome], bool]:
        """An outcome a scenario and one for the rest; and whether every plan was there already."""
        outcomes: list[_Outcome] = []
        seen: dict[frozenset[tuple[str, str]], _Outcome] = {}
        hit = True
        for number, scenario in enumerate([*scenarios, Scenario(name=DEFAULT_SCENARIO, count=0)]):
            key = frozenset(scenario.overrides.items())
            outcome = seen.get(key)
            if outcome is None:
                place = f"scenarios[{number}].overrides"
                where = {path: place if path in scenario.overrides else "overrides" for path in request.overrides}
                merged = {**request.overrides, **scenario.overrides}
                outcome, there = self._plans.compiled(base, merged, lambda path: where.get(path, place), pools)  # noqa: B023 - called at once
                seen[key] = outcome
                hit = hit and there
            outcomes.append(outcome)
        return outcomes, hit

    def _known(self, locale: str) -> str:
        """The locale, or one to find a request's other faults with."""
        return locale if locale in self._locales else DEFAULT_LOCALE


def _shortages(compiled: Compiled, request: GenerationRequest) -> list[Violation]:
    """The unique fields that have too few values for the rows asked for."""
    last = request.first_row + request.count
    return [
        Violation(
            path,
            "NOT_ENOUGH_VALUES",
            f"{path} has {space} distinct values, rows up to {last} are asked for; ask for fewer or widen the field",
        )
        for path, space in compiled.spaces.items()
        if last > space
    ]


def _segments(request: GenerationRequest, plans: Iterable[Compiled]) -> tuple[Segment, ...]:
    """Who makes which rows: the scenarios in their order from the first row, then the rest."""
    claimed = sum(scenario.count for scenario in request.scenarios)
    rest = Scenario(name=DEFAULT_SCENARIO, count=request.count - claimed)
    segments, at = [], 0
    for scenario, compiled in zip([*request.scenarios, rest], plans, strict=True):
        if scenario.count:
            stop = at + scenario.count
            segments.append(_segment(scenario.name, at, stop, compiled))
            at += scenario.count
    return tuple(segments)


def _segment(scenario: str, start: int, stop: int, compiled: Compiled) -> Segment:
    return Segment(
        scenario,
        start,
        stop,
        compiled.plan,
        compiled.writers,
        compiled.limits,
        compiled.kept,
        compiled.resources.currency,
    )


def _are_limited_alike(plans: Sequence[Compiled]) -> bool:
    """Whether no scenario has other limits of a field than the rest; what is fixed is no limit."""
    last = plans[-1].limits
    return all(
        each.limits.fields[path] is last.fields[path] or each.limits.fields[path] == last.fields[path]
        for each in plans
        for path in {*each.limits.sources, *last.sources}
    )
