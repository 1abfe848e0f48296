"""Files appear whole or not at all, and many documents become the one that a single answer would be."""

from pathlib import Path

import pytest

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.cli.output import choose_format, joined, opened
from testdata_agent.engine.request import OutputFormat

JSON, NDJSON = OutputFormat.JSON, OutputFormat.NDJSON


@pytest.mark.parametrize(
    ("name", "target", "chosen"),
    [
        (None, None, JSON),
        (None, Path("a.json"), JSON),
        (None, Path("a.NDJSON"), NDJSON),
        (None, Path("a.jsonl"), NDJSON),
        (None, Path("a.txt"), JSON),
        ("NDJSON", Path("a.json"), NDJSON),
        (None, Path("a.CSV"), OutputFormat.CSV),
        ("csv", None, OutputFormat.CSV),
        (None, Path("a.sql"), OutputFormat.SQL),
    ],
)
def test_the_format_is_the_one_named_else_the_suffixs_else_json(
    name: str | None, target: Path | None, chosen: OutputFormat
) -> None:
    assert choose_format(name, target) is chosen


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(Mistake, match="unknown format 'xml'; known: json, csv, sql, ndjson"):
        choose_format("xml", None)


@pytest.mark.parametrize(
    ("documents", "whole"),
    [([], "[]"), (["[]"], "[]"), (["[1]"], "[1]"), (["[1,2]", "[]", "[3]", "[4]"], "[1,2,3,4]")],
)
def test_json_documents_become_one_array(documents: list[str], whole: str) -> None:
    assert "".join(joined(documents, JSON)) == whole


def test_lines_stay_lines() -> None:
    assert "".join(joined(["1\n2\n", "3\n"], NDJSON)) == "1\n2\n3\n"


def test_a_file_is_not_there_until_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "carts.json"

    with opened(target) as stream:
        stream.write(b"[]")
        assert not target.exists()

    assert target.read_bytes() == b"[]"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_leaves_the_old_file_and_no_part_of_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "carts.json"
    target.write_bytes(b"old")

    with pytest.raises(KeyboardInterrupt), opened(target) as stream:
        stream.write(b"new")
        raise KeyboardInterrupt

    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_that_write_one_file_at_once_are_each_whole_and_the_last_is_there(tmp_path: Path) -> None:
    target = tmp_path / "carts.json"

    with opened(target) as first:
        first.write(b"[1,")
        with opened(target) as second:
            second.write(b"[2]")
        assert target.read_bytes() == b"[2]"
        first.write(b"1]")

    assert target.read_bytes() == b"[1,1]"
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="file name too long"), opened(tmp_path / ("a" * 300)):
        pass


def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_bytes(b"old")
    link.symlink_to(real)

    with opened(link) as stream:
        stream.write(b"new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    with opened(Path("/dev/null")) as stream:
        stream.write(b"[]")

    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(("name", "reason"), [("nowhere/a.json", "no such file or directory"), (".", "it is a folder")])
def test_what_cannot_be_written_is_one_line(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(Failure, match=rf"cannot write .*: {reason}"), opened(tmp_path / name):
        pass
