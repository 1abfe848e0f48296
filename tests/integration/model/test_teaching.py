"""Accepted records of models become patterns where the operator wants it."""

from pathlib import Path

import pytest

from testdata_agent.generator import Generator
from testdata_agent.service.settings import ModelPathSettings
from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.patterns import PatternKind
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.sql import SqlPatterns
from tests.integration.model.jobs import Desk
from worker.model.teaching import MOST_LEARNED, Teaching

CONTEXT = "Carts of Wanda Canary, wanda.canary@corp.example.io"


async def test_accepted_records_are_learned_and_nothing_of_the_context(desk: Desk, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    try:
        await migrations.upgrade(database)
        store = SqlPatterns(database)
        desk.teaching = Teaching(store, StaticEmbedder(), Generator())
        outcome = await desk.run(count=6, context=CONTEXT)
        assert len(outcome.rows) == 6
        learned = await store.changes(0, 100)
        assert 0 < len(learned) <= 6
        assert {(one.entity, one.kind, one.source) for one in learned} == {("cart", PatternKind.PATTERN, "model")}
        assert all(one.record["items"] and "_index" not in one.record for one in learned)
        assert "anary" not in str(learned)
        await desk.run("again", count=6, context=CONTEXT)
        await desk.run("many", count=90, context=CONTEXT)
        batches = 90 // MOST_LEARNED + 10
        assert len(await store.changes(0, 1000)) <= 12 + batches * MOST_LEARNED
    finally:
        await database.dispose()


async def test_a_store_that_is_away_fails_no_job(desk: Desk, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'nowhere' / 'ledger.db'}")
    try:
        desk.teaching = Teaching(SqlPatterns(database), StaticEmbedder(), Generator())
        outcome = await desk.run(count=3, context=CONTEXT)
        assert len(outcome.rows) == 3
    finally:
        await database.dispose()


def test_nothing_is_learned_unless_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARN_FROM_MODELS", raising=False)
    assert not ModelPathSettings().learn_from_models
