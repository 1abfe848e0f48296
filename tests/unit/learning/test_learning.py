import json
from itertools import count
from typing import Any

import pytest

from testdata_agent.engine.learning.lessons import LEARNING_SEED, Learned, Options, learn
from testdata_agent.engine.learning.reading import format_of, read_records
from testdata_agent.engine.learning.statistics import statistics
from testdata_agent.engine.learning.vocabulary import is_plain, may_tell
from testdata_agent.engine.reading.errors import UnreadableText
from testdata_agent.engine.request import GenerationRequest, OutputFormat, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.engine.variation.layout import layout_of
from tests.unit.engine.making import GENERATOR, made
from tests.unit.learning.planting import FORMS, MARK, planted
from tests.unit.variation.test_patterns import captured_late, plain

ENTITIES = ["cart", "order", "payment", "product", "review", "user"]


def schooled(entity: str, schema: dict[str, Any] | None = None) -> Run:
    source = None if schema is None else SchemaSource(kind="custom_schema", text=json.dumps(schema))
    request = GenerationRequest(entity=entity, count=1000, seed=LEARNING_SEED, envelope=False, schema_source=source)
    return GENERATOR.prepare_now(request)


def records_of(entity: str, count_: int = 40, **request: Any) -> list[dict[str, Any]]:
    return [plain(record) for record in made(entity, count_, seed=99, envelope=False, **request)]


def everything(learned: Learned) -> str:
    """All that comes out of learning, as one text."""
    return repr(learned).lower()


@pytest.mark.parametrize("entity", ENTITIES)
def test_lessons_are_whole_valid_records_and_hold_no_identifier_of_their_sources(entity: str) -> None:
    records, run = records_of(entity), schooled(entity)
    learned = learn(run, records, Options(sample=True))
    assert (len(learned.lessons), learned.refused) == (40, [])
    report = run.score([json.dumps(lesson.record) for lesson in learned.lessons])
    assert not [fault for fault in report.faults if fault.check not in {"categories", "sentiment"}]
    told = json.dumps([lesson.record for lesson in learned.lessons])
    personal = {"email", "transaction_id", f"{entity}_id"}
    for record in records:
        for place in (record, *record.get("addresses", ()), record.get("shipping_address", {})):
            assert not [place[name] for name in personal & place.keys() if f'"{place[name]}"' in told]


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_no_mark_planted_in_any_text_is_kept_or_told(form: str, sample: bool) -> None:
    for entity in ENTITIES:
        numbers = count()
        marked = [planted(record, form, numbers) for record in records_of(entity, 12)]
        marked += [
            {**record, "note_to_self": f"{MARK} {number}"} for number, record in enumerate(records_of(entity, 5))
        ]
        learned = learn(schooled(entity), marked, Options(sample=sample))
        assert learned.lessons
        assert MARK not in everything(learned)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_texts_of_no_known_meaning_are_kept_only_where_many_share_known_words(form: str) -> None:
    schema = {
        "fields": {
            "zone": {"type": "string"},
            "handler": {"type": "string"},
            "remarks": {"type": "string"},
            "ref": {"type": "string"},
            "extra": {"type": "array", "item_schema": {"type": "string"}},
        }
    }
    marks = [FORMS[form](number) for number in range(100)]
    fixed = {"handler": "Maria Lopez", "ref": "7788996655"}
    records = [
        {**fixed, "zone": "standard" if number % 2 else mark, "remarks": mark, "extra": [mark, "Maria Lopez"]}
        for number, mark in enumerate(marks)
    ]
    told = everything(learn(schooled("", schema), records, Options(sample=True)))
    assert MARK not in told
    assert "maria" not in told
    assert "7788996655" not in told


def test_what_few_records_share_is_not_kept_and_what_many_share_is() -> None:
    schema = {"fields": {"zone": {"type": "string"}, "weight": {"type": "float"}}}
    records = [{"zone": "standard delivery" if n < 60 else "pickup", "weight": 1.0} for n in range(64)]
    learned = learn(schooled("", schema), records, Options(sample=True))
    zones = [lesson.record["zone"] for lesson in learned.lessons]
    assert zones.count("standard delivery") == 60
    assert "pickup" not in zones
    assert learned.scrubbed == {"zone": 4}


