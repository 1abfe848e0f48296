"""How many tokens a client may take."""

import pytest

from testdata_agent.service.access.ceilings import TokenCeiling, TokenCeilings
from testdata_agent.service.access.client_entry import ClientEntry
from testdata_agent.stores.jobs import Window

USUAL = TokenCeiling(100, Window.MONTH, "LLM_TOKENS_PER_CLIENT")


@pytest.mark.parametrize(
    ("own", "held"),
    [
        ({}, {USUAL}),
        ({"tokens_per_month": 7}, {TokenCeiling(7, Window.MONTH, "tokens_per_month")}),
        ({"tokens_per_day": 3}, {TokenCeiling(3, Window.DAY, "tokens_per_day"), USUAL}),
        ({"tokens_per_day": "unlimited"}, {USUAL}),
        ({"tokens_per_month": "unlimited"}, set()),
        ({"tokens_per_month": 0}, {TokenCeiling(0, Window.MONTH, "tokens_per_month")}),
    ],
)
def test_a_clients_own_ceiling_takes_the_place_of_the_one_of_its_window(
    own: dict[str, int | str], held: set[TokenCeiling]
) -> None:
    entry = ClientEntry.model_validate({"client": "a", "sha256": ["0" * 64], **own})
    assert set(TokenCeilings(100, Window.MONTH).beside(entry.token_ceilings)) == held


def test_without_any_there_is_none() -> None:
    assert TokenCeilings().beside({}) == ()
    assert TokenCeilings().beside({"day": 5}) == (TokenCeiling(5, Window.DAY, "tokens_per_day"),)
