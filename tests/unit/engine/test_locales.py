"""People, places and telephone numbers of every locale."""

import re
import unicodedata

import numpy as np
import pytest

from testdata_agent.engine.catalog.atlas import agrees
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.synthesis.generators.people import short_numbers
from testdata_agent.stores.pools import known_locales
from tests.unit.engine.making import GENERATOR, made

pytestmark = pytest.mark.filterwarnings("ignore:fr_QC locale is deprecated")

#: By locale: country, how its numbers begin, its postcodes, its streets.
SHOWN = {
    "en_US": ("US", r"\+1-[2-9]\d\d-555-01\d\d", r"\d{5}", r"\d+ .+"),
    "en_GB": (
        "GB",
        r"\+44 (7700 900|1\d\d 496 0|20 7946 0|191 498 0|28 9649 6|29 2018 0)\d{3}",
        r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}",
        r"\d+ .+",
    ),
    "de_DE": (
        "DE",
        r"\+49 ((30 23125|40 66969|69 90009|89 99998|221 4710)\d{3}|(171 39200|176 040690)\d\d)",
        r"\d{5}",
        r".+ \d+",
    ),
    "fr_FR": ("FR", r"\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98) \d\d \d\d", r"\d{5}", r"\d+ .+"),
    "es_ES": ("ES", r"\+34 790 \d{6}", r"\d{5}", r".+, \d+"),
    "ja_JP": ("JP", r"\+81-(90-0000|[36]-0000|\d\d-000|\d\d\d-00)-\d{4}", r"\d{3}-\d{4}", r".+\d+番地"),
}
#: RFC 2606 and RFC 6761.
RESERVED_MAIL = re.compile(r"[a-z0-9.]+@(example\.(com|org|net)|[a-z]+\.(example|test))")


def ascii_words(name: str) -> str:
    """What of a Latin name is ASCII without its accents, in lower case."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain)


@pytest.mark.parametrize("locale", SHOWN)
def test_addresses_and_numbers_have_the_countrys_form(locale: str) -> None:
    country, phone, postcode, street = SHOWN[locale]
    users = made("user", 300, locale=locale)
    assert [user["phone"] for user in users if not re.fullmatch(phone, user["phone"])] == []
    for address in (address for user in users for address in user["addresses"]):
        assert address["country"] == country
        assert re.fullmatch(postcode, address["zip"])
        assert re.fullmatch(street, address["street"])
        assert agrees(country, address["city"], address["state"], address["zip"]) is True
    assert len({user["addresses"][0]["zip"] for user in users}) > 100


@pytest.mark.parametrize(
    ("locale", "city", "begins"),
    [
        ("en_GB", "London", "+44 20 7946 0"),
        ("en_GB", "Leeds", "+44 113 496 0"),
        ("de_DE", "Berlin", "+49 30 23125"),
        ("de_DE", "München", "+49 89 99998"),
        ("fr_FR", "Paris", "+33 1 99 00"),
        ("ja_JP", "新宿区", "+81-3-0000"),
    ],
)
def test_a_telephone_has_the_area_of_its_place_or_is_mobile(locale: str, city: str, begins: str) -> None:
    users = made("user", 50, locale=locale, overrides={"addresses.city": city})
    mobile = ("+44 7700", "+49 17", "+33 6", "+81-90")
    own = [user["phone"] for user in users if user["phone"].startswith(begins)]
    assert own
    assert all(user["phone"].startswith((begins, *mobile)) for user in users)


@pytest.mark.parametrize("locale", SHOWN)
def test_mail_goes_nowhere_and_agrees_with_the_name(locale: str) -> None:
    for user in made("user", 300, locale=locale):
        assert RESERVED_MAIL.fullmatch(user["email"])
        first, _, last = user["email"].partition("@")[0].rstrip("0123456789").partition(".")
        assert first
        assert last
        if locale in {"en_US", "en_GB", "fr_FR", "es_ES"}:
            assert (first, last) == (ascii_words(user["first_name"]), ascii_words(user["last_name"]))


def test_japanese_names_are_romanised_in_mail() -> None:
    users = made("user", 300, locale="ja_JP")
    by_name = {user["last_name"]: user["email"].partition("@")[0].rstrip("0123456789") for user in users}
    assert by_name["佐藤"].endswith(".sato")
    assert by_name["高橋"].endswith(".takahashi")


def test_mail_numbers_are_distinct_over_a_million_users() -> None:
    numbers = short_numbers(np.arange(1_000_000, dtype=np.int64), 7)
    assert len(np.unique(numbers)) == 1_000_000
    assert int(numbers.min()) >= 0


@pytest.mark.parametrize("locale", SHOWN)
def test_no_name_ends_in_a_digit_that_would_run_into_the_number(locale: str) -> None:
    users = made("user", 3000, locale=locale)
    assert len({user["email"] for user in users}) == len(users)
    assert not [user for user in users if re.search(r"\d", user["last_name"])]


def test_every_locale_has_users_that_score_one() -> None:
    for locale in known_locales():
        run = prepared(locale)
        rows = run.rows(0, 20)
        report = run.score(rows)
        assert (locale, report.score, report.faults) == (locale, 1.0, ())
        for address in (address for user in made("user", 20, locale=locale) for address in user["addresses"]):
            parts = {name: address[name] for name in ("street", "city", "state", "zip")}
            assert all(parts.values()), (locale, parts)
            assert re.fullmatch(r"[A-Z]{2}", address["country"]), (locale, address)


def prepared(locale: str) -> Run:
    return GENERATOR.prepare_now(GenerationRequest(entity="user", count=20, seed=7, locale=locale))


@pytest.mark.parametrize(
    "overrides", [{"addresses.state": "CA"}, {"addresses.city": "Miami"}, {"addresses.zip": "10001"}]
)
def test_a_telephone_follows_the_address_that_is_asked_for(overrides: dict[str, str]) -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity="user", count=100, seed=7, overrides=overrides))
    report = run.score(run.rows(0, 100))
    assert (report.score, report.faults) == (1.0, ())
