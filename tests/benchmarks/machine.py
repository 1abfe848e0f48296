"""`python -m tests.benchmarks.machine`: what the figures were measured on, as a table for docs/benchmarks.md."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.markdown import table

_LIBRARIES = ("grpcio", "protobuf", "numpy", "orjson", "celery", "SQLAlchemy", "Faker")


def main() -> None:
    """Prints the table."""
    for line in table(("", "this machine"), _facts()):
        print(line)


def _facts() -> list[tuple[str, str]]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return [
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GB"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("libraries", libraries),
    ]


def _processor() -> str:
    """As Linux names it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
