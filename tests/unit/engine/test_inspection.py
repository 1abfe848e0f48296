"""Records in parts have the score that they have together."""

import json

import pytest

from testdata_agent import generate
from testdata_agent.engine.coherence.inspection import Inspection
from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.version import DEFAULT_AS_OF


@pytest.mark.parametrize("entity", ["cart", "order", "review", "user"])
@pytest.mark.parametrize("part", [1, 7, 200])
def test_parts_are_scored_as_the_whole(entity: str, part: int) -> None:
    records = generate(entity, count=60, seed=7)
    key = f"{entity}_id"
    records += [json.loads(json.dumps(records[3])), {**records[5], "created_at": "2031-01-01T00:00:00Z"}, {}]
    records[20] = {**records[20], key: 5}
    texts = [json.dumps(record) for record in records]
    scorer = Scorer(Registry().get(entity), as_of=DEFAULT_AS_OF)
    whole, inspection = scorer.score_json(texts), Inspection(scorer)
    found = [fault for start in range(0, len(texts), part) for fault in inspection.rows(texts[start : start + part])]
    assert sorted(map(repr, found)) == sorted(map(repr, whole.faults))
    assert [fault.row for fault in found] == sorted(fault.row for fault in found)
    assert (inspection.passed, inspection.applied, inspection.score) == (whole.passed, whole.applied, whole.score)
    assert inspection.by_check == whole.by_check
    assert (inspection.records, inspection.faults) == (len(texts), len(whole.faults))
    assert inspection.faulty == len({fault.row for fault in whole.faults})


def test_plain_values_are_inspected_as_their_texts_are() -> None:
    records = generate("payment", count=30, seed=7)
    scorer = Scorer(Registry().get("payment"), as_of=DEFAULT_AS_OF)
    plain, texts = Inspection(scorer), Inspection(scorer)
    assert plain.values([*records, records[0]]) == texts.rows(list(map(json.dumps, [*records, records[0]])))
