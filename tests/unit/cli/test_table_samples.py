import json
import sqlite3
from pathlib import Path

import pytest

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.cli.table_samples import table_sample
from tests.unit.learning.planting import MARK


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A SQLite database of a shop that somebody runs."""
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute(
            "CREATE TABLE products (ProductId TEXT, name TEXT, price REAL, in_stock INTEGER, stock_quantity INTEGER,"
            " created_at TEXT, supplier_contact TEXT, blob BLOB)"
        )
        database.executemany(
            "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (f"{MARK}{n}", "Desk Lamp", 10 + n % 7, n % 4 != 0, n % 4 and n % 50 + 1, "2024-05-01 10:00:00",
                 f"{MARK}@corp.example.com", b"\0")
                for n in range(500)
            ],
        )  # fmt: skip
    database.close()
    return f"sqlite:///{tmp_path / 'shop.db'}"


def test_rows_become_records_that_name_nobody(shop: str) -> None:
    found = table_sample(shop, "products", entity="product", rows=200)
    records = [json.loads(text) for text in found.records.splitlines()]
    assert (found.rows, found.kept, len(records)) == (200, 200, 200)
    assert MARK not in found.records + repr(found)
    assert found.ignored == ("supplier_contact", "blob")
    assert {record["name"] for record in records} == {"Desk Lamp"}
    assert {record["in_stock"] for record in records} == {True, False}
    assert {record["price"] for record in records} <= {10.0 + step for step in range(7)}
    assert next(found.told()) == "200 rows drawn, 200 kept"
    assert "product_id 200" in "\n".join(found.told())


def test_what_cannot_be_read_is_said_with_what_is_wrong(shop: str, tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="--table: there is no table 'product'; there are products"):
        table_sample(shop, "product", entity="product")
    with pytest.raises(Mistake, match="unknown entity 'prodct'"):
        table_sample(shop, "products", entity="prodct")
    with pytest.raises(Mistake, match="--from: records are read from postgresql:// and sqlite://"):
        table_sample("oracle://shop", "products", entity="product")
    with pytest.raises(Mistake, match="--rows: 1 to 10000"):
        table_sample(shop, "products", entity="product", rows=0)
    with pytest.raises(Mistake, match="none of the columns of products is a field of custom"):
        table_sample(shop, "products", entity="", schema='{"fields": {"zebra": {"type": "string"}}}')
    with pytest.raises(Failure, match="missing"):
        table_sample(f"sqlite:///{tmp_path / 'missing.db'}", "products", entity="product")
