"""What the service's processes wrote in their logs."""

import re
from collections import Counter
from pathlib import Path

import orjson


def events(folder: Path) -> Counter[tuple[str, str, str]]:
    """(log, level, event) of all lines from warnings on, and how often."""
    found: Counter[tuple[str, str, str]] = Counter()
    for file in sorted(folder.glob("*.log")):
        with file.open("rb") as lines:
            for line in lines:
                if line.startswith(b"{"):
                    told = orjson.loads(line)
                    if told.get("level") in {"warning", "error", "critical"}:
                        found[file.stem, told["level"], _first_words(told["event"])] += 1
                elif b"Traceback" in line:
                    found[file.stem, "error", "a traceback"] += 1
    return found


def _first_words(event: str) -> str:
    """An event's name, or how a library's sentence begins."""
    return re.split(r"[(:]? (?:redis|Error|\S*/\S*)|\n", event, maxsplit=1)[0].split("(")[0][:60]
