"""The job ledger: what was asked for, who works on it, and how it ended."""

from testdata_agent.stores.jobs.base import (
    MAX_ATTEMPTS,
    BatchLost,
    Census,
    Claim,
    JobFault,
    JobStore,
    LedgerUnreachable,
    NotText,
    Page,
    QueueCensus,
    Renewal,
    RequestConflict,
    Spent,
    UnknownJob,
)
from testdata_agent.stores.jobs.job import Batch, BatchState, IllegalTransition, Job, JobState, Usage
from testdata_agent.stores.jobs.window import Window

__all__ = [
    "MAX_ATTEMPTS",
    "Batch",
    "BatchLost",
    "BatchState",
    "Census",
    "Claim",
    "IllegalTransition",
    "Job",
    "JobFault",
    "JobState",
    "JobStore",
    "LedgerUnreachable",
    "NotText",
    "Page",
    "QueueCensus",
    "Renewal",
    "RequestConflict",
    "Spent",
    "UnknownJob",
    "Usage",
    "Window",
]
