import re
from collections import Counter
from typing import Any

import pytest

from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.variation.donors import Donors
from testdata_agent.engine.variation.draws import Draws
from tests.unit.creative.writing import a_completion


def grown(entity: str, count: int = 500, **request: Any) -> tuple[Completion, list[Any], list[Any]]:
    completion = a_completion(entity, count=1000, **request)
    exemplars = [completion.values_of(record) or {} for record in completion.run.records(0, 40)]
    donors = Donors(completion.parts, exemplars)
    return completion, exemplars, [donors.row(number, seed=7) for number in range(40, 40 + count)]


@pytest.mark.parametrize("entity", ["cart", "order", "product", "review"])
def test_grown_rows_are_no_copies_and_keep_to_all_rules(entity: str) -> None:
    completion, exemplars, rows = grown(entity)
    assert not [row for row in rows if row in exemplars]
    report = completion.run.score(completion.rows(40, rows))
    assert report.score is not None
    assert report.score >= 0.999
    assert not [fault for fault in report.faults if fault.check != "sentiment"]


def test_the_same_seed_and_row_give_the_same_and_another_another() -> None:
    completion, exemplars, rows = grown("cart", 20)
    donors = Donors(completion.parts, exemplars)
    assert [donors.row(number, seed=7) for number in range(40, 60)] == rows
    assert [donors.row(number, seed=8) for number in range(40, 60)] != rows


def test_what_belongs_together_moves_together() -> None:
    _, exemplars, rows = grown("cart")
    known = {item["name"]: item["category"] for row in exemplars for item in row["items"]}
    assert all(known[item["name"]] == item["category"] for row in rows for item in row["items"])


def test_prices_stay_near_those_that_were_written_and_keep_their_endings() -> None:
    _, exemplars, rows = grown("product")
    written = {row["name"]: row["price"] for row in exemplars}
    for row in rows:
        assert abs(float(row["price"]) / written[row["name"]] - 1) < 0.2
        if written[row["name"]] >= 5:
            assert round(float(row["price"]) % 1, 2) == round(written[row["name"]] % 1, 2)


def test_discrete_values_keep_their_shares() -> None:
    _, exemplars, rows = grown("review", 2_000)
    before, after = (Counter(row["rating"] for row in found) for found in (exemplars, rows))
    assert all(abs(after[stars] / 2_000 - before[stars] / 40) < 0.05 for stars in range(1, 6))


def test_texts_borrow_from_rows_of_the_same_kind_alone() -> None:
    _, exemplars, rows = grown("review")
    sentences = {stars: "".join(row["body"] for row in exemplars if row["rating"] == stars) for stars in range(1, 6)}
    for row in rows:
        assert all(part in sentences[row["rating"]] for part in re.split(r"(?<=[.!?])\s+", row["body"]))


def test_there_must_be_something_to_grow_from() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        Donors(a_completion().parts, [])


def test_draws_are_the_same_on_every_machine() -> None:
    draws = Draws(7, 1, 2)
    assert [draws.below(1000) for _ in range(5)] == [276, 864, 559, 721, 698]
    assert Draws(7, 1, 3).next() != Draws(7, 1, 2).next()
