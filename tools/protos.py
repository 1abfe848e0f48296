"""Generates the stubs in `testdata_agent/v1` from `protos/`, or checks that they are what would be generated."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
SOURCES = "testdata_agent/v1/*.proto"
STUBS = "testdata_agent/v1/*_pb2*.py*"


def generate(into: Path) -> None:
    """Writes the stubs of every contract file below `into`.

    Raises:
        subprocess.CalledProcessError: The compiler refused a file; it has said why.
    """
    files = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob(SOURCES))
    flags = [f"--{kind}={into}" for kind in ("python_out", "pyi_out", "grpc_python_out")]
    # The plugin is a command beside this Python, which need not be on the PATH.
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", *flags, f"--mypy_grpc_out=quiet:{into}", *files],
        check=True,
        env=environment,
    )


def drift() -> list[str]:
    """The stubs that differ from what would be generated, are missing, or belong to no contract file any more."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        generate(fresh)
        wanted = {str(path.relative_to(fresh)): path.read_bytes() for path in fresh.glob(STUBS)}
    present = {str(path.relative_to(ROOT)): path.read_bytes() for path in ROOT.glob(STUBS)}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def main() -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the stubs are out of date")
    if not parser.parse_args().check:
        generate(ROOT)
        return 0
    stale = drift()
    for name in stale:
        print(f"{name} is not what protos/ gives: run `make protos`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
