"""What is promised of rows that are read from somebody else's database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from testdata_agent.engine.learning.lessons import LEARNING_SEED, Options, learn
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.stores.database import UnknownDatabase, open_database
from testdata_agent.stores.samples.rows import fields_of_columns, records_of_rows
from testdata_agent.stores.samples.sql import SourceUnreachable, UnknownTable, sampled
from tests.unit.engine.making import GENERATOR
from tests.unit.learning.planting import MARK

ROWS = 5_000


@pytest.fixture
async def filled(database_url: str) -> AsyncIterator[str]:
    """A database with a table of payments as an application may have it."""
    engine = open_database(database_url)
    payments = sa.Table(
        "Payments",
        sa.MetaData(),
        sa.Column("PaymentId", sa.String, primary_key=True),
        sa.Column("amount", sa.Numeric(10, 2)),
        sa.Column("method", sa.String),
        sa.Column("status", sa.String),
        sa.Column("currency", sa.String),
        sa.Column("created_at", sa.DateTime(timezone=True)),
        sa.Column("customer_email", sa.String),
        sa.Column("blob", sa.LargeBinary),
    )
    async with engine.begin() as connection:
        await connection.run_sync(payments.create)
        rows = [_row(number) for number in range(ROWS)]
        await connection.execute(payments.insert(), rows)
        await connection.execute(sa.text('CREATE VIEW recent AS SELECT * FROM "Payments" WHERE amount > 10'))
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(sa.text('ANALYZE "Payments"'))
    await engine.dispose()
    yield database_url


def _row(number: int) -> dict[str, Any]:
    return {
        "PaymentId": f"{MARK}-{number}",
        "amount": Decimal(number % 90) + Decimal("1.25"),
        "method": "paypal" if number % 4 else "bank_transfer",
        "status": "failed" if number % 10 == 0 else "pending",
        "currency": "USD",
        "created_at": datetime(2025, 3, 1 + number % 28, 12, tzinfo=UTC),
        "customer_email": f"{MARK}{number}@corp.example.com",
        "blob": b"\0\1",
    }


async def test_a_sample_is_drawn_from_all_over_the_table(filled: str) -> None:
    found = await sampled(filled, "Payments", 400)
    assert found.columns[:3] == ("PaymentId", "amount", "method")
    numbers = sorted(int(row["PaymentId"].removeprefix(f"{MARK}-")) for row in found.rows)
    assert len(numbers) == len(set(numbers)) == 400
    assert numbers[0] < ROWS // 10
    assert numbers[-1] > ROWS * 9 // 10


async def test_views_and_small_tables_are_read_whole(filled: str) -> None:
    found = await sampled(filled, "recent", 2 * ROWS)
    assert found.estimate is None
    assert 0 < len(found.rows) < ROWS
    assert {float(row["amount"]) > 10 for row in found.rows} == {True}


async def test_what_is_not_there_is_said_with_what_is(filled: str) -> None:
    with pytest.raises(UnknownTable, match="no table 'Payment'; there are Payments"):
        await sampled(filled, "Payment", 10)
    with pytest.raises(UnknownTable, match="no table"):
        await sampled(filled, "Payments; DROP TABLE Payments", 10)
    assert len((await sampled(filled, "Payments", 10)).rows) == 10


async def test_nothing_is_written(filled: str) -> None:
    before = await sampled(filled, "Payments", ROWS)
    after = await sampled(filled, "Payments", ROWS)
    assert {row["PaymentId"] for row in before.rows} == {row["PaymentId"] for row in after.rows}


async def test_samples_become_lessons_without_anything_of_a_person(filled: str) -> None:
    found = await sampled(filled, "Payments", 400)
    schema = GENERATOR.registry.get("payment")
    columns = fields_of_columns(found.columns, schema)
    assert columns["PaymentId"] == "payment_id"
    assert "customer_email" not in columns
    records = records_of_rows(found.rows, columns, schema)
    assert {record["created_at"][4:8] for record in records} == {"-03-"} or records[0]["created_at"].startswith(
        "2025-03-"
    )
    request = GenerationRequest(entity="payment", count=400, seed=LEARNING_SEED, envelope=False)
    learned = learn(GENERATOR.prepare_now(request), records, Options(sample=True))
    assert len(learned.lessons) == 400
    assert MARK not in repr(learned)
    failed = sum(lesson.record["status"] == "failed" for lesson in learned.lessons)
    assert failed == sum(record["status"] == "failed" for record in records)


async def test_no_database_is_told_from_one_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(UnknownDatabase, match="mysql"):
        await sampled("mysql://root@localhost/shop", "payments", 10)
    with pytest.raises(UnknownDatabase, match="sqlite:///"):
        await sampled("no address", "payments", 10)
    with pytest.raises(SourceUnreachable) as refused:
        await sampled("postgresql://tester:s3cret@127.0.0.1:1/shop", "payments", 10)
    assert "s3cret" not in str(refused.value)
    missing = tmp_path / "missing.db"
    with pytest.raises(SourceUnreachable):
        await sampled(f"sqlite:///{missing}", "payments", 10)
    assert not await asyncio.to_thread(missing.exists)


def test_columns_find_their_fields_by_name_and_values_their_json_form() -> None:
    schema = GENERATOR.registry.get("order")
    names = ["OrderId", "shipping_address_city", "ITEMS", "sub-total", "total", "created_at", "comment"]
    columns = fields_of_columns(names, schema)
    assert columns == {
        "OrderId": "order_id",
        "shipping_address_city": "shipping_address.city",
        "ITEMS": "items",
        "sub-total": "subtotal",
        "total": "total",
        "created_at": "created_at",
    }
    row = {
        "OrderId": 17,
        "shipping_address_city": "Oslo",
        "ITEMS": '[{"sku": "A"}]',
        "sub-total": Decimal("10.50"),
        "total": "11.5",
        "created_at": date(2025, 3, 1),
        "comment": "no field",
    }
    assert records_of_rows([row, {"created_at": "2025-03-01 10:00:00.5", "ITEMS": "no json"}], columns, schema) == [
        {
            "order_id": "17",
            "shipping_address": {"city": "Oslo"},
            "items": [{"sku": "A"}],
            "subtotal": 10.5,
            "total": 11.5,
            "created_at": "2025-03-01T00:00:00Z",
        },
        {"created_at": "2025-03-01T10:00:00Z"},
    ]
