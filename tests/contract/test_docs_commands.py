"""Commands of the documentation: each one is known to the command, and what needs nothing else is run."""

import json
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from testdata_agent import generate
from testdata_agent.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]

_FENCED = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(testdata [^`]+)`")
_OURS = re.compile(r"(?:^|[|&] |^[A-Z_]+=\S+ )(?:\.venv/bin/)?testdata ")
_PROGRAM = re.compile(r"(?:\.venv/bin/)?testdata$")
#: More records than these are made the same way, and a test has no time for them.
_MOST = 10_000


@dataclass(frozen=True)
class Shown:
    """A command line of a page.

    Attributes:
        page: Where it stands.
        line: As it stands, without the prompt.
        words: What `testdata` is given: up to where another program takes over.
        fed: Whether another program's output is its input.
        output: The lines that the page shows below it.
    """

    page: str
    line: str
    words: list[str]
    fed: bool
    output: str

    @property
    def elsewhere(self) -> str | None:
        """Why it is not run here; None: it is."""
        match self.words:
            case _ if self.fed:
                return "is fed by another program"
            case ["up", *_]:
                return "is a server, which tests/acceptance starts"
            case ["migrate", *_]:
                return "works on a service's database"
            case ["jobs" | "patterns" | "health", *_] | ["schemas", "register" | "delete", *_]:
                return "asks a server"
            case _ if "--server" in self.words:
                return "asks a server"
        return None


def _of_line(page: str, line: str, output: str = "") -> Shown | None:
    """The command that a line of a page is; None: it is none of ours."""
    if not _OURS.search(line):
        return None
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, "#"
    parts: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("|&;<>"):
            parts.append([])
        else:
            parts[-1].append(word)
    for place, part in enumerate(parts):
        start = next((i for i, word in enumerate(part) if _PROGRAM.match(word)), None)
        if start is not None and all("=" in word for word in part[:start]) and part[start + 1 :]:
            return Shown(page, line, part[start + 1 :], place > 0, output)
    return None


def shown() -> list[Shown]:
    """Every `testdata` command of a block of commands; where a prompt stands before it, with its output."""
    found = []
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        for block in _FENCED.findall(page.read_text(encoding="utf-8")):
            prompt, _, output = block.partition("\n")
            if prompt.startswith("$ "):
                found.append(_of_line(name, prompt.removeprefix("$ "), output))
            elif "─" not in block and "---" not in block:
                found += [_of_line(name, line) for line in block.splitlines()]
    return [command for command in found if command is not None]


def spans() -> list[Shown]:
    """Every `testdata` command within the text of a page."""
    found = []
    for page in PAGES:
        text = _FENCED.sub("", page.read_text(encoding="utf-8")).replace("\\|", "/")
        found += [_of_line(str(page.relative_to(ROOT)), span) for span in _SPAN.findall(text)]
    return [command for command in found if command is not None]


SHOWN = shown()
RUN = [command for command in SHOWN if command.elsewhere is None]


def unknown_words(words: list[str]) -> list[str]:
    """The subcommands and options among the words that the command does not have."""
    command, rest = typer.main.get_command(app), list(words)
    while isinstance(command, TyperGroup):
        if rest and rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        elif "show" in command.commands:  # `testdata schemas NAME`
            command = command.commands["show"]
        else:
            return rest[:1]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in rest if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in options]


@pytest.mark.parametrize("command", [*SHOWN, *spans()], ids=lambda command: f"{command.page}: {command.line[:50]}")
def test_the_words_are_known(command: Shown) -> None:
    assert unknown_words(command.words) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the commands name, as the pages show them."""
    folder = tmp_path_factory.mktemp("newcomer")
    schemas = (ROOT / "docs" / "custom-schemas.md").read_text(encoding="utf-8")
    (schema,) = re.findall(r"```json\n(.+?)\n```", schemas, re.DOTALL)
    security = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    (keys,) = re.findall(r"```yaml\n(clients:.+?)```", security, re.DOTALL)
    (folder / "employee.json").write_text(schema, encoding="utf-8")
    (folder / "keys.yaml").write_text(keys, encoding="utf-8")
    (folder / "carts.json").write_text(json.dumps(list(generate("cart", count=40, seed=7))), encoding="utf-8")
    staff = generate(schema=json.loads(schema), count=40, seed=7, output_format="csv")
    (folder / "staff.csv").write_text(str(staff), encoding="utf-8", newline="")
    return folder


@pytest.mark.parametrize("command", RUN, ids=lambda command: f"{command.page}: {command.line[:50]}")
def test_what_needs_nothing_else_runs(command: Shown, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = list(command.words)
    if "-n" in words:
        count = words.index("-n") + 1
        words[count] = str(min(int(words[count]), _MOST))
    for name in [name for name in os.environ if name.startswith("TESTDATA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)
    ended = CliRunner().invoke(app, words, obj={})
    refused = re.match(r"^[\w.\[\]]+: ", command.output) is not None
    assert ended.exit_code == (2 if refused else 0), ended.stderr
    if "…" not in command.output and "|" not in command.line:
        assert command.output in ended.stdout + ended.stderr


def test_of_each_page_that_shows_commands_some_are_run() -> None:
    """Pages whose commands all need a server or another program are named here."""
    pages = {command.page for command in SHOWN} - {command.page for command in RUN}
    assert pages == {"docs/runbook.md", "docs/schemas.md"}


def test_words_that_are_not_known_are_told() -> None:
    assert unknown_words(["generate", "cart", "--sede", "7"]) == ["--sede"]
    assert unknown_words(["jobs", "sbumit"]) == ["sbumit"]
    assert unknown_words(["schemas", "cart", "-n"]) == ["-n"]
