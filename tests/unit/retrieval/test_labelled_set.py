"""The labelled set: as large, as mixed and as fair as measuring with it takes for granted."""

from collections import Counter

from testdata_agent.engine.schema.registry import builtin_schemas
from tests.retrieval.labelled import FAMILIES, HOME, WANTED, corpus, is_inside, pattern_id, queries, scope_of

#: Of a family, the share by which its halves may differ in size.
MOST_UNEVEN = 0.1


def test_it_is_large_enough() -> None:
    assert len(corpus()) >= 250
    assert len(queries()) >= 300
    assert min(Counter(query.family for query in queries()).values()) >= 30
    assert min(Counter(query.scope.entity for query in queries())[entity] for entity in builtin_schemas()) >= 50


def test_no_two_patterns_are_the_same_and_no_query_is_asked_twice() -> None:
    assert len({pattern_id(draft) for draft in corpus()}) == len(corpus())
    asked = [(query.text, query.scope) for query in queries()]
    assert len(set(asked)) == len(asked)


def test_every_family_is_halved() -> None:
    for family in FAMILIES:
        sides = Counter(query.split for query in queries() if query.family == family)
        assert abs(sides["dev"] - sides["test"]) <= max(2, MOST_UNEVEN * sides.total()), family


def test_all_but_one_family_have_an_answer_within_their_scope() -> None:
    for query in queries():
        assert bool(query.wanted) == (query.family != "no_answer"), query.text
        assert query.grades.keys() <= query.allowed
        assert set(query.grades.values()) <= {1, WANTED, 3}


def test_twins_stand_beside_what_they_could_be_taken_for() -> None:
    for query in queries():
        if query.family == "near_miss_twins":
            assert sorted(query.grades.values())[-1:] == [3]
            assert 1 in query.grades.values(), query.text


def test_a_copy_of_what_a_scoped_query_wants_lies_in_another_scope() -> None:
    names = {pattern_id(draft): draft.name for draft in corpus()}
    copied = Counter(draft.name for draft in corpus())
    trapped = [
        query
        for query in queries()
        if query.family == "wrong_scope" and any(copied[names[found]] > 1 for found in query.wanted)
    ]
    assert len(trapped) >= 15


def test_scopes_are_read_as_they_are_written() -> None:
    scope = scope_of("user@bank")
    assert (scope.entity, scope.domain) == ("user", "bank")
    assert scope_of("cart").domain == HOME
    assert scope_of("cart@*").domain == ""
    assert [draft.kind.value for draft in corpus() if is_inside(draft, scope_of("order#defect"))].count("defect") >= 10
    assert all("fraud" in draft.tags for draft in corpus() if is_inside(draft, scope_of("order+fraud")))
