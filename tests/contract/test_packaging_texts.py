"""The repository reads the same wherever it is cloned."""

import json
import re
from pathlib import Path
from subprocess import run

import pytest

from testdata_agent import generate

ROOT = Path(__file__).parents[2]

#: Folders of persons and of this checkout: a path below them is somebody's machine.
MACHINE_PATH = re.compile(
    r"(?<![\w.~}])/(?:root|home|Users)/\w" + f"|{re.escape(str(ROOT))}\\b" * (len(ROOT.parts) > 2)
)
REGISTRY_HOST = re.compile(r"pypi\.org/simple|files\.pythonhosted|registry\.npmjs|registry\.yarnpkg")


def tracked_texts() -> dict[str, str]:
    """File name to text, of the files that are in the repository; what is not text is left out."""
    listed = run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    texts = {}
    for name in filter(None, listed.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content:
            texts[name] = content.decode()
    return texts


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["machine path", "registry host"])
def test_no_file_names_one_machine_or_one_registry(pattern: re.Pattern[str]) -> None:
    this = Path(__file__).relative_to(ROOT).as_posix()
    found = {name: pattern.findall(text) for name, text in tracked_texts().items() if name != this}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_text_ends_with_a_line_end() -> None:
    assert [name for name, text in tracked_texts().items() if text and not text.endswith("\n")] == []


def test_the_readme_shows_what_the_command_beside_it_makes() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"generate cart -n 1 --seed 17 --no-envelope [^\n]+\n(\[.+?\n\])\n```", text, re.DOTALL)

    assert shown is not None
    assert json.loads(shown[1]) == generate("cart", count=1, seed=17, envelope=False)
