"""`testdata generate`: what is asked for, what is written where, and how it ends."""

from pathlib import Path
from typing import Any

import pytest

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.cli.sources.base import Facts
from testdata_agent.engine.request import FieldConstraint, OutputFormat, Scenario


def test_records_go_to_stdout_as_one_json_array_and_nothing_else_does(run: Any) -> None:
    result = run("generate", "cart", "-n", "2")

    assert result.exit_code == 0
    assert result.stdout == '[{"n":0},{"n":1}]'


def test_a_drawn_seed_is_shown_on_stderr_with_the_words_that_replay_it(run: Any) -> None:
    result = run("generate", "cart")

    assert result.stderr == "seed 42: --seed 42 --as-of 2026-01-01T00:00:00Z replays this\n"


def test_a_given_seed_is_not_shown_again(run: Any) -> None:
    assert run("generate", "cart", "--seed", "42").stderr == ""


def test_a_given_instant_is_not_shown_again(run: Any) -> None:
    result = run("generate", "cart", "--as-of", "2026-01-01")

    assert result.stderr == "seed 42: --seed 42 replays this\n"


def test_every_word_reaches_the_request(run: Any, source: Any, tmp_path: Path) -> None:
    schema = tmp_path / "mine.json"
    schema.write_text('{"fields": {}}')

    words = "-n 9 --seed 7 --locale de_DE --first-row 5 --no-envelope --domain shop --format ndjson"
    result = run(
        "generate",
        "cart",
        *words.split(),
        *("--as-of", "2026-01-01", "--context", "new parents", "--hint", "fast", "--hint", "similar"),
        *("--constraint", "items.price=min:5", "--scenario", "gift:3:currency=EUR", "--set", "total=20-50"),
        *("--schema", str(schema)),
    )

    assert result.exit_code == 0
    (request,) = source.requests
    assert (request.entity, request.count, request.seed, request.locale) == ("cart", 9, 7, "de_DE")
    assert (request.first_row, request.envelope, request.domain, request.as_of) == (5, False, "shop", 1767225600)
    assert (request.context, request.hints) == ("new parents", ("fast", "similar"))
    assert request.output_format is OutputFormat.NDJSON
    assert request.constraints == {"items.price": FieldConstraint(min=5.0)}
    assert request.scenarios == (Scenario(name="gift", count=3, overrides={"currency": "EUR"}),)
    assert request.overrides == {"total": "20-50"}
    assert request.schema_source.text == '{"fields": {}}'


def test_a_file_gets_the_records_in_the_format_of_its_suffix(run: Any, source: Any, tmp_path: Path) -> None:
    source.documents = ('{"n":0}\n', '{"n":1}\n')

    result = run("generate", "cart", "-o", str(tmp_path / "carts.ndjson"))

    assert result.stdout == ""
    assert (tmp_path / "carts.ndjson").read_text() == '{"n":0}\n{"n":1}\n'
    assert source.requests[0].output_format is OutputFormat.NDJSON


def test_options_of_formats_are_hints(run: Any, source: Any) -> None:
    run("generate", "cart", "--format", "csv", "--guard-formulas", "--hint", "fast")
    run("generate", "cart", "--dialect", "sqlite", "--format", "sql")

    assert [request.hints for request in source.requests] == [("fast", "csv_formula_guard"), ("dialect:sqlite",)]


def test_options_of_another_format_are_refused_by_name(run: Any) -> None:
    result = run("generate", "cart", "--format", "ndjson", "--guard-formulas", "--dialect", "sqlite")

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "--dialect is for --format sql, not for ndjson",
        "--guard-formulas is for --format csv, not for ndjson",
    ]


def test_a_dash_as_file_is_stdout(run: Any) -> None:
    assert run("generate", "cart", "-o", "-").stdout == '[{"n":0},{"n":1}]'


def test_the_server_comes_from_the_option_else_from_the_environment(run: Any, source: Any) -> None:
    run("generate", "cart")
    run("generate", "cart", TESTDATA_SERVER="there:1")
    run("generate", "cart", "--server", "here:2", TESTDATA_SERVER="there:1")

    assert source.servers == [None, "there:1", "here:2"]


