"""`testdata jobs` as a person types it, against a real gateway; the worker is the test's."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.stores.jobs import MAX_ATTEMPTS
from tests.integration.gateway.job_worker import JobWorker, worker_of
from tests.integration.gateway.running import REPOSITORY, Gateway, environment, start

TESTDATA = [sys.executable, "-m", "testdata_agent.cli.main"]


@pytest.fixture
def gateway(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Gateway]:
    running = start(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url)
    yield running
    running.end()


@pytest.fixture
async def worker(database_url: str, redis_url: str) -> AsyncIterator[JobWorker]:
    async with worker_of(database_url, redis_url) as made:
        yield made


def run(gateway: Gateway, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TESTDATA, "jobs", *words],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=REPOSITORY,
        env=environment(TESTDATA_SERVER=gateway.target, **variables),
        check=False,
    )


def begun(gateway: Gateway, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*TESTDATA, "jobs", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=environment(TESTDATA_SERVER=gateway.target),
    )


def submitted(gateway: Gateway, *words: str) -> str:
    done = run(gateway, "submit", "cart", *words)
    assert done.returncode == 0, done.stderr
    assert "its records: testdata jobs watch" in done.stderr
    return done.stdout.strip()


async def test_a_job_is_submitted_looked_at_made_and_read(gateway: Gateway, worker: JobWorker, tmp_path: Path) -> None:
    job_id = submitted(gateway, "-n", "30", "--seed", "7", "--format", "json")
    assert re.fullmatch(r"job-[0-9a-f]{32}", job_id)
    assert "queued" in run(gateway, "get", job_id).stdout
    assert "0 of 30 records; go on with --from-record 0" in run(gateway, "results", job_id).stderr
    await worker.make_all(job_id)
    read = run(gateway, "results", job_id)
    assert [record["_index"] for record in json.loads(read.stdout)] == list(range(30))
    assert read.stderr == ""
    few = run(gateway, "results", job_id, "-n", "5", "--from-record", "20")
    assert [record["_index"] for record in json.loads(few.stdout)] == [20, 21, 22, 23, 24]
    watched = run(gateway, "watch", job_id, "-o", str(tmp_path / "carts.json"))
    assert watched.returncode == 0
    assert "has succeeded, 30 of 30 records" in watched.stderr
    assert (tmp_path / "carts.json").read_text() == read.stdout
    said = run(gateway, "get", job_id).stdout
    assert re.search(r"^state +succeeded$", said, re.MULTILINE)
    assert re.search(r"^seed +7$", said, re.MULTILINE)
    assert re.search(r"^tokens +120 \(100 read, 20 written\)$", said, re.MULTILINE)
    listed = run(gateway, "list", "--state", "succeeded", "-n", "1").stdout
    assert listed.split()[:3] == [job_id, "succeeded", "30/30"]


async def test_a_job_is_followed_left_and_taken_up_again(gateway: Gateway, worker: JobWorker) -> None:
    following = begun(gateway, "submit", "cart", "-n", "2500", "--follow")
    assert following.stdout is not None
    assert following.stderr is not None
    job_id = (await asyncio.to_thread(following.stderr.readline)).split()[1]
    await worker.make(job_id, 0)
    lines = [await asyncio.to_thread(following.stdout.readline) for _ in range(2000)]
    following.send_signal(signal.SIGINT)
    rest, said = await asyncio.to_thread(following.communicate, timeout=30)
    assert following.returncode == 130
    assert rest == ""
    assert f"testdata jobs watch {job_id} --from-record 2000" in said
    await worker.make(job_id, 1)
    again = run(gateway, "watch", job_id, "--from-record", "2000")
    lines += again.stdout.splitlines()
    assert [json.loads(line)["_index"] for line in lines] == list(range(2500))


def test_a_cancelled_job_ends_its_watchers_with_1(gateway: Gateway) -> None:
    job_id = submitted(gateway, "-n", "10")
    watching = begun(gateway, "watch", job_id)
    assert "has cancelled" not in run(gateway, "get", job_id).stdout
    assert "cancelled" in run(gateway, "cancel", job_id).stdout
    out, said = watching.communicate(timeout=30)
    assert (watching.returncode, out) == (1, "")
    assert "cancelled, 0 of 10 records" in said


def test_mistakes_are_told_and_exit_with_2(gateway: Gateway, tmp_path: Path) -> None:
    cases = {
        ("get", "job-0"): "there is no job 'job-0'",
        ("watch", "nonsense"): "there is no job",
        ("submit", "crat"): "did you mean 'cart'",
        ("submit", "cart", "-o", "x.json"): "nothing is written without --follow",
        ("list", "--state", "done"): "there is no state 'done'",
        ("parked",): "--database: name the ledger",
        ("parked", "--database", "mysql://x"): "sqlite:// or postgresql://",
    }
    for command, told in cases.items():
        done = run(gateway, *command, TESTDATA_HOME=str(tmp_path))  # the caller's own may have a ledger
        assert (done.returncode, done.stdout) == (2, ""), command
        assert told in done.stderr, command


def test_the_same_key_is_the_same_job(gateway: Gateway) -> None:
    key = f"key-{time.time_ns()}"
    first = submitted(gateway, "-n", "3", "--request-id", key)
    assert submitted(gateway, "-n", "3", "--request-id", key) == first
    other = run(gateway, "submit", "cart", "-n", "4", "--request-id", key)
    assert (other.returncode, other.stdout) == (2, "")
    assert "stands for another request" in other.stderr


async def test_parked_batches_are_listed_and_retried(gateway: Gateway, worker: JobWorker, database_url: str) -> None:
    job_id = submitted(gateway, "-n", "2500")
    for _ in range(MAX_ATTEMPTS + 1):
        await worker.ledger.claim(job_id, 1, owner="dies", lease=-1, engine_version=ENGINE_VERSION)
    there = {"DATABASE_URL": database_url}
    assert f"{job_id}  batch 1  rows 2000 to 2499" in run(gateway, "parked", **there).stdout
    assert "queued again: batch 1" in run(gateway, "retry", job_id, "1", **there).stdout
    nothing = run(gateway, "retry", job_id, **there)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "has no parked batch; parked: none" in nothing.stderr


async def test_on_a_terminal_a_bar_shows_how_far_a_job_is(gateway: Gateway, worker: JobWorker, tmp_path: Path) -> None:
    job_id = submitted(gateway, "-n", "30")
    await worker.make_all(job_id)
    code, shown = await asyncio.to_thread(
        _on_a_terminal, gateway, "watch", job_id, "-o", str(tmp_path / "carts.ndjson")
    )
    assert code == 0
    assert "30/30 records" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    assert "120 tokens" in shown


def _on_a_terminal(gateway: Gateway, *words: str) -> tuple[int, str]:
    """A command's exit code, and what it writes to a terminal that is its stderr."""
    ours, theirs = os.openpty()
    try:
        process = subprocess.Popen(
            [*TESTDATA, "jobs", *words],
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            cwd=REPOSITORY,
            env=environment(TESTDATA_SERVER=gateway.target, TERM="xterm", COLUMNS="120"),
        )
        os.close(theirs)
        shown = _all_of(ours)
        return process.wait(30), shown
    finally:
        os.close(ours)


def _all_of(terminal: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # how a terminal ends
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()
