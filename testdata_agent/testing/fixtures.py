"""The fixtures' values: which seed a node of the test tree has, and what the report of a failure says of it."""

# ruff: noqa: PLC0415 - only the source that is used is loaded: gRPC or the engine

import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

import pytest

from testdata_agent.testing.data import SharedTestData, TestData
from testdata_agent.testing.journal import Journal
from testdata_agent.testing.seeds import seed_of
from testdata_agent.testing.source import Source

#: Arguments of the marker.
_MARKED: Final = ("as_of", "locale", "seed")

#: By fixture, what was made for a node: its seed, what that is of, and the calls.
_JOURNALS: Final = pytest.StashKey[dict[str, tuple[int, str, Journal]]]()
_SOURCE: Final = pytest.StashKey[Source]()


def data_of(request: pytest.FixtureRequest, name: str) -> TestData:
    """The data of the node that a fixture is made for."""
    node, config = request.node, request.config
    marked = _marked(node)
    seed, origin = _seed(node, marked.pop("seed", None), own=name == "testdata")
    said = {"locale": config.getini("testdata_locale"), "as_of": _instant(config.getini("testdata_as_of"))}
    data = TestData(
        seed,
        _source(config),
        name=name,
        defaults={key: value for key, value in said.items() if value} | marked,
        folders=(node.path if node.path.is_dir() else node.path.parent, config.rootpath),
    )
    node.stash.setdefault(_JOURNALS, {})[name] = (seed, origin, data.journal)
    return data


def shared_of(request: pytest.FixtureRequest, name: str) -> SharedTestData:
    """The data of a node that several tests lie below."""
    return SharedTestData(data_of(request, name))


def told(item: pytest.Item) -> Iterator[str]:
    """The data of a test and of what lies around it, and how to have them again; nothing where it asked for none."""
    used = getattr(item, "fixturenames", ())
    vary = item.config.getoption("testdata_vary")
    words = [] if vary is None else ["--testdata-vary", vary]
    found = False
    for node in item.listchain():
        for name, (seed, origin, journal) in node.stash.get(_JOURNALS, {}).items():
            if node is not item and name not in used:
                continue
            found = True
            yield f"{name}: seed {seed}, {origin}"
            yield from (f"    {line}" for line in journal.lines())
            if name == "testdata":
                words += ["--testdata-seed", str(seed)]
    if found:
        yield _made_by(item.config)
        yield f"again: {shlex.join(['pytest', item.nodeid, *words])}"


def close(config: pytest.Config) -> None:
    """Closes what makes the records of a run."""
    source = config.stash.get(_SOURCE, None)
    if source is not None:
        source.close()


def _seed(node: Any, marked: int | None, *, own: bool) -> tuple[int, str]:
    """The seed of a node's data, and what it is of; `own`: of a test, and not of what several tests share."""
    option = node.config.option
    if own and option.testdata_seed is not None:
        return int(option.testdata_seed), "of --testdata-seed"
    if marked is not None:
        return marked, "of the marker"
    identity = _identity(node)
    if option.testdata_vary is None:
        return seed_of(identity), f"of {identity}"
    return seed_of(identity, option.testdata_vary), f"of {identity} and --testdata-vary {option.testdata_vary}"


def _identity(node: Any) -> str:
    """The id of a node, which is below the root folder: the same on every machine."""
    if isinstance(node, pytest.Session):
        return "the session"
    if isinstance(node, pytest.Item) and node.parent is not None:
        # Put together anew: xdist writes its groups into the id of a test.
        return f"{node.parent.nodeid}::{node.name}"
    return str(node.nodeid)


def _marked(node: Any) -> dict[str, Any]:
    """The arguments of a node's markers; of two, the nearer one's."""
    found: dict[str, Any] = {}
    for mark in node.iter_markers("testdata"):
        unknown = ", ".join(sorted(mark.kwargs.keys() - set(_MARKED)))
        if mark.args or unknown:
            what = unknown or "arguments without a name"
            _refuse(f"{node.nodeid}: the marker testdata takes {', '.join(_MARKED)}, not {what}")
        found = {**mark.kwargs, **found}
    seed = found.get("seed")
    if seed is not None and not (type(seed) is int and 0 <= seed < 2**64):
        _refuse(f"{node.nodeid}: the marker testdata takes a seed from 0 to 2**64-1, not {seed!r}")
    return found


def _instant(text: str) -> datetime | None:
    """The instant of the ini file; without a time zone it is UTC's."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _refuse(f"testdata_as_of: write an instant such as 2026-01-01T00:00:00Z, or a date, not {text!r}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _source(config: pytest.Config) -> Source:
    """What makes the records of a run."""
    if _SOURCE not in config.stash:
        server = config.getoption("testdata_server")
        config.stash[_SOURCE] = _server_source(server) if server else _process_source()
    return config.stash[_SOURCE]


def _process_source() -> Source:
    from testdata_agent.testing.process_source import ProcessSource

    return ProcessSource()


def _server_source(server: str) -> Source:
    try:
        from testdata_agent.client import Client, SetupError
    except ModuleNotFoundError as error:
        _refuse(f"--testdata-server {server}: {error.name} is not installed; install test-data-agent[client]")
    from testdata_agent.client.environment import connection_of
    from testdata_agent.testing.server_source import ServerSource

    try:
        return ServerSource(Client(server, **connection_of(os.environ)))
    except SetupError as error:
        _refuse(f"--testdata-server {server}: {error}")


def _refuse(message: str) -> NoReturn:
    """Ends a test that the suite's own settings leave without data; where in this file is of no interest."""
    pytest.fail(message, pytrace=False)


def _made_by(config: pytest.Config) -> str:
    source = _source(config)
    version = f" by engine {source.engine_version}" if source.engine_version else ""
    return f"made {source.where}{version}"
