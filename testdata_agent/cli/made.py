"""How records were made, or would be, in words: what a server's metadata says that its caller should know."""

from typing import Any, Final

from testdata_agent.cli import defects
from testdata_agent.v1.testdata_pb2 import GenerationMetadata, ModelEstimate

_MICROS: Final = 1_000_000


def notes_of(metadata: GenerationMetadata, *, tokens: bool = True) -> list[str]:
    """One line each: who stood in for whom and why, what a model wrote, what it took (`tokens`), and warnings."""
    taken = _taken(metadata) if tokens else []
    given = defects.notes(metadata.defects.records_by_verdict, metadata.defects.replaced)
    return [*_stood_in(metadata), *_written(metadata), *taken, *given, *metadata.warnings]


def coverage_in(metadata: GenerationMetadata) -> dict[str, Any] | None:
    """The manifest of a set of defects; None: the records are of none."""
    if not metadata.defects.HasField("coverage"):
        return None
    report = metadata.defects.coverage
    found = {field.name: getattr(report, field.name) for field in report.DESCRIPTOR.fields}
    unreached = [{"goal": each.goal, "why": each.why} for each in report.unreached]
    return {**found, "values": dict(report.values), "unreached": unreached, "left_out": list(report.left_out)}


def outlook_of(metadata: GenerationMetadata, count: int) -> list[tuple[str, str]]:
    """What a dry run says: names and values."""
    said = [("path", f"{metadata.generation_path}: {metadata.routing_reason}"), ("records", f"{count}")]
    if metadata.HasField("estimate"):
        said += _estimated(metadata.estimate)
    else:
        said.append(("tokens", "none"))
    notes = [*_stood_in(metadata), *metadata.warnings]
    return said + [("note", note) for note in notes]


def _estimated(estimate: ModelEstimate) -> list[tuple[str, str]]:
    tokens = estimate.input_tokens + estimate.output_tokens
    parts = f"{estimate.input_tokens:,} read, {estimate.output_tokens:,} written"
    said = [
        ("written", f"{estimate.records_written} by a model, in {estimate.calls} calls"),
        ("tokens", f"about {tokens:,} ({parts})"),
    ]
    if estimate.HasField("cost_micros"):
        said.append(("cost", f"about {estimate.cost_micros / _MICROS:.4f}"))
    return said


def _stood_in(metadata: GenerationMetadata) -> list[str]:
    """Of a fallback: for all records, or for some of them."""
    wanted = metadata.fallback_from
    if not wanted:
        return []
    made = {path: count for path, count in metadata.records_by_path.items() if path != wanted}
    if wanted not in metadata.records_by_path:
        return [f"made by {metadata.generation_path}, not {wanted}: {metadata.fallback_reason}"]
    others = ", ".join(f"{count} made by {path}" for path, count in sorted(made.items()))
    return [f"{others}, not {wanted}: {metadata.fallback_reason}"] if others else []


def _written(metadata: GenerationMetadata) -> list[str]:
    if not metadata.records_varied:
        return []
    return [f"a model wrote {metadata.records_written} records, {metadata.records_varied} were grown from them"]


def _taken(metadata: GenerationMetadata) -> list[str]:
    plays = metadata.cassette_plays
    played = f"{plays} kept answer{'s' if plays > 1 else ''} of a model played again" if plays else ""
    if not metadata.llm_tokens_used:
        return [f"no tokens: {played}"] if played else []
    models = ", ".join(sorted(metadata.tokens_by_model))
    cost = f", cost {metadata.cost_micros / _MICROS:.4f}" if metadata.HasField("cost_micros") else ""
    words = f"{metadata.llm_tokens_used:,} tokens{f' of {models}' if models else ''}{cost}"
    return [f"{words}; {played}" if played else words]
