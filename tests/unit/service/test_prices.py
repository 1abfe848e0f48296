from decimal import Decimal

import pytest

from testdata_agent.service.prices import Prices
from testdata_agent.service.settings import ModelPathSettings
from testdata_agent.stores.jobs.job import Usage


def test_cached_tokens_have_a_price_of_their_own() -> None:
    usage = Usage(input_tokens=1_000, output_tokens=200, cached_tokens=900)
    assert Prices(Decimal(3), Decimal(15), Decimal("0.3")).priced(usage).cost_micros == 100 * 3 + 270 + 200 * 15
    assert Prices(Decimal(3), Decimal(15)).priced(usage).cost_micros == 3_000 + 3_000
    assert Prices().priced(usage).cost_micros is None


def test_prices_are_read_as_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_PRICE_INPUT", "0.1")
    assert str(Prices.of(ModelPathSettings()).input) == "0.1"