def test_numbers_that_look_like_identifiers_are_not_kept_and_samples_are_coarse() -> None:
    schema = {"fields": {"blorp": {"type": "integer"}, "amount": {"type": "float", "semantic": "money"}}}
    records = [{"blorp": 4_000_000_007 + number, "amount": 1234.56 + number} for number in range(30)]
    lessons = learn(schooled("", schema), records, Options(sample=True)).lessons
    assert not {lesson.record["blorp"] for lesson in lessons} & {record["blorp"] for record in records}
    assert {lesson.record["amount"] for lesson in lessons} == {1230.0, 1240.0, 1250.0, 1260.0}
    exact = learn(schooled("", schema), records).lessons
    assert exact[0].record["amount"] == 1234.56


def test_what_makes_a_record_what_it_is_is_kept() -> None:
    records = records_of("order", 40)
    learned = learn(schooled("order"), records)
    for place, record in enumerate(records):
        kept = learned.lessons[learned.lesson_of[place]].record
        if learned.lessons[learned.lesson_of[place]].seen == 1:
            for name in ("status", "payment_method", "items", "subtotal", "shipping"):
                assert kept[name] == record[name]


def test_near_duplicates_are_one_lesson_and_others_are_not() -> None:
    cart = records_of("cart", 1)[0]
    dearer = {**cart, "items": [{**item, "price": round(item["price"] * 1.01, 2)} for item in cart["items"]]}
    turned = {**cart, "items": cart["items"][::-1], "cart_id": "CRT-2025-0000001"}
    bulk = {**cart, "items": [{**item, "quantity": 90} for item in cart["items"]]}
    learned = learn(schooled("cart"), [cart, dearer, turned, bulk])
    assert learned.lessons[0].seen >= 2
    assert learned.lesson_of[3] != learned.lesson_of[0] == learned.lesson_of[2]
    assert learn(schooled("cart"), [bulk]).lessons[0].signature == learned.lessons[-1].signature
    samples = learn(schooled("cart"), [cart, cart, turned], Options(sample=True))
    assert len({lesson.signature for lesson in samples.lessons}) == 3


def test_locked_times_keep_their_distances_and_move() -> None:
    options = Options(locked_paths=("authorized_at", "captured_at", "status"))
    source = records_of("payment", 10, overrides={"status": "captured"})
    learned = learn(schooled("payment"), [captured_late(record) for record in source], options)
    assert learned.lessons
    for lesson in learned.lessons:
        assert lesson.locked_paths == options.locked_paths
        first, later = (lesson.record[name] for name in ("authorized_at", "captured_at"))
        assert (int(later[8:10]) - int(first[8:10])) % 30 in {8, 9, 10, 11, 12}
    moved = {lesson.record["captured_at"] for lesson in learned.lessons}
    assert len(moved & {record["captured_at"] for record in source}) == 0


def test_records_that_cannot_be_kept_are_refused_with_the_reason() -> None:
    good = records_of("payment", 1, overrides={"status": "captured", "method": "paypal"})[0]
    wrong = {**good, "card_last_four": "1234"}
    learned = learn(schooled("payment"), [good, "text", wrong])
    assert [(one.record, one.reason) for one in learned.refused] == [(1, "NO_RECORD"), (2, "RECORD_INCOHERENT")]
    assert learned.lesson_of == {0: 0}
    foreign = learn(schooled("payment"), [{"root:x:0:0:root:/root": "daemon"}, {}, {"status": "captured"}])
    assert [(one.record, one.reason) for one in foreign.refused] == [(0, "NO_RECORD"), (1, "NO_RECORD")]
    assert foreign.refused[0].description.startswith("it has no field of payment: payment_id, ")
    named = learn(schooled("user"), records_of("user", 2), Options(locked_paths=("first_name",)))
    assert [(one.field, one.reason) for one in named.refused] == [("first_name", "LOCKED_FIELD")] * 2
    unknown = learn(schooled("cart"), records_of("cart", 1), Options(locked_paths=("nonsense",)))
    assert unknown.refused[0].description == "no field 'nonsense' can be locked"


