"""What is kept of compiled schemas stays within bounds, however many there are and however large."""

from testdata_agent.engine.kept import MOST_FIELDS, Kept, weight_of
from testdata_agent.engine.plans import Plans
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.schema.registry import Registry


def test_those_used_last_are_kept() -> None:
    kept: Kept[int, str] = Kept(3)
    for number in range(3):
        kept.put(number, str(number))
    assert kept.get(0) == "0"
    kept.put(3, "3")
    assert [kept.get(number) for number in range(4)] == ["0", None, "2", "3"]


def test_no_more_than_weigh_so_much_together_and_the_newest_in_any_case() -> None:
    kept: Kept[int, int] = Kept(100, 10, lambda value: value)
    for weight in (4, 4, 4):
        kept.put(weight * 10 + len(kept), weight)
    assert len(kept) == 2
    kept.put(0, 50)
    assert (len(kept), kept.get(0)) == (1, 50)
    kept.put(1, 5)
    kept.put(2, 5)
    assert (len(kept), kept.get(0)) == (2, None)


def test_what_is_put_again_weighs_once() -> None:
    kept: Kept[str, int] = Kept(100, 10, lambda value: value)
    for _ in range(20):
        kept.put("same", 5)
    kept.put("other", 5)
    assert len(kept) == 2


def test_long_lists_of_values_weigh_as_fields_do() -> None:
    choice = Field(name="choice", type=FieldType.ENUM, values=tuple(map(str, range(1000))))
    assert weight_of({"choice": choice, "text": Field(name="text", type=FieldType.STRING)}) == 22


def test_large_schemas_push_each_other_out() -> None:
    plans = Plans(Registry())
    fields = ",".join(f'"field_{number}":"boolean"' for number in range(3000))
    sources = [
        SchemaSource(kind="inline_schema", text=f'{{"name":"large{turn}","fields":{{{fields}}}}}')
        for turn in range(2 + MOST_FIELDS // 3000)
    ]
    requests = [GenerationRequest(schema_source=source) for source in sources]
    outlines = [plans.outline(request) for request in requests]
    assert plans.outline(requests[-1]) is outlines[-1]
    assert plans.outline(requests[0]) is not outlines[0]
