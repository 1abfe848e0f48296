"""Digests of what fixed seeds make, as they stand in the repository.

python -m tests.pinned      writes them anew; to be done together with a new ENGINE_VERSION, and for no other reason
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from testdata_agent import generate
from testdata_agent.engine.version import ENGINE_VERSION

FILE: Final = Path(__file__).parent / "fixtures" / "pinned.json"
_SCHEMAS: Final = Path(__file__).parent / "fixtures" / "schemas"
_ENTITIES: Final = ("cart", "order", "payment", "product", "review", "user")
_LOCALES: Final = ("de_DE", "en_GB", "es_ES", "fr_FR", "ja_JP", "pt_BR")
_WAYS: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "further rows": {"first_row": 987_654_321},
    "another instant": {"as_of": 1_709_208_000},
    "defects": {"defects": True},
    "pairs": {"defect_mode": "pairwise", "count": 400},
    "csv": {"output_format": "csv"},
    "sql": {"output_format": "sql"},
}


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is made, by name."""
    for entity in _ENTITIES:
        yield from ((f"{entity}: {way}", {"entity": entity, **options}) for way, options in _WAYS.items())
        yield from ((f"{entity}: {locale}", {"entity": entity, "locale": locale}) for locale in _LOCALES)
    limits = {"items.price": {"min": 5, "max": 20}}
    shares = [{"name": "late", "count": 20, "overrides": {"currency": "EUR"}}, {"name": "other", "count": 20}]
    yield "cart: limits", {"entity": "cart", "constraints": limits}
    yield "cart: scenarios", {"entity": "cart", "scenarios": shares}
    for file in sorted((_SCHEMAS / "house").glob("*.json")):
        yield f"house/{file.stem}", {"schema": file.read_text(encoding="utf-8")}
    for file in sorted(_SCHEMAS.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        if "refused" not in content:
            yield file.stem, {"schema": content["schema"]}


def digest(options: dict[str, Any]) -> str:
    """Of the text that is made; records are written down with their keys in their order."""
    made = generate(**{"seed": 42, "count": 40, **options})
    text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main() -> None:
    """Writes the file."""
    pinned = {"engine_version": ENGINE_VERSION, "digests": {name: digest(options) for name, options in cases()}}
    FILE.write_text(json.dumps(pinned, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
