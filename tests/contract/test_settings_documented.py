"""docs/settings.md and .env.example name every setting there is, with its default, and no other."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

import gateway.settings
import testdata_agent.service.settings
import worker.settings
from testdata_agent.cli import options
from testdata_agent.cli.settings import UpSettings
from testdata_agent.client import environment
from testdata_agent.service.settings import SettingsGroup

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

_ROW = re.compile(r"^\| `([A-Z][A-Z_]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_LINE = re.compile(r"^(# )?([A-Z][A-Z_]+)=(.*)$", re.MULTILINE)

#: What the page says of them; all others are said by the fields' own defaults.
_COMMAND_DEFAULTS = {"TESTDATA_INSECURE": "false"}
#: Read by `testdata up` from .env too, but a variable of desktops, not ours to set.
_OF_DESKTOPS = {"XDG_DATA_HOME"}


def _groups(*modules: ModuleType) -> Iterator[type[BaseModel]]:
    yield UpSettings
    for module in modules:
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, SettingsGroup) and kind is not SettingsGroup:
                yield kind


def _in_words(default: Any) -> str:
    """A default as both documents write it."""
    if default is None or default == "":
        return "unset"
    if isinstance(default, bool):
        return str(default).lower()
    return str(default).removesuffix(".0") if isinstance(default, float) else str(default)


def settings() -> dict[str, set[str]]:
    """Every variable of the processes, with the defaults that its readers give it."""
    found: dict[str, set[str]] = {}
    for group in _groups(gateway.settings, testdata_agent.service.settings, worker.settings):
        for name, field in group.model_fields.items():
            found.setdefault(name.upper(), set()).add(_in_words(field.get_default(call_default_factory=True)))
    return found


def of_the_command() -> set[str]:
    """Every variable that the command and the fixtures read by themselves."""
    text = inspect.getsource(environment) + inspect.getsource(options)
    return set(re.findall(r'"(TESTDATA_[A-Z_]+)"', text))


def documented() -> dict[str, str]:
    """The variables of the page, with the defaults that it names."""
    rows = _ROW.findall(PAGE)
    assert len({name for name, *_ in rows}) == len(rows)
    return {name: default.strip("` ") for name, default, _ in rows}


def example() -> dict[str, str]:
    """The variables of the example, with the defaults that it shows; a placeholder's is that it is unset."""
    lines = _LINE.findall(EXAMPLE)
    assert len({name for _, name, _ in lines}) == len(lines)
    return {name: "unset" if not value or value.startswith("your-") else value for _, name, value in lines}


def test_every_reader_of_a_setting_gives_it_the_same_default() -> None:
    assert {name: defaults for name, defaults in settings().items() if len(defaults) > 1} == {}


def test_the_page_has_every_setting_with_its_default_and_no_other() -> None:
    there = {name: min(defaults) for name, defaults in settings().items()}
    command = {name: _COMMAND_DEFAULTS.get(name, "unset") for name in of_the_command()}
    assert documented() == there | command


def test_the_example_has_every_setting_of_the_processes_and_no_other() -> None:
    assert set(example()) == settings().keys() - _OF_DESKTOPS
    assert all(name in EXAMPLE for name in ("TESTDATA_SERVER", "TESTDATA_API_KEY", "TESTDATA_TLS_"))


@pytest.mark.parametrize("name", sorted(settings().keys() - _OF_DESKTOPS))
def test_the_example_shows_a_default_or_comments_the_setting_out(name: str) -> None:
    (commented,) = (bool(mark) for mark, found, _ in _LINE.findall(EXAMPLE) if found == name)
    default, shown = min(settings()[name]), example()[name]
    assert shown == default or (default == "unset" and commented)


def test_compose_hands_every_setting_on_that_the_operators_page_does_not_except() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (excepted,) = re.findall(r"Not\s+taken from there: ([^.]+)\.", operations)
    missing = {name for name in example() if f"${{{name}:" not in compose}
    assert missing == {name for name in re.findall(r"`([A-Z_]+)`", excepted) if not name.startswith("STACK_")}


def test_the_readme_names_settings_that_there_are() -> None:
    (part,) = re.findall(r"^## Settings\n(.+?)^## ", (ROOT / "README.md").read_text(encoding="utf-8"), re.S | re.M)
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", part))
    assert len(named) == 5
    assert named <= documented().keys()
