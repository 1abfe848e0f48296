"""Backup and restore, by the commands that the docs give, into volumes that are empty."""

import re
from pathlib import Path

import pytest

from testdata_agent import generate
from testdata_agent.client import JobState
from tests.compose.stack import ROOT, Stack

# Containers take their time on a busy machine.
pytestmark = pytest.mark.timeout(600)

DOCS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def script(name: str) -> str:
    """The commands that the docs mark with a name."""
    (found,) = re.findall(rf"<!-- {name} -->\n```\n(.*?)```", DOCS, re.DOTALL)
    return str(found)


def test_what_was_backed_up_is_there_again_after_all_was_lost(stack: Stack, tmp_path: Path) -> None:
    stack.settle()
    with stack.client() as client:
        job = client.jobs.submit("user", count=3_000, seed=11)
        client.jobs.wait(job.job_id, seconds=60)
    stack.shell(script("backup"), tmp_path)
    stack.settle()
    stack.down("--volumes")
    stack.shell(script("restore"), tmp_path)
    stack.settle()
    with stack.client() as client:
        assert client.jobs.get(job.job_id).state is JobState.SUCCEEDED
        assert list(client.jobs.follow(job.job_id)) == list(generate("user", count=3_000, seed=11))
        again = client.jobs.submit("cart", count=50, seed=12)
        assert list(client.jobs.follow(again.job_id)) == list(generate("cart", count=50, seed=12))
