"""The programs of docs/client.md and of pages beside it, run from top to bottom against a real gateway."""

import ast
import asyncio
import inspect
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from testdata_agent import generate
from testdata_agent.client import AsyncClient, Client
from testdata_agent.client.async_jobs import AsyncJobs
from testdata_agent.client.async_patterns import AsyncPatterns
from testdata_agent.client.async_registry import AsyncSchemaRegistry
from testdata_agent.client.sync_jobs import Jobs
from testdata_agent.client.sync_patterns import Patterns
from testdata_agent.client.sync_registry import SchemaRegistry
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import worker_of

DOCS = Path(__file__).parents[3] / "docs"


def programs_of(page: str) -> list[str]:
    """The programs of a page."""
    return re.findall(r"```python\n(.+?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


PROGRAMS = programs_of("client.md")
PARTS = ((Client, ""), (Jobs, "jobs."), (SchemaRegistry, "registry."), (Patterns, "patterns."))


@pytest.fixture
def target(start_gateway: StartGateway, database_url: str, redis_url: str) -> Iterator[str]:
    """A gateway beside a worker that makes each job at once."""
    gateway = start_gateway(DATABASE_URL=database_url, REDIS_URL=redis_url)
    over = threading.Event()

    async def work() -> None:
        async with worker_of(database_url, redis_url) as worker, AsyncClient(gateway.target) as client:
            while not over.is_set():
                for job in await client.jobs.list(["queued"]):
                    await worker.make_all(job.job_id)
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    yield gateway.target
    over.set()
    thread.join()


def test_the_programs_of_the_page_run(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for number, program in enumerate(PROGRAMS):
        here = program.replace("localhost:9091", target).replace("tda_…", "tda_key")
        exec(compile(here, f"docs/client.md, program {number}", "exec"), names)  # noqa: S102
    assert (tmp_path / "orders.sql").read_text().count("INSERT INTO") > 200


@pytest.mark.parametrize(("page", "programs"), [("pattern-path.md", 2), ("schemas.md", 1)])
def test_programs_of_other_pages_run_with_a_client_that_is_open(
    page: str, programs: int, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "carts.csv").write_text(generate("cart", count=3, seed=7, output_format="csv"), encoding="utf-8")

    with Client(target) as client:
        names: dict[str, object] = {"client": client}
        for program in programs_of(page):
            exec(compile(program, f"docs/{page}", "exec"), names)  # noqa: S102

    assert len(programs_of(page)) == programs


def test_the_page_shows_every_call() -> None:
    called = {
        ast.unparse(node.func)
        for program in PROGRAMS
        for node in ast.walk(ast.parse(program.replace("…", "x")))
        if isinstance(node, ast.Call)
    }
    wanted = {f"client.{prefix}{name}" for part, prefix in PARTS for name in calls_of(part)}
    assert wanted - called == set()


@pytest.mark.parametrize(
    ("part", "twin"),
    [(Client, AsyncClient), (Jobs, AsyncJobs), (SchemaRegistry, AsyncSchemaRegistry), (Patterns, AsyncPatterns)],
)
def test_the_async_client_has_the_same_calls_and_arguments(part: type, twin: type) -> None:
    assert {name: parameters(part, name) for name in calls_of(part)} == {
        name: parameters(twin, name) for name in calls_of(twin)
    }


def calls_of(part: type) -> set[str]:
    return {name for name, value in vars(part).items() if inspect.isfunction(value) and not name.startswith("_")}


def parameters(part: type, name: str) -> list[str]:
    return [str(parameter) for parameter in inspect.signature(getattr(part, name)).parameters.values()]
