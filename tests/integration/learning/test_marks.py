"""Nothing of a person in the records that were learned from is in any of 100,000 records that are made of them."""

from itertools import count
from typing import Any

import pytest

from testdata_agent.engine.learning.lessons import LEARNING_SEED, Lesson, Options, learn
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.patterns import Variation
from tests.unit.engine.making import GENERATOR, made
from tests.unit.learning.planting import FORMS, MARK, planted
from tests.unit.variation.test_patterns import plain

#: Records made of each entity's lessons; of all six together a hundred thousand.
EACH = 16_700
_BLOCK = 2_000


def lessons_of(entity: str, *, sample: bool) -> list[Lesson]:
    """What is learned from records with a mark of every form in every text, and marks in members of no field."""
    numbers = count()
    source = [plain(record) for record in made(entity, 30, seed=99, envelope=False)]
    records: list[dict[str, Any]] = [planted(record, form, numbers) for form in FORMS for record in source]
    records += [{**record, "internal": {"note": f"{MARK} {at}"}} for at, record in enumerate(source)]
    request = GenerationRequest(entity=entity, count=len(records), seed=LEARNING_SEED, envelope=False)
    learned = learn(GENERATOR.prepare_now(request), records, Options(sample=sample))
    assert len(learned.lessons) >= 10
    return learned.lessons


@pytest.mark.parametrize("entity", ["cart", "order", "payment", "product", "review", "user"])
def test_no_mark_leaves_learning_or_comes_out_of_variation(entity: str) -> None:
    emitted = 0
    for sample in (False, True):
        lessons = lessons_of(entity, sample=sample)
        assert MARK not in repr(lessons).lower()
        exemplars = [Exemplar(each.signature, each.record, each.locked_paths) for each in lessons[:100]]
        run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=EACH // 2, seed=7))
        variation = Variation(run, exemplars, faithful=sample)
        for start in range(0, run.count, _BLOCK):
            rows = variation.rows(start, min(run.count, start + _BLOCK)).rows
            assert MARK not in "\n".join(rows.values()).lower()
            emitted += len(rows)
    assert emitted == EACH // 2 * 2
