"""What a job says about itself: facts that its row keeps, and the wire's messages made of them."""

from collections.abc import Mapping
from typing import Any, Final

from gateway import instants
from gateway.conversion import timestamp
from gateway.paths import Admitted
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.stores.jobs import Job, JobState
from testdata_agent.v1 import jobs_pb2, testdata_pb2

#: The states on the wire.
STATES: Final[Mapping[JobState, jobs_pb2.JobState]] = {
    JobState.QUEUED: jobs_pb2.QUEUED,
    JobState.RUNNING: jobs_pb2.RUNNING,
    JobState.SUCCEEDED: jobs_pb2.SUCCEEDED,
    JobState.FAILED: jobs_pb2.FAILED,
    JobState.CANCELLED: jobs_pb2.CANCELLED,
}
_MAX_INT32: Final = 2**31 - 1

#: Facts that stand in the wire's metadata under the same names.
_SAME: Final = (
    "routing_reason",
    "routing_confidence",
    "fallback_from",
    "fallback_reason",
    "records_rejected",
    "rejection_reasons",
    "records_scored",
    "checks_passed",
    "checks_applied",
    "warnings",
    "unchecked_rules",
    "records_by_path",
    "scenario_counts",
    "records_written",
    "records_varied",
    "records_repaired",
    "tokens_by_stage",
    "cassette_plays",
    "entity",
    "schema_version",
    "patterns",
    "pattern_index",
    "pattern_index_reason",
    "distribution_fits",
)


def known_beforehand(admitted: Admitted) -> dict[str, Any]:
    """The facts about a job before any record is made; workers add theirs (`stores.jobs.notes`)."""
    run, choice = admitted.run, admitted.choice
    facts: dict[str, Any] = {
        "entity": run.schema.name,
        "schema_version": version_of(admitted.request),
        "routing_reason": choice.decision.reason,
        "routing_confidence": choice.decision.confidence,
        "warnings": list(admitted.warnings),
        "unchecked_rules": list(run.unchecked_rules),
    }
    if run.defects is not None:
        facts["defect_patterns"] = list(run.defects.stored_ids)
    if run.covering is not None:
        facts["coverage"] = run.covering.report.as_data()
    if choice.fallback_from is not None:
        facts |= {"fallback_from": choice.fallback_from.value, "fallback_reason": choice.fallback_reason}
    if choice.chosen is not None:
        facts |= {
            "patterns": [
                {"scenario": each.scenario, "pattern_ids": list(each.pattern_ids)} for each in choice.chosen.choices
            ],
            "pattern_index": choice.chosen.index,
            "pattern_index_reason": choice.chosen.index_reason,
        }
    return facts


def coverage_of(report: Mapping[str, Any]) -> testdata_pb2.CoverageReport:
    """The manifest of a set as the wire has it."""
    unreached = [testdata_pb2.UnreachedGoal(**each) for each in report["unreached"]]
    return testdata_pb2.CoverageReport(**{**report, "unreached": unreached})


def version_of(request: GenerationRequest) -> int:
    """The version of the registered schema that a request means; 0 where it means none."""
    return 0 if request.schema_source is None else request.schema_source.version


def describe_job(job: Job) -> jobs_pb2.Job:
    """A job as the wire has it."""
    usage = job.usage
    message = jobs_pb2.Job(
        job_id=job.job_id,
        request_id=job.request_id,
        state=STATES[job.state],
        generation_path=job.path,
        records_requested=job.records_requested,
        records_done=job.records_done,
        created_at=instants.of_epoch(job.created_at),
        tokens=usage.tokens,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        cost_micros=usage.cost_micros,
        attempts=job.attempts,
        error=job.error,
        error_reason=job.error_reason,
        metadata=metadata_of(job),
        cancel_requested=job.cancel_requested,
    )
    for name in ("started_at", "finished_at", "results_expire_at"):
        moment = getattr(job, name)
        if moment is not None:
            getattr(message, name).CopyFrom(instants.of_epoch(moment))
    return message


def metadata_of(job: Job) -> testdata_pb2.GenerationMetadata:
    """How the records of a job were made, as far as it is known."""
    facts, request = job.metadata, job.request
    metadata = testdata_pb2.GenerationMetadata(
        generation_path=job.path,
        llm_tokens_used=min(job.usage.tokens, _MAX_INT32),
        cost_micros=job.usage.cost_micros,
        tokens_by_model={
            model: paid["input"] + paid["output"] for model, paid in facts.get("tokens_by_model", {}).items()
        },
        generation_time_ms=_milliseconds(job),
        seed=request["seed"],
        as_of=timestamp(request["as_of"]),
        locale=request["locale"],
        engine_version=job.engine_version,
        **{name: facts[name] for name in _SAME if name in facts},
    )
    if job.records_done and not metadata.records_by_path:
        metadata.records_by_path[job.path] = job.records_done
    if metadata.records_by_path and job.path not in metadata.records_by_path:
        # Another path stood in for all of them.
        metadata.generation_path = max(metadata.records_by_path, key=metadata.records_by_path.__getitem__)
    metadata.records_accepted = job.records_done
    metadata.records_attempted = job.records_done + metadata.records_rejected
    if "defects" in facts:
        metadata.defects.CopyFrom(testdata_pb2.DefectReport(**facts["defects"]))
    if facts.get("defect_patterns"):
        metadata.defects.pattern_ids.extend(facts["defect_patterns"])
    if "coverage" in facts:
        metadata.defects.coverage.CopyFrom(coverage_of(facts["coverage"]))
    if metadata.checks_applied:
        metadata.coherence_score = metadata.checks_passed / metadata.checks_applied
    metadata.warnings.extend(dict.fromkeys([*facts.get("shortfall", ()), *([job.error] if job.error else ())]))
    return metadata


def _milliseconds(job: Job) -> float:
    """From its beginning to its end; 0 while it runs."""
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return max(0.0, job.finished_at - job.started_at) * 1000
