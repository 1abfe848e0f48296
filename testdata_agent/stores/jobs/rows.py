"""Rows of the ledger's tables as jobs and batches, and places in lists of them."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from sqlalchemy import Row

from testdata_agent.stores.jobs.job import Batch, BatchState, Job, JobState, Usage
from testdata_agent.stores.jobs.tables import JOBS


def job_values(job: Job) -> dict[str, Any]:
    """The columns of a job; the database says when it was created."""
    values = {name: getattr(job, name) for name in JOBS.c.keys() if hasattr(job, name)}  # noqa: SIM118 - columns
    del values["created_at"]
    return values | asdict(job.usage)


def job_of(row: Row[Any]) -> Job:
    """The job of a row."""
    values: dict[str, Any] = dict(row._mapping)
    usage = Usage(
        **{name: values.pop(name) for name in ("input_tokens", "output_tokens", "cached_tokens", "cost_micros")}
    )
    return Job(**values | {"state": JobState(values["state"]), "usage": usage})


def batch_of(row: Row[Any]) -> Batch:
    """The batch of a row."""
    values: Mapping[str, Any] = {k: v for k, v in row._mapping.items() if k != "due_at"}
    return Batch(**{**values, "state": BatchState(values["state"])})


def token_after(job: Job) -> str:
    """Stands for the place after a job in a list, newest first."""
    return base64.urlsafe_b64encode(f"{job.created_at!r} {job.job_id}".encode()).decode()


def place_of(token: str) -> tuple[float, str]:
    """When the job before the place was created, and its id; raises ValueError for a token that is none."""
    try:
        created, job_id = base64.b64decode(token, altchars=b"-_", validate=True).decode().split(" ")
        place = float(created), job_id
    except (ValueError, binascii.Error) as error:
        raise ValueError("page_token is none that this service gave") from error
    if not job_id.isprintable() or not isfinite(place[0]):
        raise ValueError("page_token is none that this service gave")
    return place
