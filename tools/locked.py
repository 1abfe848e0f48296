"""Prints the part of requirements.lock that some extras of this project need: `python3 tools/locked.py gateway stores`.

With the hashes, for an installation that holds nothing else; `build` is what the wheel is built with. Images run this
before anything is installed, so it needs the standard library alone.
"""

import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

#: The name that stands for [build-system].
BUILD = "build"


def canonical(requirement: str) -> str:
    """The name in a requirement, as the lock writes it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    if name is None:
        raise SystemExit(f"no requirement: {requirement!r}")
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def wanted(project: dict[str, Any], extra: str) -> set[str]:
    """What an extra names itself, extras of this project's own followed."""
    if extra == BUILD:
        return {canonical(text) for text in project["build-system"]["requires"]}
    own, extras = project["project"]["name"], project["project"]["optional-dependencies"]
    if extra not in extras:
        raise SystemExit(f"no extra {extra!r}; there are {', '.join(sorted([BUILD, *extras]))}")
    names: set[str] = set()
    for text in extras[extra]:
        if canonical(text) == own:
            for further in re.findall(r"\[(.*)\]", text)[0].split(","):
                names |= wanted(project, further.strip())
        else:
            names.add(canonical(text))
    return names


def entries_of(lock: str) -> list[tuple[str, str, set[str]]]:
    """Each entry: its name, its lines, and for whom it is there (the lock's `# via`)."""
    found = []
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if not re.match(r"[A-Za-z0-9]", entry):
            continue  # the heading
        body, _, via = entry.partition("# via")
        found.append(
            (canonical(entry), body.rstrip(), {canonical(name) for name in re.findall(r"[A-Za-z0-9][^\s#]*", via)})
        )
    return found


def part(project: dict[str, Any], lock: str, extras: list[str]) -> list[str]:
    """The entries that these extras need, with what those need in turn."""
    needs: dict[str, set[str]] = defaultdict(set)
    entries = entries_of(lock)
    for name, _, parents in entries:
        for parent in parents:
            needs[parent].add(name)
    left = set().union(*[wanted(project, extra) for extra in extras])
    if extras != [BUILD]:
        left |= {canonical(text) for text in project["project"]["dependencies"]}
    needed: set[str] = set()
    while left:
        name = left.pop()
        needed.add(name)
        left |= needs[name] - needed
    if missing := needed - {name for name, _, _ in entries}:
        raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}: make lock")
    return [body for name, body, _ in entries if name in needed]


def main() -> None:
    """Reads pyproject.toml and requirements.lock of the current folder."""
    if not sys.argv[1:]:
        raise SystemExit(__doc__)
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    lock = Path("requirements.lock").read_text(encoding="utf-8")
    sys.stdout.write("\n".join([*part(project, lock, sys.argv[1:]), ""]))


if __name__ == "__main__":
    main()
