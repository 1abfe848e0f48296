"""Numbers that name things are judged by their check digits, whoever made them; guesses are not made."""

import json
from typing import Any

import pytest

from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.generator import Generator

GENERATOR = Generator()
#: (field or meaning, right ones, wrong ones). Most of the right ones are published examples.
CODES = [
    ("isbn", ["9780306406157", "978-0-306-40615-7", "0306406152", "0-8044-2957-X"], ["9780306406158", "0306406153"]),
    ("isbn13", ["9783161484100"], ["9783161484101", "0306406152", "4006381333931"]),
    ("isbn10", ["0-19-852663-6"], ["0198526637", "9783161484100"]),
    ("issn", ["0378-5955", "2434-561X"], ["0378-5954", "03785"]),
    ("ean13", ["4006381333931"], ["4006381333930", "400638133393"]),
    ("ean", ["4006381333931", "73513537"], ["4006381333932"]),
    ("ean8", ["73513537"], ["73513536"]),
    ("gtin", ["00012345600012", "036000291452"], ["036000291453", "0360002914"]),
    ("upc", ["036000291452"], ["036000291450"]),
    ("imei", ["490154203237518"], ["490154203237519"]),
    ("vin", ["1M8GDM9AXKP042788", "WDBRF61J43F246839"], ["1M8GDM9A1KP042788", "1M8GDM9AXKP0427O8"]),
    ("lei", ["5493001KJTIIGC8Y1R12"], ["5493001KJTIIGC8Y1R13"]),
    ("iban", ["GB82 WEST 1234 5698 7654 32"], ["GB82WEST12345698765433"]),
    ("card_number", ["4111 1111 1111 1111"], ["4111111111111112"]),
    ("bic", ["DEUTDEFF", "DEUTDEFF500"], ["DEUTDEF", "deutdeff"]),
    ("mac_address", ["00:1a:2B:3c:4d:5e", "00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"], ["00:1a:2b:3c:4d", "00:1a-2b:3c:4d"]),
    ("ip_address", ["192.0.2.1", "2001:db8::1"], ["192.0.2.256", "2001:db8"]),
    ("ipv4", ["192.0.2.1"], ["192.0.2", "2001:db8::1"]),
    ("ipv6", ["2001:db8::1"], ["192.0.2.1"]),
    ("hex_color", ["#fff", "#A0b1C2"], ["fff", "#ggg"]),
]  # fmt: skip
#: Those of which a name alone is no proof.
MEANINGS = [
    ("routing_number", ["011000015"], ["011000016"]),
    ("iccid", ["8991101200003204514"], ["8991101200003204511"]),
    ("npi", ["1234567893"], ["1234567890"]),
    ("gtin14", ["00012345600012"], ["00012345600013"]),
    ("swift_code", ["DEUTDEFF"], ["DEUTDEF"]),
]


def faults(field: dict[str, Any], values: list[Any], name: str = "code") -> list[str]:
    """Messages on records that hold each of the values in a field so described."""
    source = SchemaSource(kind="inline_schema", text=json.dumps({"fields": {name: field}}))
    report = Scorer(given_schema(source, "records"), as_of=0).score_records([{name: value} for value in values])
    return [fault.message for fault in report.faults]


@pytest.mark.parametrize(("name", "right", "wrong"), CODES)
def test_a_field_that_is_called_so_is_judged_by_its_check_digit(name: str, right: list[str], wrong: list[str]) -> None:
    assert faults({"type": "string"}, right, name) == []
    assert len(faults({"type": "string"}, wrong, name)) == len(wrong)


@pytest.mark.parametrize(("name", "right", "wrong"), [*CODES, *MEANINGS])
def test_a_field_that_is_said_to_mean_it_is_judged_whatever_its_name(
    name: str, right: list[str], wrong: list[str]
) -> None:
    assert faults({"type": "string", "semantic": name}, right) == []
    assert len(faults({"type": "string", "semantic": name}, wrong)) == len(wrong)


def test_a_fault_says_what_the_text_is_not() -> None:
    assert faults({"type": "string"}, ["9780306406158"], "isbn13") == [
        'isbn13: "9780306406158" is not an ISBN-13 with a right check digit'
    ]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string", "regex": "[A-Z]+"},
        {"type": "string", "semantic": "none"},
        {"type": "enum", "values": ["ABC"]},
        {"type": "string", "max_length": 5},
        {"type": "string", "format": "{random:3}"},
    ],
)
def test_a_schema_that_says_otherwise_is_believed(field: dict[str, Any]) -> None:
    assert not any("check digit" in message for message in faults(field, ["ABC"], "isbn"))


@pytest.mark.parametrize("name", ["barcode", "my_isbn", "code", "version", "swift_message"])
def test_a_name_that_only_sounds_like_it_is_not_judged(name: str) -> None:
    assert faults({"type": "string"}, ["anything"], name) == []


def test_degrees_lie_on_the_globe() -> None:
    assert faults({"type": "float"}, [90, -90.0], "latitude") == []
    assert faults({"type": "float"}, [95.5], "latitude") == ["latitude: 95.5 is more than 90"]
    assert faults({"type": "float"}, [-180.5], "lng") == ["lng: -180.5 is less than -180"]
    assert faults({"type": "float", "semantic": "longitude"}, [181], "x") == ["x: 181 is more than 180"]
    assert faults({"type": "float", "max": 500}, [300], "latitude") == []


def made(field: dict[str, Any], name: str) -> None:
    """Records of the field score 1.0, or their refusal says why."""
    source = SchemaSource(kind="inline_schema", text=json.dumps({"fields": {name: field}}))
    try:
        run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=150, seed=3, envelope=False))
    except InvalidRequest as error:
        assert all(fault.description for fault in error.violations)
        return
    report = run.score(run.rows(0, 150))
    assert report.passed == report.applied > 0, report.faults[:2]


@pytest.mark.parametrize("limits", [{}, {"max_length": 40}, {"max_length": 12}, {"min_length": 30}, {"max_length": 5}])
@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("name", [*(name for name, _, _ in (*CODES, *MEANINGS)), "email", "url", "uuid", "phone"])
def test_what_is_made_has_the_form_that_it_is_judged_by(name: str, unique: bool, limits: dict[str, Any]) -> None:
    made({"type": "string", "unique": unique, **limits}, name)
    made({"type": "string", "unique": unique, "semantic": name, **limits}, "f")


@pytest.mark.parametrize("limits", [{}, {"min": 100}, {"max": -200}, {"unique": True}, {"scale": 0}])
@pytest.mark.parametrize("name", ["latitude", "longitude", "lat", "lng"])
def test_degrees_that_are_made_lie_on_the_globe(name: str, limits: dict[str, Any]) -> None:
    made({"type": "float", **limits}, name)


def test_a_card_number_that_no_card_has_is_refused_where_the_schema_asks_for_one() -> None:
    source = {"fields": {"pay": {"type": "string", "semantic": "card_number", "max_length": 5}}}
    request = GenerationRequest(schema_source=SchemaSource(kind="inline_schema", text=json.dumps(source)), count=1)
    with pytest.raises(InvalidRequest, match="a card number with a right check digit is not made within these limits"):
        GENERATOR.prepare_now(request)
