"""Cassettes as files of one folder, for a repository to commit: JSON, one a key."""

import asyncio
import json
import os
import re
import threading
from dataclasses import asdict
from pathlib import Path

from testdata_agent.stores.cassettes.base import Cassette, CassetteStore

_KEY = re.compile(r"[0-9a-f]{64}")


class FileCassettes(CassetteStore):
    """A folder, made when it is first written to. A file that cannot be read is none."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder."""
        self._folder = folder

    async def get(self, key: str) -> Cassette | None:
        """See CassetteStore."""
        return await asyncio.to_thread(self._read, key)

    async def put(self, key: str, cassette: Cassette) -> None:
        """See CassetteStore."""
        await asyncio.to_thread(self._write, key, cassette)

    def _file(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a key is 64 hexadecimal digits")
        return self._folder / f"{key}.json"

    def _read(self, key: str) -> Cassette | None:
        try:
            return Cassette(**json.loads(self._file(key).read_text(encoding="utf-8")))
        except (OSError, json.JSONDecodeError, TypeError, UnicodeDecodeError):
            return None

    def _write(self, key: str, cassette: Cassette) -> None:
        file = self._file(key)
        if file.exists():
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        # Whoever reads meanwhile sees the whole file or none, and whoever writes the same has a file of its own.
        written = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
        written.write_text(json.dumps(asdict(cassette), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.replace(file)
