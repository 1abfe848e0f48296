"""The worker's image, as it is deployed: nobody's user, nothing to write to, killed and cut off."""

import subprocess
from functools import partial

import pytest
from pytest_celery import CeleryTestSetup

from testdata_agent.generator import Generator
from testdata_agent.stores.jobs import JobState
from tests.docker.conftest import redis_url
from tests.integration.worker.desk import Desk
from tests.waiting import within


async def test_a_worker_in_its_container_makes_the_records_of_the_stream(
    desk: Desk, celery_setup: CeleryTestSetup
) -> None:
    assert celery_setup.app.control.ping(timeout=5) == [{celery_setup.worker.hostname(): {"ok": "pong"}}]
    asked = await desk.submit("bulk", count=5_000)
    job = await desk.ended("bulk")
    assert (job.state, job.records_done) == (JobState.SUCCEEDED, 5_000)
    assert await desk.rows("bulk") == (await Generator().prepare(asked)).rows(0, 5_000)


async def test_a_worker_that_is_killed_in_mid_job_costs_no_record(desk: Desk, celery_setup: CeleryTestSetup) -> None:
    asked = await desk.submit("killed", count=60_000)
    await _begun(desk, "killed")
    celery_setup.worker.kill()
    assert not (await desk.jobs.get("killed")).state.finished
    celery_setup.worker.restart()
    job = await desk.ended("killed")
    assert (job.state, job.records_done) == (JobState.SUCCEEDED, 60_000)
    assert job.attempts >= 1
    assert await desk.rows("killed") == (await Generator().prepare(asked)).rows(0, 60_000)


async def test_a_broker_that_is_restarted_in_mid_job_costs_no_record(
    desk: Desk, celery_setup: CeleryTestSetup, ledger_url: str
) -> None:
    asked = await desk.submit("cut_off", count=60_000)
    await _begun(desk, "cut_off")
    celery_setup.broker.restart()
    async with Desk.open(redis_url(celery_setup), ledger_url) as again:
        job = await again.ended("cut_off")
        assert (job.state, job.records_done) == (JobState.SUCCEEDED, 60_000)
        assert await again.rows("cut_off") == (await Generator().prepare(asked)).rows(0, 60_000)


@pytest.mark.timeout(300)
async def test_a_worker_is_healthy_while_it_is_in_touch_with_the_queue(celery_setup: CeleryTestSetup) -> None:
    await within(60, partial(_is, celery_setup, "healthy"))
    broker = celery_setup.broker.container.id
    _docker("pause", broker)
    try:
        await within(90, partial(_is, celery_setup, "unhealthy"))
    finally:
        _docker("unpause", broker)
    await within(60, partial(_is, celery_setup, "healthy"))


def test_the_image_runs_as_nobody_in_particular_and_holds_nothing_of_the_gateway(celery_setup: CeleryTestSetup) -> None:
    run = celery_setup.worker.container.exec_run
    assert run("id -u").output == b"10001\n"
    found = "import importlib.util as i; print([n for n in ('gateway', 'pytest', 'mypy', 'pip') if i.find_spec(n)])"
    assert run(["python", "-c", found]).output == b"[]\n"


def _docker(command: str, container: str) -> None:
    subprocess.run(["docker", command, container], check=True, capture_output=True)


async def _is(setup: CeleryTestSetup, health: str) -> bool:
    setup.worker.container.reload()
    return bool(setup.worker.container.attrs["State"]["Health"]["Status"] == health)


async def _begun(desk: Desk, job_id: str) -> None:
    """Returns once the first of its records are there."""
    first = (await desk.jobs.batches(job_id))[0]
    async for entry in desk.results.follow(first, row=first.start):
        if entry is not None:
            return
