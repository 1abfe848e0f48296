"""What a caller is told about a locale."""

import pytest

from testdata_agent.stores.pools import known_locales, locale_fault
from testdata_agent.stores.pools.locales import candidates


def test_the_locales_people_ask_for_are_known() -> None:
    assert {"en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "ja_JP", "pt_BR", "zh_CN"} <= set(known_locales())


def test_a_known_locale_has_no_fault() -> None:
    assert [locale for locale in known_locales() if locale_fault(locale)] == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [("en_UK", "en_GB"), ("de-de", "de_DE"), ("DE_de", "de_DE"), ("jp", "ja_JP"), ("fr_RF", "fr_FR"), ("fr", "fr_FR")],
)
def test_a_near_miss_names_what_was_meant(written: str, meant: str) -> None:
    fault = locale_fault(written)
    assert fault is not None
    assert meant in fault.near
    assert meant in fault.message


@pytest.mark.parametrize("written", ["", "klingon", "../../etc", "en_US\n", "x" * 1_000_000])
def test_nonsense_is_a_short_plain_sentence(written: str) -> None:
    fault = locale_fault(written)
    assert fault is not None
    assert fault.message.startswith("unknown locale ")
    assert len(fault.message) < 150


def test_a_locale_comes_first_among_its_stand_ins_and_english_last() -> None:
    assert candidates("fr_BE") == ("fr_BE", "fr_FR", "en_US")
    assert candidates("en_US") == ("en_US",)
    assert candidates("xx_XX") == ("xx_XX", "en_US")
