"""Prints what CHANGELOG.md says of one version: `python tools/release_notes.py v1.2.0`.

Exits with 1 where the changelog says nothing of it, or the package or the chart is of another version:
a tag that came too early makes no release. Needs nothing but Python's own library.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


class NoRelease(Exception):  # noqa: N818 - the words of the house
    """There is nothing to release under this version; str() says why."""


def notes_of(changelog: str, version: str) -> str:
    """The part of a changelog (Keep a Changelog) that is about a version, without its heading.

    Raises:
        NoRelease: it has no such part, or nothing is in it.
    """
    heading = rf"^## \[{re.escape(version)}\](?: - \d{{4}}-\d{{2}}-\d{{2}})?[ \t]*$"
    begin = re.search(heading, changelog, re.MULTILINE)
    if begin is None:
        raise NoRelease(f"CHANGELOG.md has no part `## [{version}] - DATE`: name what was unreleased so")
    # It ends with the next version, or with the links at the end of the file.
    rest = re.split(r"^(?:## |\[[^\]]+\]: )", changelog[begin.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not rest:
        raise NoRelease(f"CHANGELOG.md says nothing of {version}")
    return rest


def version_of(text: str, pattern: str) -> str:
    """What the first group of `pattern` finds in the text."""
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise NoRelease(f"no version is found by {pattern}")
    return found.group(1)


def require_same(version: str, others: dict[str, str]) -> None:
    """Returns where all parts are of a version; raises NoRelease naming those that are not."""
    differing = [f"{name} is {other}" for name, other in others.items() if other != version]
    if differing:
        raise NoRelease(f"the tag says {version}, but {' and '.join(differing)}")


def main(arguments: list[str]) -> int:
    """The program; gives its exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: tools/release_notes.py VERSION\n")
        return 2
    version = arguments[0].removeprefix("v")
    package = (ROOT / "testdata_agent/__init__.py").read_text(encoding="utf-8")
    chart = (ROOT / "helm/Chart.yaml").read_text(encoding="utf-8")
    try:
        require_same(
            version,
            {
                "the package": version_of(package, r'^__version__ = "(.+)"$'),
                "the chart's appVersion": version_of(chart, r'^appVersion: "?([^"\s]+)"?$'),
            },
        )
        sys.stdout.write(notes_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version) + "\n")
    except NoRelease as why:
        sys.stderr.write(f"{why}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
