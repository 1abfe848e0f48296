from dataclasses import replace
from typing import Any

import pytest

from gateway.repeats import KEPT_RUNS, Repeats
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, OutputFormat, Scenario, SchemaSource
from testdata_agent.engine.version import DEFAULT_AS_OF
from testdata_agent.generator import Generator

GENERATOR = Generator()
PLAIN = GenerationRequest(entity="cart", count=100, seed=7, as_of=DEFAULT_AS_OF)
SCENARIOS = replace(PLAIN, scenarios=(Scenario(name="late", count=20, overrides={"currency": "EUR"}),))
LIMITED = replace(PLAIN, constraints={"items.price": FieldConstraint(max=50)})
OWN = replace(
    PLAIN,
    entity="",
    schema_source=SchemaSource(kind="inline_schema", text='{"fields": {"a": {"type": "integer", "unique": true}}}'),
)


def knowing(*requests: GenerationRequest) -> Repeats:
    repeats = Repeats()
    for request in requests:
        repeats.keep(request, GENERATOR.prepare_now(request))
    return repeats


def test_what_never_came_is_not_known() -> None:
    assert Repeats().find(PLAIN) is None
    assert knowing(PLAIN).find(replace(PLAIN, entity="user")) is None


@pytest.mark.parametrize("known", [PLAIN, SCENARIOS, LIMITED, OWN])
@pytest.mark.parametrize(
    "changes", [{}, {"seed": 8}, {"envelope": False}, {"output_format": OutputFormat.NDJSON}, {"context": "anything"}]
)
def test_a_known_request_gives_the_records_that_the_engine_gives(
    known: GenerationRequest, changes: dict[str, Any]
) -> None:
    request = replace(known, **changes)
    run, fresh = knowing(known).find(request), GENERATOR.prepare_now(request)
    assert run is not None
    assert run.cache_hit
    assert run.document(run.rows(0, run.count)) == fresh.document(fresh.rows(0, fresh.count))
    assert run.scenario_counts == fresh.scenario_counts


@pytest.mark.parametrize("known", [PLAIN, SCENARIOS, LIMITED, OWN])
def test_tables_are_known_by_their_format(known: GenerationRequest) -> None:
    request = replace(known, output_format=OutputFormat.CSV)
    run, fresh = knowing(request).find(request), GENERATOR.prepare_now(request)
    assert run is not None
    assert run.document(run.rows(0, run.count)) == fresh.document(fresh.rows(0, fresh.count))


@pytest.mark.parametrize("changes", [{"count": 10}, {"count": 10, "first_row": 90}, {"as_of": 1_700_000_000}])
def test_pages_and_instants_of_a_plain_request_are_known(changes: dict[str, Any]) -> None:
    request = replace(PLAIN, **changes)
    run, fresh = knowing(PLAIN).find(request), GENERATOR.prepare_now(request)
    assert run is not None
    assert run.rows(0, run.count) == fresh.rows(0, fresh.count)
    assert run.score(run.rows(0, run.count)) == fresh.score(run.rows(0, run.count))
    assert run.scenario_counts == {"default": run.count}


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 0},
        {"count": -5},
        {"first_row": -1},
        {"count": 101},
        {"first_row": 1},
        {"seed": 2**64},
        {"seed": -1},
        {"seed": None},
        {"as_of": None},
        {"coherence_threshold": 1.5},
        {"coherence_threshold": float("nan")},
        {"output_format": OutputFormat.CSV},
        {"locale": "de_DE"},
        {"domain": "elsewhere"},
        {"overrides": {"currency": "EUR"}},
    ],
)
def test_what_may_be_refused_or_needs_another_plan_goes_to_the_engine(changes: dict[str, Any]) -> None:
    assert knowing(PLAIN).find(replace(PLAIN, **changes)) is None


def test_scenarios_of_another_count_or_other_overrides_go_to_the_engine() -> None:
    repeats = knowing(SCENARIOS)
    (late,) = SCENARIOS.scenarios
    assert repeats.find(replace(SCENARIOS, count=90)) is None
    for other in (replace(late, count=30), replace(late, overrides={"currency": "USD"}), replace(late, name="early")):
        assert repeats.find(replace(SCENARIOS, scenarios=(other,))) is None


def test_limits_at_another_instant_go_to_the_engine() -> None:
    assert knowing(LIMITED).find(replace(LIMITED, as_of=1_700_000_000)) is None


def test_fields_given_as_messages_are_not_kept() -> None:
    fields = replace(OWN, schema_source=SchemaSource(kind="schema.fields", fields={"a": {"type": "integer"}}))
    assert knowing(fields).find(fields) is None


def test_more_rows_widen_what_is_known_and_fewer_do_not_narrow_it() -> None:
    repeats = knowing(replace(PLAIN, count=500), PLAIN)
    assert repeats.find(replace(PLAIN, count=400)) is not None


def test_the_number_of_kept_runs_is_bounded_and_the_oldest_goes_first() -> None:
    run = GENERATOR.prepare_now(PLAIN)
    repeats = Repeats()
    for number in range(KEPT_RUNS):
        repeats.keep(replace(PLAIN, domain=str(number)), run)
    assert repeats.find(replace(PLAIN, domain="0")) is not None
    repeats.keep(PLAIN, run)
    assert repeats.find(replace(PLAIN, domain="0")) is not None
    assert repeats.find(replace(PLAIN, domain="1")) is None
