"""What a gateway that keeps patterns is set up with."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.patterns.assembly import Patterns
from gateway.settings import PatternSettings
from testdata_agent.service import logs
from testdata_agent.service.settings import SettingsError, StoreSettings


def opened(folder: Path | None, *, weaviate_url: str = "") -> Patterns | None:
    database = None if folder is None else SecretStr(f"sqlite:///{folder / 'ledger.db'}")
    stores = StoreSettings.model_construct(database_url=database)
    patterns = PatternSettings.model_construct(weaviate_url=SecretStr(weaviate_url) if weaviate_url else None)
    return Patterns.open(stores, patterns, logs.logger())


async def test_without_a_database_no_patterns_are_kept() -> None:
    assert opened(None, weaviate_url="http://127.0.0.1:9") is None


async def test_memory_finds_them_where_nothing_else_is_named(tmp_path: Path) -> None:
    patterns = opened(tmp_path)
    assert patterns is not None
    assert (patterns.library.state().index, patterns.library.state().reason) == ("memory", "")
    await patterns.close()


async def test_a_weaviate_that_is_named_is_the_one_that_is_wanted(tmp_path: Path) -> None:
    patterns = opened(tmp_path, weaviate_url="http://127.0.0.1:9")
    assert patterns is not None
    assert patterns.library.state().reason == "weaviate has not answered yet"
    await patterns.close()


@pytest.mark.parametrize("address", ["http://", "http://host:port"])
async def test_an_address_that_is_none_is_told_with_its_variables(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="WEAVIATE_URL and WEAVIATE_GRPC_URL are http://host:port"):
        opened(tmp_path, weaviate_url=address)
