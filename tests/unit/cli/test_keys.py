import re
from pathlib import Path

import yaml
from typer.testing import CliRunner, Result

from testdata_agent.cli.app import app
from testdata_agent.service.access.key_ring import KeyRing


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["keys", *words])


def test_a_new_key_is_shown_once_with_what_the_file_needs_of_it() -> None:
    done = run("new", "checkout-tests")
    assert done.exit_code == 0
    key, entry = done.stdout.split("\n", 1)
    assert re.fullmatch(r"tda_[A-Za-z0-9_-]{43}", key)
    assert key not in entry
    owner = KeyRing.of_text(entry).owner_of(key)
    assert owner is not None
    assert owner.client == "checkout-tests"
    assert run("new", "checkout-tests").stdout.split("\n", 1)[0] != key


def test_a_name_that_yaml_would_take_for_something_else_stays_a_name() -> None:
    for name in ("17", "true", "no", "a:b", "#x", '"', "\\"):
        assert list(KeyRing.of_text(run("new", name).stdout.split("\n", 1)[1]).clients) == [name]


def test_a_name_that_is_none_is_a_mistake() -> None:
    done = run("new", "two words")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "1 to 200 visible characters of ASCII, not 'two words'" in done.stderr


def test_a_file_is_looked_through_as_a_gateway_would(tmp_path: Path) -> None:
    file = tmp_path / "keys.yaml"
    entry = yaml.safe_load(run("new", "b").stdout.split("\n", 1)[1])["clients"][0]
    hashes = entry["sha256"] + yaml.safe_load(run("new", "b").stdout.split("\n", 1)[1])["clients"][0]["sha256"]
    file.write_text(yaml.safe_dump({"clients": [{"client": "b", "sha256": hashes, "admin": True}]}))
    done = run("check", str(file))
    assert (done.exit_code, done.stdout) == (0, f"{file} can be used; clients: 1\n  b  2 keys, admin\n")
    file.write_text("clients:\n- client: a\n  limit: 3\n")
    done = run("check", str(file))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "clients[0] (a).sha256: it is needed\nclients[0] (a).limit: there is no setting of this name\n"
    )
    file.write_text("clients: []\n")
    done = run("check", str(file))
    assert (done.exit_code, done.stderr[:19]) == (2, "no client is listed")
    assert run("check", str(tmp_path / "none.yaml")).exit_code == 1
