"""The patterns and defects that ship: a file an entity, made of tools/seeds/ by tools/build_seeds.py."""

import json
from collections.abc import Iterator
from importlib import resources

from testdata_agent.stores.patterns.pattern import Draft, PatternKind

__all__ = ["drafts"]


def drafts() -> Iterator[Draft]:
    """All of them, by entity, an entity's patterns before its defects; always in the same order."""
    folder = resources.files(__name__)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ndjson"):
            for line in file.read_text(encoding="utf-8").splitlines():
                yield _draft(line)


def _draft(line: str) -> Draft:
    seed = json.loads(line)
    return Draft(
        kind=PatternKind(seed["kind"]),
        domain=seed["domain"],
        entity=seed["entity"],
        name=seed["name"],
        intent=seed["intent"],
        record=seed["record"],
        locked_paths=tuple(seed["locked_paths"]),
        tags=tuple(seed["tags"]),
        source="seed",
        quality=seed["quality"],
        defect=seed.get("defect", {}),
        client_id="seed",
    )
