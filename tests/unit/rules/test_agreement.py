"""Records, columns and the scorer judge by the same rules and must never differ."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testdata_agent.engine.coherence import vectors
from testdata_agent.engine.coherence.batch import Structure
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.rules.columns import checking, deriving, holding
from testdata_agent.engine.rules.records import compile_check, failures
from testdata_agent.engine.rules.rulebook import Rule, compile_rules
from tests.unit.rules.worlds import AS_OF, DERIVATIONS, RECORDS, RULES, SCHEMA, SHAPE, Columns, put

STRUCTURE = Structure(SCHEMA)
ROWS = st.lists(RECORDS, max_size=4)


def rule(text: str) -> Rule:
    book, faults = compile_rules([text], SHAPE)
    assert not faults
    return (book.deriving + book.checking)[0]


@settings(max_examples=200, deadline=None)
@given(st.one_of(RULES, DERIVATIONS), ROWS)
def test_columns_and_records_give_the_same_verdicts(text: str, rows: list[dict[str, Any]]) -> None:
    one = rule(text)
    applicable, passed = checking(one)(Columns(rows))
    verdicts = [(fits, holds) if fits else (False, True) for fits, holds in zip(applicable, passed, strict=True)]
    check = compile_check(one, as_of=AS_OF)
    expected = [check(row) for row in rows]
    assert verdicts == [(verdict is not None, verdict is not False) for verdict in expected]


@settings(max_examples=200, deadline=None)
@given(st.one_of(RULES, DERIVATIONS), ROWS)
def test_the_scorers_columns_and_records_give_the_same_verdicts(text: str, rows: list[dict[str, Any]]) -> None:
    one = rule(text)
    try:
        quick = vectors.compile_rule(one, STRUCTURE)
    except vectors.Unsupported:
        return
    check = compile_check(one, as_of=AS_OF)
    for some in [rows, *([row] for row in rows)]:
        batch = STRUCTURE.columns(some)
        assert batch is not None
        expected = [check(row) for row in some]
        applied = None if False in expected else len(expected) - expected.count(None)
        assert quick(batch, Moment.of(AS_OF)) == applied


@settings(max_examples=100, deadline=None)
@given(DERIVATIONS, ROWS)
def test_what_a_rule_derives_it_finds_right(text: str, rows: list[dict[str, Any]]) -> None:
    one = rule(text)
    assert one.derives is not None
    rows = deepcopy(rows)
    put(rows, one.derives, deriving(one, SHAPE[one.derives].scale)(Columns(rows)))
    check = compile_check(one, as_of=AS_OF)
    assert False not in [check(row) for row in rows]


@settings(max_examples=100, deadline=None)
@given(RULES, ROWS)
def test_a_record_fails_where_failures_are_named(text: str, rows: list[dict[str, Any]]) -> None:
    one = rule(text)
    check = compile_check(one, as_of=AS_OF)
    for row in rows:
        found = list(failures(one, row, as_of=AS_OF))
        assert (check(row) is False) == bool(found)
        assert all(words.startswith(field) for field, words in found)
        assert len({field for field, _ in found}) == len(found)


@settings(max_examples=100, deadline=None)
@given(RULES, ROWS)
def test_a_condition_holds_where_it_applies_and_passes(text: str, rows: list[dict[str, Any]]) -> None:
    one = rule(text)
    holds = holding(one.claim)(Columns(rows))
    assert holds.dtype == bool
    if not one.level:
        applicable, passed = checking(one)(Columns(rows))
        assert (holds == (applicable & passed)).all()


@pytest.mark.parametrize(
    "text",
    [
        "a = sum(items.q * items.p)",
        "a = b + 1.5",
        "a = b * 0.0825",
        "u >= t if u exists",
        "u exists implies s in [x]",
        "items.q must be between 1 and 99",
        "n = count(items)",
        "not f or g",
    ],
)
def test_common_rules_are_scored_over_columns(text: str) -> None:
    assert callable(vectors.compile_rule(rule(text), STRUCTURE))


def test_numbers_of_more_digits_than_the_field_has_are_left_to_the_exact_form() -> None:
    row = {
        "a": 0.125,
        "b": 0.125,
        "n": 1,
        "s": "x",
        "f": True,
        "t": "2026-01-01T00:00:00Z",
        "d": None,
        "o": {},
        "items": [],
    }
    batch = STRUCTURE.columns([row])
    assert batch is not None
    assert vectors.compile_rule(rule("a <= b"), STRUCTURE)(batch, Moment.of(AS_OF)) is None
    assert compile_check(rule("a <= b"), as_of=AS_OF)(row) is True
