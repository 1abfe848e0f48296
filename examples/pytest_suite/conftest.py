"""What the shop's tests share."""

import sqlite3
from collections.abc import Iterator

import pytest
from shop import Shop

from testdata_agent.testing import Record, SharedTestData, TestData


@pytest.fixture
def shop(testdata: TestData) -> Iterator[Shop]:
    """A shop whose customers are those of the test's carts: a `customer_id` is one of the first 1,000 users."""
    database = sqlite3.connect(":memory:")
    opened = Shop(database)
    opened.register(testdata.many("user", 1000))
    yield opened
    database.close()


@pytest.fixture(scope="session")
def coupons(testdata_session: SharedTestData) -> list[Record]:
    """Coupons for all tests; their schema lies beside this file."""
    return testdata_session.fork("coupons").many(count=20, schema="coupon.json")
