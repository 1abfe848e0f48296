"""The keys file on disk."""

import os
from pathlib import Path

import pytest

from testdata_agent.service.access.key_file import KeyFile
from testdata_agent.service.access.key_ring import hash_of
from testdata_agent.service.settings import SettingsError


def text_of(**clients: str) -> str:
    """A file's text: each client with one key, which is its name, and whatever else is said of it."""
    entries = [f'  - client: {name}\n    sha256: ["{hash_of(name)}"]\n{more}' for name, more in clients.items()]
    return "clients:\n" + "\n".join(entries)


def test_a_file_that_cannot_be_used_is_one_line_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    with pytest.raises(SettingsError, match=r"^API_KEYS_FILE='.*keys\.yaml': it cannot be read \(No such file"):
        KeyFile(path)
    with pytest.raises(SettingsError, match="it cannot be read"):
        KeyFile(tmp_path)
    path.write_bytes(b"clients: \xff")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        KeyFile(path)
    path.write_text("clients: 3")
    with pytest.raises(SettingsError, match="a list of clients"):
        KeyFile(path)


def test_who_is_added_is_in_and_who_is_taken_out_is_not(tmp_path: Path) -> None:
    path, told = tmp_path / "keys.yaml", []
    path.write_text(text_of(a=""))
    file = KeyFile(path, changed=lambda file: told.append(file.fault))
    file.look()
    assert not told, "nothing has changed"
    path.write_text(text_of(b="", c=""))
    file.look()
    assert (file.ring.owner_of("a"), sorted(file.ring.clients), told) == (None, ["b", "c"], [""])


def test_a_bad_file_leaves_the_keys_as_they_were_and_is_told_of_once(tmp_path: Path) -> None:
    path, told = tmp_path / "keys.yaml", []
    path.write_text(text_of(a=""))
    file = KeyFile(path, changed=lambda file: told.append(file.fault))
    path.write_text("clients:\n  - client: a\n")
    file.look()
    file.look()
    assert file.ring.owner_of("a") is not None
    assert told == ["clients[0] (a).sha256: it is needed"]
    path.unlink()
    file.look()
    assert file.ring.owner_of("a") is not None
    assert "cannot be read" in file.fault
    path.write_text(text_of(d=""))
    file.look()
    assert (file.fault, sorted(file.ring.clients), len(told)) == ("", ["d"], 3)


def test_a_mounted_secret_that_is_exchanged_by_a_link_is_seen(tmp_path: Path) -> None:
    for version, client in (("one", "a"), ("two", "b")):
        (tmp_path / version).mkdir()
        (tmp_path / version / "keys.yaml").write_text(text_of(**{client: ""}))
        os.utime(tmp_path / version / "keys.yaml", (1_700_000_000, 1_700_000_000))
    link = tmp_path / "data"
    link.symlink_to("one")
    file = KeyFile(link / "keys.yaml")
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").replace(link)
    file.look()
    assert sorted(file.ring.clients) == ["b"]
