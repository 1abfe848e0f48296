"""`testdata schemas register` and what comes after it, as a person types it, against a real gateway."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Ended
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import start

STAFF = '{"fields": {"badge": {"type": "string"}}}'


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gateway")
    url = f"sqlite:///{folder / 'ledger.db'}"
    migrate(url)
    running = start(folder, DATABASE_URL=url)
    yield running.target
    running.end()


@pytest.fixture
def at_server(testdata: Callable[..., Ended], target: str) -> Callable[..., Ended]:
    return lambda *words: testdata(*words, TESTDATA_SERVER=target)


def test_a_file_becomes_an_entity_and_is_one_no_more(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "night-porter.json").write_text(STAFF)
    made = at_server("schemas", "register", "night-porter.json", "--domain", "hr")
    assert (made.code, made.out) == (0, b"night-porter (hr) version 1\n"), made.err
    shown = at_server("schemas", "night-porter").out.decode()
    assert "badge" in shown
    assert "night-porter" in at_server("schemas").out.decode()
    records = json.loads(at_server("generate", "night-porter", "-n", "2").out)
    assert [set(record) - {"_index", "_scenario"} for record in records] == [{"badge"}] * 2
    assert at_server("generate", "night-porter", "-n", "2", "--format", "sql").code == 0
    gone = at_server("schemas", "delete", "night-porter")
    assert (gone.code, gone.out) == (0, b"night-porter (hr) is deleted; it was at version 1\n")
    refused = at_server("generate", "night-porter")
    assert (refused.code, "unknown entity 'night-porter'" in refused.err) == (2, True)


def test_its_own_name_comes_before_the_files_and_the_option_before_both(
    at_server: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "staff v2.json").write_text(STAFF)
    (tmp_path / "named.json").write_text('{"name": "cook", "fields": {"badge": "string"}}')
    (tmp_path / "titled.json").write_text('{"title": "Head Cook", "properties": {"badge": {"type": "string"}}}')
    words = [("staff v2.json",), ("named.json",), ("titled.json",), ("named.json", "--name", "chef")]
    made = [at_server("schemas", "register", *each).out.split()[0].decode() for each in words]
    assert made == ["staff_v2", "cook", "head_cook", "chef"]


def test_faults_are_lines_and_exit_code_2(at_server: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "cart.json").write_text('{"fields": {"a": {"type": "strin"}}}')
    refused = at_server("schemas", "register", "cart.json")
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 2
    assert "schema.fields.a.type: unknown type 'strin'; did you mean 'string'?" in refused.err
    assert "name: 'cart' is an entity of the catalogue" in refused.err
    absent = at_server("schemas", "register", "absent.json")
    assert (absent.code, absent.err) == (2, "cannot read absent.json: no such file or directory\n")
    unknown = at_server("schemas", "delete", "nobody")
    assert (unknown.code, "'nobody'" in unknown.err) == (2, True)