def test_faulty_records_have_less_quality_and_derived_values_are_made_again() -> None:
    cart = records_of("cart", 1)[0]
    whole, faulty = (learn(schooled("cart"), [each]).lessons[0] for each in (cart, {**cart, "total": 1.0}))
    assert whole.quality > faulty.quality
    assert faulty.record["total"] == round(faulty.record["subtotal"] + faulty.record["tax"], 2)


def test_words_of_the_caller_lose_what_looks_like_a_contact() -> None:
    options = Options(name="Cart of jane@corp.example.com", intent="Ask +49 170 1234567 about it", tags=("vip",))
    lesson = learn(schooled("cart"), records_of("cart", 1), options).lessons[0]
    assert lesson.name == "Cart of"
    assert "170" not in lesson.intent
    assert lesson.tags[0] == "vip"


def test_statistics_are_of_many_records_each() -> None:
    run = schooled("order")
    lessons = learn(run, records_of("order", 200), Options(sample=True)).lessons
    found = statistics(layout_of(run, run.segments[0]), [lesson.record for lesson in lessons])
    assert found["status"].present == 200
    assert all(count_ >= 5 for count_ in found["status"].shares.values())
    assert next(percent for percent, _ in found["items"].quantiles) == 0
    assert found["order_id"].quantiles == ()
    assert not found["order_id"].shares


@pytest.mark.parametrize(
    "text", ["a@b.c", "https://x.y", "+49 170 1234567", "DE89370400440532013000", "x9f3a7c1b2", "10.1.2.3"]
)
def test_forms_of_identifiers_and_contacts_are_told(text: str) -> None:
    assert may_tell(text)
    assert not is_plain(text)


def test_names_of_things_are_plain_and_names_of_people_are_not() -> None:
    assert is_plain("Desk Lamp, 32 GB")
    assert is_plain("out of stock")
    assert not is_plain("Zoltan Kovacs")
    assert not is_plain("order 123456789")


def test_records_are_read_from_json_ndjson_and_csv() -> None:
    schema = GENERATOR.registry.get("product")
    product = records_of("product", 1)[0]
    text = json.dumps(product)
    for written in (f"[{text},{text}]", f"{text}\n{text}\n", f" \n[{text}, {text}]"):
        assert format_of(written) is OutputFormat.JSON
        assert list(read_records(written, OutputFormat.JSON, schema)) == [product, product]
    csv = GENERATOR.prepare_now(
        GenerationRequest(entity="product", count=2, seed=7, output_format=OutputFormat.CSV, envelope=False)
    )
    document = csv.document(csv.rows(0, 2))
    assert format_of(document) is OutputFormat.CSV
    assert [type(each["price"]) for each in read_records(document, OutputFormat.CSV, schema)] != [str, str]
    with pytest.raises(UnreadableText):
        list(read_records("[{", OutputFormat.JSON, schema))


@pytest.mark.parametrize("sample", [False, True])
def test_a_whole_number_that_64_bits_do_not_hold_is_read_as_a_double(sample: bool) -> None:
    run = schooled("order")
    text = f'{{"status": "shipped", "total": {10**30}}}'
    records = list(read_records(text, OutputFormat.JSON, run.schema))
    assert records == [{"status": "shipped", "total": 1e30}]
    assert learn(run, records, Options(sample=sample)).scrubbed is not None


def test_half_a_character_is_no_part_of_what_is_learned() -> None:
    run = schooled("order")
    text = '{"status": "shipped", "order_id": "\\ud83d", "payment_method": "\\ud83d\\ude00"}'
    (record,) = read_records(text, OutputFormat.JSON, run.schema)
    assert record == {"status": "shipped", "order_id": "?", "payment_method": "\U0001f600"}
    assert learn(run, [record], Options()).scrubbed is not None
