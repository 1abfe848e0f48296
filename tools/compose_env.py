"""Writes into .env what docker-compose.yml asks for: `python3 tools/compose_env.py [full]`.

Passwords are made up for variables that are unset there; what is set stays. Needed: the standard library alone.
"""

import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

FILE = Path(".env")

#: Of letters, digits, `-` and `_`, so that they may stand in URLs.
PASSWORDS: dict[str, Callable[[], str]] = {
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(24),
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(24),
    "FLOWER_BASIC_AUTH": lambda: f"admin:{secrets.token_urlsafe(18)}",
    "GRAFANA_PASSWORD": lambda: secrets.token_urlsafe(18),
    "WEAVIATE_API_KEY": lambda: secrets.token_urlsafe(24),
}
#: What the full set has beyond the small one.
FULL = {
    "COMPOSE_PROFILES": "full",
    "STACK_WEAVIATE_URL": "http://weaviate:8080",
    "STACK_TRACING": "true",
}


def unset(text: str, names: list[str]) -> list[str]:
    """Those of `names` that an env file does not give a value to."""
    given = re.findall(r"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*[^\s#]", text, re.MULTILINE)
    return [name for name in names if name not in given]


def additions(text: str, *, full: bool) -> dict[str, str]:
    """What an env file lacks, with values."""
    missing = {name: PASSWORDS[name]() for name in unset(text, list(PASSWORDS))}
    # Without it the project is named after the folder, and a clone elsewhere would start with empty volumes.
    wanted = {"COMPOSE_PROJECT_NAME": "testdata", **(FULL if full else {})}
    return missing | {name: wanted[name] for name in unset(text, list(wanted))}


def add(file: Path, *, full: bool) -> list[str]:
    """Adds what is missing, and gives the names of it. The file is its owner's alone from then on."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    added = additions(text, full=full)
    if added:
        lines = "".join(f"{name}={value}\n" for name, value in added.items())
        gap = "" if not text or text.endswith("\n") else "\n"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as opened:
            opened.write(f"{gap}{lines}")
    file.chmod(0o600)
    return list(added)


def main() -> None:
    """Works on .env of the current folder."""
    if sys.argv[1:] not in ([], ["small"], ["full"]):
        raise SystemExit("usage: compose_env.py [small|full]")
    added = add(FILE, full=sys.argv[1:] == ["full"])
    print(f"{FILE}: added {', '.join(added)}" if added else f"{FILE}: nothing was missing")


if __name__ == "__main__":
    main()
