"""Pools from Faker: the same words every time, fit to stand in a record."""

import random
import re
import unicodedata

import pytest
from faker import Faker

from testdata_agent.engine.synthesis.pools import MAX_POOL_SIZE, Pool, PoolSpec
from testdata_agent.stores.pools import PoolFault, UnknownLocale, UnknownProvider, known_locales
from testdata_agent.stores.pools.faker_filler import fill

CORE = ("first_name", "last_name", "street_name", "city", "company")
SHOWN = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "ja_JP")

# fr_QC warns on import that it has another name now; that is Faker's affair.
pytestmark = pytest.mark.filterwarnings("ignore:fr_QC locale is deprecated")


@pytest.mark.parametrize("locale", known_locales())
def test_every_locale_has_the_core_words(locale: str) -> None:
    for provider in CORE:
        pool = fill(PoolSpec(provider, locale, 40))
        assert 2 < len(pool) <= 40
        assert list(pool.values) == sorted(set(pool.values))
        assert all(value and value == value.strip() for value in pool.values)
        assert not any(unicodedata.category(char) == "Cc" for value in pool.values for char in value)
        assert all(re.fullmatch("[a-z0-9]+", slug) for slug in pool.slugs)


@pytest.mark.parametrize("locale", SHOWN)
@pytest.mark.parametrize("provider", CORE)
def test_a_fill_repeats_itself(provider: str, locale: str) -> None:
    spec = PoolSpec(provider, locale, 200)
    first = fill(spec)
    random.seed(5)
    Faker.seed(5)
    assert fill(spec).hash_key() == first.hash_key()


def test_a_fill_leaves_the_global_random_states_alone() -> None:
    random.seed(11)
    Faker.seed(11)
    faker = Faker("en_US")
    expected = (random.random(), faker.first_name())
    random.seed(11)
    Faker.seed(11)
    fill(PoolSpec("company", "en_US", 30))
    assert (random.random(), faker.first_name()) == expected


def test_fills_do_not_depend_on_what_was_filled_before() -> None:
    spec = PoolSpec("street_name", "de_DE", 100)
    alone = fill(spec)
    fill(PoolSpec("company", "de_DE", 100))
    fill(PoolSpec("street_name", "de_DE", 500))
    assert fill(spec) == alone


def test_a_thousand_names_and_streets_are_there_for_american_english() -> None:
    sizes = {provider: len(fill(PoolSpec(provider, "en_US", 1000))) for provider in CORE}
    assert sizes["first_name"] >= 600
    assert sizes["last_name"] == sizes["street_name"] == sizes["city"] == 1000


@pytest.mark.parametrize("provider", ["first_name", "last_name"])
@pytest.mark.parametrize("locale", SHOWN)
def test_person_names_carry_no_titles(provider: str, locale: str) -> None:
    pool = fill(PoolSpec(provider, locale, 1000))
    titles = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|MD|PhD|Jr)\b\.?")
    assert [value for value in pool.values if titles.search(value)] == []


@pytest.mark.parametrize(
    ("locale", "pattern"),
    [
        ("en_US", r"[A-Z].* [A-Z][a-z]+"),
        ("en_GB", r"[A-Z].* [A-Z][a-z]+"),
        ("de_DE", r"\D+(straße|str\.|weg|platz|allee|ring|gasse)"),
        ("fr_FR", r"(rue|chemin|avenue|boulevard) .+"),
        ("ja_JP", r"\D+\d+丁目"),
    ],
)
def test_streets_look_like_the_locale_and_carry_no_house_number(locale: str, pattern: str) -> None:
    values = fill(PoolSpec("street_name", locale, 300)).values
    assert [value for value in values if not re.fullmatch(pattern, value, re.IGNORECASE)] == []


def test_japanese_names_are_romanised_by_how_they_are_read() -> None:
    pool = fill(PoolSpec("last_name", "ja_JP", 100))
    slugs = dict(zip(pool.values, pool.slugs, strict=True))
    assert slugs["佐藤"] == "sato"
    assert slugs["渡辺"] == "watanabe"


def test_umlauts_are_spelt_out_in_german_alone() -> None:
    pool = fill(PoolSpec("last_name", "de_DE", 1000))
    umlauts = {value: slug for value, slug in zip(pool.values, pool.slugs, strict=True) if "ü" in value}
    assert umlauts
    assert all("ue" in slug for slug in umlauts.values())
    turkish = fill(PoolSpec("last_name", "tr_TR", 1000))
    plain = {value: slug for value, slug in zip(turkish.values, turkish.slugs, strict=True) if "Gü" in value}
    assert plain
    assert all("gu" in slug for slug in plain.values())


