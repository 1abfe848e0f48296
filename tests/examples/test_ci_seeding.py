"""The script of examples/ci_seeding fills a database, the same way each time, or leaves it as it was."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.postgres import Postgres

SCRIPT = Path(__file__).parents[2] / "examples" / "ci_seeding" / "seed.sh"
#: Where `testdata` is found.
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
JOINED = 'SELECT count(*) FROM "order" JOIN "user" ON "order".customer_id = "user".user_id'


def seeded(target: str, folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [SCRIPT, target],
        cwd=folder,
        env={**os.environ, "PATH": PATH, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(file)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def test_a_file_of_sqlite_is_filled_with_orders_whose_customers_are_there(tmp_path: Path) -> None:
    done = seeded("shop.db", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "seeded shop.db: 1000 users, 200 orders, seed 7\n"
    assert rows(tmp_path / "shop.db", JOINED) == [(200,)]

    assert seeded("again.db", tmp_path).returncode == 0
    everything = 'SELECT * FROM "order_items" ORDER BY order_id, position'
    assert rows(tmp_path / "again.db", everything) == rows(tmp_path / "shop.db", everything)


def test_a_run_that_fails_leaves_nothing_half_done(tmp_path: Path) -> None:
    assert seeded("shop.db", tmp_path, ORDERS="20").returncode == 0

    # The orders are there already; the users of this run are other ones.
    assert seeded("shop.db", tmp_path, USERS="1500").returncode != 0
    assert rows(tmp_path / "shop.db", 'SELECT count(*) FROM "user"') == [(1000,)]
    wrong = seeded("wrong.db", tmp_path, ORDERS="many")
    assert wrong.returncode != 0
    assert "seeded" not in wrong.stdout


def test_postgresql_is_filled_with_orders_whose_customers_are_there(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database("ci_seeding") as name:
        done = seeded(postgres.url(name), tmp_path, PATH=f"{postgres.programs}:{PATH}")
        assert done.returncode == 0, done.stderr
        assert postgres.run(f"{JOINED};", database=name) == "200\n"
