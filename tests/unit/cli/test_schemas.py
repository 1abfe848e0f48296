"""`testdata schemas` lists what can be made, and shows one entity's fields."""

from typing import Any


def test_all_are_listed_one_a_line(run: Any) -> None:
    result = run("schemas")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["cart  ecommerce  A basket.", "user             A person."]


def test_one_is_shown_with_the_paths_of_its_fields(run: Any) -> None:
    lines = run("schemas", "cart").stdout.splitlines()

    assert lines[0] == "cart (ecommerce): A basket."
    assert lines[1].split() == ["cart_id", "string", "Its", "id."]
    assert lines[2].split() == ["items.sku", "string", "optional"]


def test_a_typo_is_exit_code_2_and_names_the_near_ones(run: Any) -> None:
    result = run("schemas", "crat")

    assert result.exit_code == 2
    assert result.stderr == "unknown entity 'crat'; did you mean 'cart'? Known: cart, user\n"


def test_a_server_is_asked_where_one_is_named(run: Any, source: Any) -> None:
    run("schemas", "--server", "there:1")

    assert source.servers == ["there:1"]
