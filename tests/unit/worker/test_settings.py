"""What workers read from the environment."""

from pathlib import Path

import pytest

from testdata_agent.service.settings import SettingsError
from worker.settings import Settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("REDIS_URL", "DATABASE_URL", "WORKER_METRICS_PORT", "WORKER_BATCH_SECONDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_both_stores_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"REDIS_URL and DATABASE_URL must be set.*testdata up"):
        Settings.load()
    monkeypatch.setenv("REDIS_URL", "redis://:secret@localhost:1/0")
    with pytest.raises(SettingsError, match=r"^DATABASE_URL must be set"):
        Settings.load()
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    settings = Settings.load()
    assert (settings.redis_url, settings.database_url) == ("redis://:secret@localhost:1/0", "sqlite:///x.db")
    assert "secret" not in repr(settings)


def test_bad_values_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_METRICS_PORT", "no")
    monkeypatch.setenv("WORKER_BATCH_SECONDS", "-1")
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert all(name in str(raised.value) for name in ("WORKER_METRICS_PORT", "WORKER_BATCH_SECONDS"))
