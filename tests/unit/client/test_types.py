"""What a user's type checker sees: a small program, strictly checked against the package as it is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from collections.abc import AsyncIterator, Iterator
from typing import Any, assert_type

import pytest

from testdata_agent import generate
from testdata_agent.client import (
    Answer, AsyncClient, Client, FieldViolation, Health, InvalidRequestError, Job, JobState, Match, RegisteredSchema,
    RetryPolicy, SchemaSummary, Tls,
)
from testdata_agent.testing import TestData

Record = dict[str, Any]


def ask(target: str) -> None:
    with Client(target, tls=Tls(ca_file="ca.pem"), api_key="tda_x", retry=RetryPolicy(attempts=3)) as client:
        answer = client.generate("cart", count=3, seed=7, constraints={"total": {"min": 5}}, timeout_seconds=2.5)
        assert_type(answer, Answer)
        assert_type(answer[0], Record)
        assert_type(answer.metadata.seed, int)
        with client.stream("user", count=10) as stream:
            for record in stream:
                assert_type(record, Record)
            assert_type(stream.texts(), Iterator[str])
        job = client.jobs.submit("cart", overrides={"total": 5})
        assert_type(job, Job)
        assert_type(job.state, JobState)
        assert_type([each for each in client.jobs.follow(job.job_id)], list[Record])
        assert_type([each for each in client.jobs.list()], list[Job])
        assert_type(list(client.jobs.each(["failed"])), list[Job])
        assert_type(client.patterns.search("cart", "x")[0], Match)
        assert_type(client.registry.register({"fields": {}}), RegisteredSchema)
        assert_type(client.schemas(), list[SchemaSummary])
        assert_type(client.health(), Health)
        try:
            client.generate("crat")
        except InvalidRequestError as error:
            assert_type(error.violations, tuple[FieldViolation, ...])
            assert_type(error.retry_after_seconds, float | None)


async def ask_async(target: str) -> None:
    async with AsyncClient(target) as client:
        assert_type(await client.generate("cart"), Answer)
        assert_type([record async for record in client.stream("cart")], list[Record])
        assert_type((await client.jobs.get("x")).cost_micros, int | None)


def test_checkout(testdata: TestData) -> None:
    assert_type(testdata.one("cart", total="50-100"), Record)
    assert_type(testdata.many("cart", 3), list[Record])
    assert_type(generate("cart"), list[Record])
    assert_type(generate("cart", output_format="csv"), str)


def wrong(client: Client) -> None:
    client.generate("cart", cuont=3)  # wrong
    client.generate("cart", method="magic")  # wrong
    client.jobs.wait(5)  # wrong
    client.generate("cart")["total"]  # wrong
"""


@pytest.mark.slow
def test_a_users_program_is_checked_strictly(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--show-column-numbers", "program.py"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = PROGRAM.splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    reported = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert reported == wrong, done.stdout + done.stderr