def test_a_refusal_is_exit_code_2_with_a_line_for_every_fault_and_no_file(
    run: Any, source: Any, tmp_path: Path
) -> None:
    source.refuses_with = Mistake(["count: at least 1", "overrides[colour]: no such field"])

    result = run("generate", "cart", "-o", str(tmp_path / "carts.json"))

    assert result.exit_code == 2
    assert result.stderr == "count: at least 1\noverrides[colour]: no such field\n"
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_is_exit_code_1_and_leaves_no_file(run: Any, source: Any, tmp_path: Path) -> None:
    source.breaks_with = Failure("no server answers at there:1")

    result = run("generate", "cart", "-o", str(tmp_path / "carts.json"))

    assert result.exit_code == 1
    assert result.stderr == "no server answers at there:1\n"
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_foresaw_is_one_line_that_a_report_can_begin_with(run: Any, source: Any) -> None:
    source.breaks_with = TypeError("no such thing")

    result = run("generate", "cart")

    assert result.exit_code == 1
    assert result.stderr.startswith("a fault of testdata itself, please report it: TypeError: no such thing (cli/conf")
    assert len(result.stderr.splitlines()) == 1


def test_words_that_are_not_utf8_are_named(run: Any) -> None:
    result = run("generate", "cart", "--set", "note=\udcff", "--context", "\udcfe")

    assert result.exit_code == 2
    assert result.stderr.count("is not UTF-8 text") == 2


def test_ctrl_c_is_exit_code_130_without_a_word_and_leaves_no_file(run: Any, source: Any, tmp_path: Path) -> None:
    source.breaks_with = KeyboardInterrupt()

    result = run("generate", "cart", "-o", str(tmp_path / "carts.json"))

    assert (result.exit_code, result.stderr) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_notes_on_how_the_records_were_made_go_to_stderr(run: Any, source: Any) -> None:
    source.facts_ = Facts(seed=1, as_of=0, notes=("made by traditional, not llm: no model is configured",))

    result = run("generate", "cart", "--seed", "1")

    assert result.stderr == "note: made by traditional, not llm: no model is configured\n"
    assert result.stdout.startswith("[")


def test_neither_entity_nor_schema_is_a_mistake(run: Any) -> None:
    result = run("generate")

    assert result.exit_code == 2
    assert "name an entity" in result.stderr


def test_a_schema_file_that_is_not_there_is_a_mistake(run: Any) -> None:
    result = run("generate", "--schema", "nowhere.json")

    assert result.exit_code == 2
    assert "--schema: cannot read nowhere.json: no such file or directory" in result.stderr


@pytest.mark.parametrize("words", [("--colour", "red"), ("-n", "many"), ("--seed", "x")])
def test_words_that_the_command_does_not_know_are_exit_code_2(run: Any, source: Any, words: tuple[str, str]) -> None:
    result = run("generate", "cart", *words)

    assert result.exit_code == 2
    assert words[0] in result.stderr
    assert source.requests == []


def test_a_dry_run_says_what_would_be_and_writes_nothing(run: Any, source: Any, tmp_path: Path) -> None:
    result = run("generate", "cart", "-n", "3", "--dry-run", "-o", str(tmp_path / "carts.json"))

    assert result.stdout == "path       llm: a context of substance\ntokens     about 1,234\n"
    assert (result.stderr, result.exit_code) == ("", 0)
    assert source.requests[0].count == 3
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("words", "classes"), [("all", ()), ("Boundary, time", ("boundary", "time"))])
def test_defects_reach_the_request(run: Any, source: Any, words: str, classes: tuple[str, ...]) -> None:
    run("generate", "cart", "--defects", words)

    assert source.requests[0].defects.classes == classes


@pytest.mark.parametrize(("words", "whole"), [((), True), (("-n", "10"), False)])
def test_a_set_is_whole_unless_a_count_is_named(run: Any, source: Any, words: tuple[str, ...], whole: bool) -> None:
    run("generate", "cart", "--coverage", *words)

    assert (source.requests[0].defects.mode, source.requests[0].defects.whole) == ("coverage", whole)


def test_one_set_at_a_time(run: Any) -> None:
    result = run("generate", "cart", "--coverage", "--pairwise")

    assert result.exit_code == 2
    assert "one of them" in result.stderr


def test_a_manifest_is_of_a_set(run: Any, tmp_path: Path) -> None:
    result = run("generate", "cart", "--manifest", str(tmp_path / "m.json"))

    assert result.exit_code == 2
    assert "--pairwise or --coverage" in result.stderr


def test_a_manifest_does_not_take_the_place_of_the_records(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "set.json"

    result = run("generate", "cart", "--pairwise", "-o", str(file), "--manifest", f"{tmp_path}/./set.json")

    assert (result.exit_code, file.exists()) == (2, False)
    assert result.stderr == f"--manifest and --output: both name {file}; a file each\n"
