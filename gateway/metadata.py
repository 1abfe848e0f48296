"""What an answer says about itself."""

from gateway.conversion import timestamp
from gateway.jobs.facts import coverage_of, metadata_of, version_of
from gateway.paths import Admitted
from gateway.patterns.choosing import Chosen
from testdata_agent.engine.coherence.score import CoherenceReport
from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.request import GenerationMethod
from testdata_agent.engine.variation.growth import Grown
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.stores.jobs import Job
from testdata_agent.v1 import testdata_pb2 as pb


def describe(
    admitted: Admitted,
    *,
    records: int,
    seconds: float,
    report: CoherenceReport | None,
    job: Job | None = None,
    defects: DefectTally | None = None,
    grown: Grown | None = None,
) -> pb.GenerationMetadata:
    """The metadata of `records` delivered.

    Args:
        admitted: What was asked for.
        records: Delivered.
        seconds: That it took.
        report: None where nothing was scored.
        defects: That records were given, counted; None: nobody counted.
        job: That made the records, and was scored by those who made them; None where the gateway did.
        grown: What was made of patterns; None where they did not serve.
    """
    if job is not None:
        metadata = metadata_of(job)
        metadata.generation_time_ms = seconds * 1000
        return metadata
    run, choice = admitted.run, admitted.choice
    path = admitted.path
    metadata = pb.GenerationMetadata(
        generation_path=path,
        entity=run.schema.name,
        schema_version=version_of(admitted.request),
        generation_time_ms=seconds * 1000,
        scenario_counts=run.scenario_counts,
        seed=run.seed,
        routing_reason=choice.decision.reason,
        routing_confidence=choice.decision.confidence,
        as_of=timestamp(run.as_of),
        engine_version=ENGINE_VERSION,
        locale=run.locale,
        warnings=admitted.warnings,
        unchecked_rules=run.unchecked_rules,
    )
    if choice.fallback_from is not None:
        metadata.fallback_from = choice.fallback_from.value
        metadata.fallback_reason = choice.fallback_reason
    if admitted.request.dry_run:
        metadata.dry_run = True
    if choice.chosen is not None:
        _tell_patterns(metadata, choice.chosen)
    if records:
        metadata.records_attempted = metadata.records_accepted = records
        metadata.records_by_path.update({path: records} if grown is None else grown.by_path)
    if defects is not None and run.defects is not None:
        metadata.defects.CopyFrom(
            pb.DefectReport(
                records_by_class=defects.classes, records_by_verdict=defects.verdicts, replaced=defects.replaced
            )
        )
    if grown is not None:
        _tell_stand_in(metadata, grown)
        metadata.records_rejected = grown.rejected.total()
        metadata.records_attempted += metadata.records_rejected
        metadata.rejection_reasons.update(grown.rejected)
        for fit in grown.likeness:
            metadata.distribution_fits.add(field=fit.field, measure=fit.measure.value, distance=fit.distance)
    if run.defects is not None:
        metadata.defects.pattern_ids.extend(run.defects.stored_ids)
    if run.covering is not None:
        metadata.defects.coverage.CopyFrom(coverage_of(run.covering.report.as_data()))
    if report is not None:
        metadata.records_scored = report.records_scored
        metadata.checks_passed, metadata.checks_applied = report.passed, report.applied
        if report.score is not None:
            metadata.coherence_score = report.score
    return metadata


def _tell_patterns(metadata: pb.GenerationMetadata, chosen: Chosen) -> None:
    for choice in chosen.choices:
        metadata.patterns.add(scenario=choice.scenario, pattern_ids=choice.pattern_ids)
    metadata.pattern_index, metadata.pattern_index_reason = chosen.index, chosen.index_reason


def _tell_stand_in(metadata: pb.GenerationMetadata, grown: Grown) -> None:
    """Records that the engine made in the place of patterns: all of them, or some."""
    if grown.why_not and not grown.varied:
        metadata.generation_path = GenerationMethod.TRADITIONAL.value
        metadata.fallback_from, metadata.fallback_reason = GenerationMethod.RAG.value, grown.why_not
    elif grown.why_not:
        metadata.warnings.append(f"the engine made some of the records: {grown.why_not}")
