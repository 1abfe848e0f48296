"""The patterns that ship: valid, coherent, each of them worth having, and made of what is written by hand."""

import re
import time
from collections import Counter
from functools import cache
from typing import Any

import pytest

from testdata_agent.engine.coherence import Scorer
from testdata_agent.engine.defects.defect import DefectOptions, StoredDefect
from testdata_agent.engine.learning.signatures import signature, untold
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.schema.registry import builtin_schemas
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.layout import layout_of
from testdata_agent.engine.variation.patterns import Variation
from testdata_agent.engine.version import DEFAULT_AS_OF
from testdata_agent.generator import default_generator
from testdata_agent.stores.patterns import Draft, PatternKind
from testdata_agent.stores.patterns.seeds import drafts
from tools.build_seeds import SHIPPED, built_file, entities

ALL = tuple(drafts())
PATTERNS = [draft for draft in ALL if draft.kind is PatternKind.PATTERN]
DEFECTS = [draft for draft in ALL if draft.kind is PatternKind.DEFECT]
CLASSES = {"boundary", "type_null", "numeric", "unicode", "injection", "time", "encoding", "cross_field"}
ENTITIES = tuple(builtin_schemas())

#: Records that each pattern is grown to.
GROWN = 10
#: Records among which every stored defect of an entity comes up.
ROWS = 300
#: Seconds that loading all of them may take.
LOADS_IN = 0.15
RESERVED_MAIL = re.compile(r".+@(example\.(com|org|net)|[a-z.]+\.(example|test))")


def label(draft: Draft) -> str:
    return f"{draft.entity}: {draft.name}"


@cache
def scorer(entity: str) -> Scorer:
    return Scorer(builtin_schemas()[entity], as_of=DEFAULT_AS_OF)


@pytest.mark.parametrize("draft", PATTERNS, ids=label)
def test_pattern_is_valid_and_coherent(draft: Draft) -> None:
    report = scorer(draft.entity).score_records([draft.record])
    assert report.faults == ()
    assert report.score == 1.0


@pytest.mark.parametrize("draft", PATTERNS, ids=label)
def test_pattern_grows_to_records_as_coherent_as_itself(draft: Draft) -> None:
    run = default_generator().prepare_now(GenerationRequest(entity=draft.entity, count=GROWN, seed=7))
    variation = Variation(run, [Exemplar(draft.name, draft.record, draft.locked_paths)])
    rows = variation.rows(0, GROWN).rows
    assert not variation.passed_over()
    assert run.score([rows[row] for row in range(GROWN)]).score == 1.0


@pytest.mark.parametrize("draft", DEFECTS, ids=label)
def test_defect_is_wrong_in_what_it_names_and_in_nothing_else(draft: Draft) -> None:
    assert draft.defect.keys() == {"class", "pointer", "rule", "verdict"}
    assert draft.defect["class"] in CLASSES
    found = {fault.field for fault in scorer(draft.entity).score_records([draft.record]).faults}
    if draft.defect["verdict"] == "reject":
        assert found == {dotted(draft.defect["pointer"])}
    else:
        assert draft.defect["verdict"] in {"accept", "unspecified"}
        assert found == set()


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_defect_of_an_entity_comes_up_again_in_other_records(entity: str) -> None:
    stored = {
        f"seed-{number}": StoredDefect(
            defect_id=f"seed-{number}",
            pointer=draft.defect["pointer"],
            record=draft.record,
            rule=draft.defect["rule"],
            verdict=draft.defect["verdict"],
        )
        for number, draft in enumerate(DEFECTS)
        if draft.entity == entity
    }
    options = DefectOptions(classes=("historical",), stored=tuple(stored.values()))
    run = default_generator().prepare_now(GenerationRequest(entity=entity, count=ROWS, seed=7, defects=options))
    named = [record["_defect"]["id"] for record in run.records(0, ROWS)]
    assert {name.removeprefix("historical.").partition("@")[0] for name in named} == set(stored)


def dotted(pointer: str) -> str:
    return re.sub(r"\.(\d+)", r"[\1]", pointer.strip("/").replace("/", "."))


@pytest.mark.parametrize("draft", PATTERNS, ids=label)
def test_pattern_names_no_defect(draft: Draft) -> None:
    assert draft.defect == {}


@pytest.mark.parametrize("draft", ALL, ids=label)
def test_seed_says_what_a_tester_may_look_for(draft: Draft) -> None:
    assert draft.domain == builtin_schemas()[draft.entity].domain
    assert len(draft.intent) >= 60
    assert draft.tags == tuple(dict.fromkeys(draft.tags))
    assert len(draft.tags) >= 2
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", tag) for tag in draft.tags)
    assert 0 < draft.quality <= 1
    assert draft.source == "seed"


@pytest.mark.parametrize("draft", ALL, ids=label)
def test_locked_paths_are_those_of_the_schema(draft: Draft) -> None:
    assert draft.locked_paths
    for path in draft.locked_paths:
        assert has_path(builtin_schemas()[draft.entity].fields, path), path


def has_path(fields: Any, path: str) -> bool:
    name, _, rest = path.partition(".")
    field: Field | None = fields.get(name)
    if field is None:
        return False
    inner = field.item.fields if field.item is not None else field.fields
    return not rest or (inner is not None and has_path(inner, rest))


@pytest.mark.parametrize("draft", [draft for draft in ALL if draft.entity == "user"], ids=label)
def test_contacts_are_reserved_ones(draft: Draft) -> None:
    if draft.kind is PatternKind.PATTERN:
        assert RESERVED_MAIL.fullmatch(draft.record["email"])


def test_no_two_seeds_are_alike() -> None:
    assert len({label(draft) for draft in ALL}) == len(ALL)
    assert len({draft.intent for draft in ALL}) == len(ALL)
    for entity in ENTITIES:
        together = [draft.record for draft in PATTERNS if draft.entity == entity]
        assert scorer(entity).score_records(together).faults == ()


@pytest.mark.parametrize("entity", ENTITIES)
def test_no_two_seeds_are_merged_by_their_signature(entity: str) -> None:
    run = default_generator().prepare_now(GenerationRequest(entity=entity, count=1, seed=7))
    leaving_out = untold(layout_of(run, run.segments[0]))
    own = [draft for draft in ALL if draft.entity == entity]
    marks = {(draft.kind, signature(draft.record, draft.locked_paths, leaving_out=leaving_out)) for draft in own}
    assert len(marks) == len(own)


def test_every_entity_has_its_share() -> None:
    patterns, defects = (Counter(draft.entity for draft in drafts) for drafts in (PATTERNS, DEFECTS))
    assert patterns.total() >= 150
    assert defects.total() >= 60
    assert min(patterns[entity] for entity in ENTITIES) >= 25
    assert min(defects[entity] for entity in ENTITIES) >= 10
    assert {draft.defect["class"] for draft in DEFECTS} == CLASSES


def test_all_are_loaded_at_once() -> None:
    def seconds() -> float:
        begun = time.perf_counter()
        assert sum(1 for _ in drafts()) == len(ALL)
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(5)) < LOADS_IN


@pytest.mark.parametrize("entity", entities())
def test_shipped_file_is_what_the_hand_written_ones_give(entity: str) -> None:
    shipped = SHIPPED / f"{entity}.ndjson"
    assert shipped.read_text(encoding="utf-8") == built_file(entity), "run: make seeds"
