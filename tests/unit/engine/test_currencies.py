"""Money has the currency's digits, and amounts that fit it."""

from decimal import Decimal
from statistics import median
from typing import Any

import pytest

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.catalog.countries import country_of
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, Scenario
from testdata_agent.stores.pools import known_locales
from tests.unit.engine.making import GENERATOR, made

LOCALES = {"en_US": "USD", "en_GB": "GBP", "de_DE": "EUR", "fr_FR": "EUR", "es_ES": "EUR", "ja_JP": "JPY"}


def digits(amount: Any) -> int:
    return 0 if isinstance(amount, int) else -int(amount.as_tuple().exponent)


@pytest.mark.parametrize("locale", LOCALES)
def test_carts_are_in_the_money_of_the_locale(locale: str) -> None:
    code = LOCALES[locale]
    for cart in made("cart", 100, locale=locale):
        assert cart["currency"] == code
        amounts = [cart["subtotal"], cart["tax"], cart["total"], *(item["price"] for item in cart["items"])]
        assert {digits(amount) for amount in amounts} == {currencies.digits(code)}


@pytest.mark.parametrize(("code", "scale"), [("JPY", 0), ("USD", 2), ("EUR", 2), ("KWD", 3), ("KRW", 0)])
@pytest.mark.parametrize("entity", ["cart", "payment"])
def test_a_currency_named_in_the_request_gives_its_digits_and_its_amounts(entity: str, code: str, scale: int) -> None:
    field = "total" if entity == "cart" else "amount"
    dollars = [record[field] for record in made(entity, 300)]
    named = made(entity, 300, overrides={"currency": code})
    assert {record["currency"] for record in named} == {code}
    assert {digits(record[field]) for record in named} == {scale}
    ratio = Decimal(median(record[field] for record in named)) / Decimal(median(dollars))
    assert Decimal("0.7") < ratio / currencies.exchanged(Decimal(1), code) < Decimal("1.5")


def test_shipping_costs_what_it_costs_in_the_country() -> None:
    assert {order["shipping"] for order in made("order", 300, locale="ja_JP")} <= {0, *range(480, 2500)}
    assert {order["shipping"] for order in made("order", 300)} > {Decimal("0.00"), Decimal("4.99")}


def test_currencies_of_different_digits_are_refused_with_the_way_out() -> None:
    mixed = {"currency": FieldConstraint(enum_values=("USD", "JPY"))}
    with pytest.raises(InvalidRequest) as refused:
        GENERATOR.prepare_now(GenerationRequest(entity="cart", count=5, constraints=mixed))
    (violation,) = refused.value.violations
    assert violation.reason == "MIXED_CURRENCY_DIGITS"
    assert "USD 2, JPY 0" in violation.description
    assert "a scenario with the override currency=USD" in violation.description


def test_scenarios_may_differ_in_currency() -> None:
    scenarios = (
        Scenario(name="yen", count=3, overrides={"currency": "JPY"}),
        Scenario(name="dinar", count=3, overrides={"currency": "KWD"}),
    )
    carts = made("cart", 9, scenarios=scenarios)
    assert [digits(cart["total"]) for cart in carts] == [0] * 3 + [3] * 3 + [2] * 3
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", count=9, seed=7, scenarios=scenarios))
    assert run.score(run.rows(0, 9)).score == 1.0


def test_every_locale_has_a_known_currency_with_a_rate() -> None:
    for locale in known_locales():
        code = currencies.of_locale(locale)
        assert currencies.known(code), locale
        assert code == "USD" or code in currencies.RATES, locale
        assert code != "USD" or country_of(locale) == "US", locale
