"""Passwords that are made up once and kept for their owner's eyes alone."""

import os
import secrets
from pathlib import Path


def kept(path: Path, before: str = "") -> str:
    """The secret in `path`; made up, behind these first letters, where there is none yet, or none that can be used."""
    if not path.exists() or not _usable(path.read_bytes().strip()):
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{before}{secrets.token_urlsafe(18)}\n")
        new.replace(path)  # whole or not at all
    return path.read_text(encoding="utf-8").strip()


def _usable(secret: bytes) -> bool:
    """Whether it is one line of what can be typed: a machine that lost power may have left zeros."""
    return bool(secret) and secret.isascii() and secret.decode().isprintable()
