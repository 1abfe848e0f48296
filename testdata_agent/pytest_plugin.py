"""The pytest plugin: test data by fixture, seeded by the test's id, so that a test that fails does so again.

A suite that asks for none of the fixtures pays for this file alone; `testdata_agent.testing.fixtures` is imported by
the first test that asks for one.
"""

# ruff: noqa: PLC0415 - see above

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from testdata_agent.testing.data import SharedTestData, TestData

#: Seeds lie below it.
_SEED_LIMIT: Final = 2**64
#: Set once a test has asked for data.
_ASKED: Final = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of the command line and of the ini file."""
    group = parser.getgroup("testdata", "test data")
    group.addoption(
        "--testdata-server",
        metavar="HOST:PORT",
        help="the gateway that makes test data; else TESTDATA_SERVER, else the ini option; empty: this process",
    )
    group.addoption(
        "--testdata-seed",
        metavar="N",
        help="the seed of the data of each test, as the report of a failed one names it",
    )
    group.addoption(
        "--testdata-vary",
        metavar="N",
        nargs="?",
        const="random",
        help="other data in each test than it usually has: of N, or of a number that is drawn and shown",
    )
    parser.addini("testdata_server", "the gateway that makes test data; without one this process does")
    parser.addini("testdata_locale", "the locale of test data where nothing else is said")
    parser.addini("testdata_as_of", "the instant that test data is seen from, such as 2026-01-01T00:00:00Z")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker and settles the numbers of this run."""
    config.addinivalue_line("markers", "testdata(seed=, locale=, as_of=): how the data of `testdata` is made")
    option = config.option
    if option.testdata_vary == "random":
        import secrets

        drawn = str(secrets.randbelow(1_000_000))
        option.testdata_vary = getattr(config, "workerinput", {}).get("testdata_vary", drawn)
    for name in ("seed", "vary"):
        text = getattr(option, f"testdata_{name}")
        if text is not None and not (text.isdecimal() and int(text) < _SEED_LIMIT):
            raise pytest.UsageError(f"--testdata-{name}: a whole number from 0 to 2**64-1 is needed, not {text!r}")
    if option.testdata_server is None:
        option.testdata_server = os.environ.get("TESTDATA_SERVER") or config.getini("testdata_server")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hands the number that was drawn on to a process of xdist's."""
    node.workerinput["testdata_vary"] = node.config.option.testdata_vary


def pytest_report_header(config: pytest.Config) -> str | None:
    """One line, where anything is not as usual."""
    words = [
        f"--testdata-{name} {value}"
        for name in ("server", "seed", "vary")
        if (value := config.getoption(f"testdata_{name}"))
    ]
    return f"testdata: {' '.join(words)}" if words else None


@pytest.fixture
def testdata(request: pytest.FixtureRequest) -> "TestData":
    """Test data of a test's own: `testdata.one("cart", total="50-100")`; also `many`, `stream` and `fork`."""
    with _as_installed(request.config):
        from testdata_agent.testing import fixtures

        return fixtures.data_of(request, "testdata")


@pytest.fixture(scope="class")
def testdata_class(request: pytest.FixtureRequest) -> "SharedTestData":
    """Test data for fixtures of a class, by name: `testdata_class.fork("basket").one("cart")`."""
    with _as_installed(request.config):
        from testdata_agent.testing import fixtures

        return fixtures.shared_of(request, "testdata_class")


@pytest.fixture(scope="module")
def testdata_module(request: pytest.FixtureRequest) -> "SharedTestData":
    """Test data for fixtures of a module, by name: `testdata_module.fork("shop").many("product")`."""
    with _as_installed(request.config):
        from testdata_agent.testing import fixtures

        return fixtures.shared_of(request, "testdata_module")


@pytest.fixture(scope="session")
def testdata_session(request: pytest.FixtureRequest) -> "SharedTestData":
    """Test data for fixtures of the session, by name: `testdata_session.fork("users").many("user", 100)`."""
    with _as_installed(request.config):
        from testdata_agent.testing import fixtures

        return fixtures.shared_of(request, "testdata_session")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Tells with a failure what data the test had, and how to have it again."""
    report = yield
    if report.failed and _ASKED in item.config.stash:
        from testdata_agent.testing import fixtures

        lines = list(fixtures.told(item))
        if lines:
            report.sections.append(("testdata", "\n".join(lines)))
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes the connection to a server."""
    if _ASKED in config.stash:
        from testdata_agent.testing import fixtures

        fixtures.close(config)


@contextmanager
def _as_installed(config: pytest.Config) -> Iterator[None]:
    """Test data is asked for. What is imported here is taken as it was compiled when it was installed.

    pytest compiles all modules of a package that has a plugin anew, for their assertions: seconds, where the results
    are not kept, for an engine that asserts nothing a test would read.
    """
    config.stash[_ASKED] = True
    hooks = [finder for finder in sys.meta_path if type(finder).__module__.startswith("_pytest.")]
    for hook in hooks:
        sys.meta_path.remove(hook)
    try:
        yield
    finally:
        sys.meta_path[:0] = hooks