def test_words_borrowed_from_another_locale_say_so() -> None:
    cities = fill(PoolSpec("city", "bg_BG", 20))
    assert cities.fallback
    assert cities.source_locale == "en_US"
    assert all(value.isascii() for value in cities.values), "a mix of two languages in one name"
    assert not fill(PoolSpec("first_name", "bg_BG", 20)).fallback


def test_streets_are_borrowed_from_english_by_english_alone() -> None:
    borrowed = {
        locale for locale in known_locales() if fill(PoolSpec("street_name", locale, 5)).source_locale == "en_US"
    }
    assert borrowed <= {"en", "en_US"}
    assert "Atatürk Caddesi" in fill(PoolSpec("street_name", "tr_TR", 50)).values


def test_a_neighbour_of_the_same_language_stands_in_before_english_does() -> None:
    assert fill(PoolSpec("street_name", "de_LU", 20)).source_locale == "de_DE"


def test_a_bare_language_is_no_fallback() -> None:
    assert not fill(PoolSpec("last_name", "de", 20)).fallback


def test_placeholder_names_are_not_taken_for_a_locales_own() -> None:
    names = fill(PoolSpec("first_name", "vi_VN", 1000))
    assert "John" not in names.values
    assert not names.fallback


def test_any_faker_method_of_text_serves_as_a_provider() -> None:
    assert len(fill(PoolSpec("job", "de_DE", 500))) > 20
    assert len(fill(PoolSpec("color_name", "en_US", 50))) == 50


def test_a_text_of_several_lines_becomes_one() -> None:
    addresses = fill(PoolSpec("address", "en_US", 20)).values
    assert all("," in address and "\n" not in address for address in addresses)


def test_a_spent_source_gives_what_it_has() -> None:
    assert 0 < len(fill(PoolSpec("city_prefix", "en_US", 5000))) < 50


def test_an_unknown_provider_names_near_ones() -> None:
    with pytest.raises(UnknownProvider, match="first_name"):
        fill(PoolSpec("frist_name", "en_US", 10))


@pytest.mark.parametrize(
    "provider",
    ["__class__", "__init__", "generator", "_weights", "", "date_this_year", "zip", "pydict", "binary", "x" * 9999],
)
def test_what_is_no_source_of_repeatable_text_is_refused(provider: str) -> None:
    with pytest.raises(UnknownProvider, match="unknown provider"):
        fill(PoolSpec(provider, "en_US", 10))


def test_a_provider_that_gives_no_text_is_refused() -> None:
    with pytest.raises(UnknownProvider, match="not text"):
        fill(PoolSpec("words", "en_US", 10))


def test_a_provider_with_randomness_of_its_own_is_refused() -> None:
    with pytest.raises(UnknownProvider, match="does not repeat"):
        fill(PoolSpec("license_plate", "uk_UA", 10))


def test_an_unknown_locale_names_near_ones() -> None:
    with pytest.raises(UnknownLocale, match="'en_GB'"):
        fill(PoolSpec("first_name", "en_UK", 10))


def test_every_fault_is_a_value_error() -> None:
    assert issubclass(UnknownProvider, PoolFault)
    assert issubclass(UnknownLocale, PoolFault)
    assert issubclass(PoolFault, ValueError)


@pytest.mark.parametrize("size", [0, -1, MAX_POOL_SIZE + 1])
def test_a_senseless_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="pool size"):
        PoolSpec("first_name", "en_US", size)


@pytest.mark.parametrize(("values", "slugs"), [((), ()), (("Ada",), ())])
def test_a_pool_without_values_or_slugs_cannot_be_made(values: tuple[str, ...], slugs: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="needs values"):
        Pool(PoolSpec("first_name", "en_US", 1), values, slugs, "en_US")


def test_equal_digests_mean_equal_pools() -> None:
    names = fill(PoolSpec("first_name", "en_US", 10))
    assert names.hash_key() != fill(PoolSpec("first_name", "en_US", 11)).hash_key()
    assert names.hash_key() != Pool(names.spec, names.values, names.slugs[::-1], "en_US").hash_key()
