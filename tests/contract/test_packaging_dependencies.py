"""What is imported is declared, what is declared is imported and locked, and what is locked is checked by hash."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()

#: What the core's modules may import only where an extra has brought it.
OF_EXTRAS = (
    "testdata_agent/cli",
    "testdata_agent/client",
    "testdata_agent/pytest_plugin.py",
    "testdata_agent/service",
    "testdata_agent/stores/cassettes",
    "testdata_agent/stores/database.py",
    "testdata_agent/stores/jobs",
    "testdata_agent/stores/limits/redis.py",
    "testdata_agent/stores/migrations",
    "testdata_agent/stores/outages.py",
    "testdata_agent/stores/patterns",
    "testdata_agent/stores/pools/redis.py",
    "testdata_agent/stores/queue/celery.py",
    "testdata_agent/stores/redis_connections.py",
    "testdata_agent/stores/results/redis.py",
    "testdata_agent/stores/samples",
    "testdata_agent/stores/schemas",
    "testdata_agent/stores/sqlite.py",
    "testdata_agent/stores/transactions.py",
    "testdata_agent/testing/fixtures.py",
    "testdata_agent/v1",
)

#: What is run as a command: `celery -A worker flower`.
BY_COMMAND = {"flower"}


def declared(*extras: str) -> list[Requirement]:
    """The requirements of the core and of these extras, other extras of this project followed."""
    texts = list(PROJECT["dependencies"])
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    found = []
    for requirement in map(Requirement, texts):
        if requirement.name == PROJECT["name"]:
            found += declared(*requirement.extras)
        else:
            found.append(requirement)
    return found


def names(requirements: Iterable[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def locked() -> dict[str, list[str]]:
    """Package to its locked versions: more than one where Python versions differ."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK, re.MULTILINE):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def imported_modules(files: Iterable[Path]) -> set[str]:
    """Top-level modules that these files import, this project's and Python's own left out."""
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"testdata_agent", "gateway", "worker", "tests", "tools"}


def distributions(modules: Iterable[str]) -> dict[str, set[str]]:
    """Module to the packages that bring it; a namespace such as `google` has several."""
    owners = packages_distributions()
    return {module: {canonicalize_name(name) for name in owners.get(module, ())} for module in modules}


def product_files() -> list[Path]:
    return [
        *(ROOT / "testdata_agent").rglob("*.py"),
        *(ROOT / "gateway").rglob("*.py"),
        *(ROOT / "worker").rglob("*.py"),
    ]


def core_files() -> list[Path]:
    left_out = tuple(ROOT / folder for folder in OF_EXTRAS)
    return [
        file
        for file in (ROOT / "testdata_agent").rglob("*.py")
        if not any(file.is_relative_to(folder) for folder in left_out)
    ]


@pytest.mark.parametrize("requirement", declared("dev"), ids=str)
def test_the_lock_meets_each_requirement(requirement: Requirement) -> None:
    versions = locked().get(canonicalize_name(requirement.name), [])
    assert versions, f"{requirement} is not in requirements.lock: run `make lock`"
    assert all(requirement.specifier.contains(version, prereleases=True) for version in versions)


def test_every_locked_package_is_checked_by_its_hash() -> None:
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_lock_names_no_place_to_download_from() -> None:
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|--trusted-host|file:", LOCK)


def test_the_core_imports_what_it_declares() -> None:
    core = names(declared())
    needed = distributions(imported_modules(core_files()))
    assert {module for module, owners in needed.items() if not owners & core} == set()


def test_the_extras_declare_what_the_rest_imports() -> None:
    everything = names(declared("all"))
    needed = distributions(imported_modules(product_files()))
    assert {module for module, owners in needed.items() if not owners & everything} == set()


def test_the_tests_and_tools_import_what_the_development_extra_declares() -> None:
    everything = names(declared("dev"))
    files = [file for folder in ("tests", "tools") for file in (ROOT / folder).rglob("*.py")]
    own = {file.stem for file in files}
    needed = distributions(imported_modules(files) - own)
    assert {module for module, owners in needed.items() if not owners & everything} == set()


def test_nothing_is_declared_that_nobody_imports() -> None:
    used = set().union(*distributions(imported_modules(product_files())).values())
    assert names(declared("all")) - used == BY_COMMAND
