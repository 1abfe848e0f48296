"""The notes of a release are its part of the changelog, and a tag that fits nothing makes none."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.release_notes import NoRelease, notes_of, require_same

ROOT = Path(__file__).parents[2]
CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Something new.

## [1.2.0] - 2026-03-01

### Added

- A thing [of note](docs/thing.md).

### Fixed

- Another.

## [1.1.0] - 2026-02-01

- Older.

## [1.0.0] - 2026-01-01

[1.2.0]: https://example.com/1.2.0
"""


def test_the_notes_are_the_version_s_part_without_its_heading() -> None:
    notes = notes_of(CHANGELOG, "1.2.0")
    assert notes.startswith("### Added\n\n- A thing [of note](docs/thing.md).")
    assert notes.endswith("- Another.")
    assert notes_of(CHANGELOG, "1.1.0") == "- Older."


@pytest.mark.parametrize(("version", "why"), [("2.0.0", "no part"), ("1.0.0", "says nothing"), ("1.2", "no part")])
def test_a_version_of_which_nothing_is_said_is_no_release(version: str, why: str) -> None:
    with pytest.raises(NoRelease, match=why):
        notes_of(CHANGELOG, version)


def test_every_part_that_is_of_another_version_is_named() -> None:
    require_same("1.2.0", {"the package": "1.2.0", "the chart": "1.2.0"})
    with pytest.raises(NoRelease, match=r"says 1\.2\.0, but the package is 1\.1\.0 and the chart is 1\.0\.0"):
        require_same("1.2.0", {"the package": "1.1.0", "the chart": "1.0.0"})


def test_a_tag_that_is_too_early_ends_the_program_with_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "tools/release_notes.py", "v99.0.0"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "99.0.0" in ended.stderr
