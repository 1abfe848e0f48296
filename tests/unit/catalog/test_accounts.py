"""Whoever fills a cart, orders or reviews had an account before: user, cart, order and review of one seed agree."""

import pytest

from testdata_agent import generate

AS_OF = 1_767_225_600  # 2026-01-01


@pytest.mark.parametrize("seed", [5, 2**40 + 1])
@pytest.mark.parametrize(("entity", "key"), [("cart", "customer_id"), ("order", "customer_id"), ("review", "user_id")])
def test_nothing_is_older_than_the_account_of_who_did_it(entity: str, key: str, seed: int) -> None:
    opened = {user["user_id"]: user["created_at"] for user in generate("user", count=1000, seed=seed, as_of=AS_OF)}
    records = generate(entity, count=2000, seed=seed, as_of=AS_OF)
    assert all(opened[record[key]] <= record["created_at"] for record in records)


def test_accounts_are_of_many_years_and_most_are_still_in_use() -> None:
    users = generate("user", count=1000, seed=5, as_of=AS_OF)
    years = [user["created_at"][:4] for user in users]
    assert {"2019", "2020", "2021", "2022", "2023", "2024"} <= set(years)
    logins = [user["last_login"] for user in users if "last_login" in user]
    assert sum(login >= "2025-07-01" for login in logins) > len(logins) * 0.3
    assert all(user["last_login"] >= user["created_at"] for user in users if "last_login" in user)
