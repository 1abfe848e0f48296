"""The wire's messages -> the engine's request, and back into the wire's metadata.

What only the wire can get wrong (unknown enum numbers, two schemas at once, instants out of range) is found here; the
rest is the engine's to judge. Faults are gathered, not raised, so that a caller reads the engine's beside them.
"""

import math
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import timestamp_pb2

from testdata_agent.engine.defects.defect import DefectMode, DefectOptions
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import (
    DEFAULT_COUNT,
    DEFAULT_LOCALE,
    FieldConstraint,
    GenerationMethod,
    GenerationRequest,
    OutputFormat,
    PatternChoice,
    Scenario,
    SchemaSource,
)
from testdata_agent.engine.version import DEFAULT_AS_OF, DRAWN_SEED_LIMIT
from testdata_agent.v1 import testdata_pb2 as pb

_FORMATS: Mapping[int, OutputFormat] = {
    pb.JSON: OutputFormat.JSON,
    pb.CSV: OutputFormat.CSV,
    pb.SQL: OutputFormat.SQL,
    pb.NDJSON: OutputFormat.NDJSON,
}
_METHODS: Mapping[int, GenerationMethod] = {
    pb.TRADITIONAL: GenerationMethod.TRADITIONAL,
    pb.LLM: GenerationMethod.LLM,
    pb.RAG: GenerationMethod.RAG,
    pb.HYBRID: GenerationMethod.HYBRID,
}
_MODES: Mapping[int, DefectMode] = {
    pb.DefectOptions.EACH: DefectMode.EACH,
    pb.DefectOptions.PAIRWISE: DefectMode.PAIRWISE,
    pb.DefectOptions.COVERAGE: DefectMode.COVERAGE,
}
_TYPE_NAMES: Mapping[int, str] = {number: name.lower() for name, number in pb.FieldType.items()}

#: as_of lies in [1900-01-01, 2200-01-01), in epoch seconds.
AS_OF_RANGE = range(-2_208_988_800, 7_258_118_400)

_NO_CONSTRAINTS: Mapping[str, FieldConstraint] = {}
_NO_OVERRIDES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Converted:
    """An engine request, with what is wrong with the message that it was read from.

    Where there are faults, the values at fault stand at their defaults.
    """

    request: GenerationRequest
    faults: list[Violation]


def draw_seed() -> int:
    """A seed for a caller who gave none, small enough that every JSON reader keeps it exactly."""
    return secrets.randbelow(DRAWN_SEED_LIMIT)


def now() -> int:
    """The present in whole epoch seconds."""
    return int(time.time())


def convert(
    message: pb.GenerateRequest, *, seed: Callable[[], int] = draw_seed, clock: Callable[[], int] = now
) -> Converted:
    """Reads a message.

    The result always has a seed and an as_of, so that the answer can be replayed: without a seed one is drawn and
    as_of is the present; with a seed as_of is a constant of the engine's version.
    """
    faults: list[Violation] = []
    seeded = message.HasField("seed")
    unset_as_of = DEFAULT_AS_OF if seeded else clock()
    request = GenerationRequest(
        entity=message.entity,
        domain=message.domain,
        count=message.count if message.HasField("count") else DEFAULT_COUNT,
        schema_source=_schema_source(message, faults),
        constraints=_constraints(message.constraints, faults) if message.HasField("constraints") else _NO_CONSTRAINTS,
        scenarios=tuple(map(_scenario, message.scenarios)),
        overrides=dict(message.overrides) if message.overrides else _NO_OVERRIDES,
        context=message.context,
        hints=tuple(message.hints),
        output_format=_output_format(message.output_format, faults),
        method=_method(message, faults),
        use_cache=message.use_cache,
        learn_from_history=message.learn_from_history,
        defect_triggering=message.defect_triggering or message.HasField("defects"),
        production_like=message.production_like,
        seed=message.seed if seeded else seed(),
        locale=message.locale or DEFAULT_LOCALE,
        as_of=_as_of(message.as_of, faults) if message.HasField("as_of") else unset_as_of,
        first_row=message.first_row,
        dry_run=message.dry_run,
        coherence_threshold=message.coherence_threshold if message.HasField("coherence_threshold") else None,
        envelope=_switch(message.envelope, "envelope", faults),
        expansion=_switch(message.expansion, "expansion", faults),
        defects=_defects(message, faults),
        patterns=tuple(map(_choice, message.patterns)) if message.patterns else (),
    )
    return Converted(request, faults)


def timestamp(epoch_seconds: int) -> timestamp_pb2.Timestamp:
    """A whole-second instant on the wire."""
    return timestamp_pb2.Timestamp(seconds=epoch_seconds)


def _unknown(field: str, number: int, names: Any) -> Violation:
    words = f"{number} is no known value; known: {', '.join(f'{name} ({value})' for name, value in names.items())}"
    return Violation(field, "UNKNOWN_ENUM_VALUE", words)


def _output_format(number: int, faults: list[Violation]) -> OutputFormat:
    known = _FORMATS.get(number)
    if known is None:
        faults.append(_unknown("output_format", number, pb.OutputFormat))
        return OutputFormat.JSON
    return known


def _method(message: pb.GenerateRequest, faults: list[Violation]) -> GenerationMethod | None:
    if not message.HasField("generation_method"):
        return None
    known = _METHODS.get(message.generation_method)
    if known is None:
        faults.append(_unknown("generation_method", message.generation_method, pb.GenerationMethod))
    return known


def _defects(message: pb.GenerateRequest, faults: list[Violation]) -> DefectOptions | None:
    """The options; a set is as large as it is where no count is said."""
    if not message.HasField("defects") and not message.defect_triggering:
        return None
    mode = _MODES.get(message.defects.mode)
    if mode is None:
        faults.append(_unknown("defects.mode", message.defects.mode, pb.DefectOptions.Mode))
        mode = DefectMode.EACH
    classes = tuple(message.defects.classes)
    ids = tuple(message.defects.pattern_ids)
    return DefectOptions(classes=classes, mode=mode, whole=not message.HasField("count"), pattern_ids=ids)


def _switch(number: int, field: str, faults: list[Violation]) -> bool:
    """Both switches have their usual state at 0 and OFF at 1."""
    if number > 1 or number < 0:
        faults.append(_unknown(field, number, pb.Envelope.Mode if field == "envelope" else pb.Expansion.Mode))
    return number != 1


def _as_of(instant: timestamp_pb2.Timestamp, faults: list[Violation]) -> int:
    if instant.seconds not in AS_OF_RANGE or not 0 <= instant.nanos < 1_000_000_000:
        faults.append(Violation("as_of", "OUT_OF_RANGE", "an instant from 1900 up to, not including, 2200 is needed"))
        return DEFAULT_AS_OF
    return instant.seconds


def _scenario(message: pb.Scenario) -> Scenario:
    return Scenario(
        name=message.name,
        count=message.count,
        overrides=dict(message.overrides),
        description=message.description,
    )


def _choice(message: pb.PatternChoice) -> PatternChoice:
    return PatternChoice(scenario=message.scenario, pattern_ids=tuple(message.pattern_ids))


def _constraints(message: pb.Constraints, faults: list[Violation]) -> Mapping[str, FieldConstraint]:
    return {path: _constraint(path, limits, faults) for path, limits in sorted(message.field_constraints.items())}


def _constraint(path: str, limits: pb.FieldConstraint, faults: list[Violation]) -> FieldConstraint:
    def given(name: str) -> Any:
        return getattr(limits, name) if limits.HasField(name) else None

    def finite(name: str) -> float | None:
        value: float | None = given(name)
        if value is not None and not math.isfinite(value):
            words = f"{value} is not a finite number; leave {name} out for no limit"
            faults.append(Violation(f"constraints[{path}].{name}", "NOT_A_NUMBER", words))
            return None
        return value

    return FieldConstraint(
        min=finite("min"),
        max=finite("max"),
        enum_values=tuple(limits.enum_values),
        regex=given("regex"),
        min_length=given("min_length"),
        max_length=given("max_length"),
        format=given("format"),
    )


def _schema_source(message: pb.GenerateRequest, faults: list[Violation]) -> SchemaSource | None:
    sources: list[SchemaSource] = []
    if message.HasField("schema"):
        if message.schema.fields:
            limits = message.constraints.field_constraints
            fields = _fields(message.schema.fields, limits, "", "schema.fields", faults)
            sources.append(SchemaSource(kind="schema.fields", fields=fields))
        if message.schema.predefined_schema:
            sources.append(SchemaSource(kind="schema.predefined_schema", text=message.schema.predefined_schema))
    if message.inline_schema:
        sources.append(SchemaSource(kind="inline_schema", text=message.inline_schema))
    if message.custom_schema:
        sources.append(SchemaSource(kind="custom_schema", text=message.custom_schema))
    if len(sources) > 1:
        given = ", ".join(source.kind for source in sources)
        faults.append(Violation(sources[1].kind, "SEVERAL_SCHEMAS", f"{given} are all set; give one of them"))
    return sources[0] if sources else None


def _fields(
    messages: Any, limits: Mapping[str, pb.FieldConstraint], prefix: str, where: str, faults: list[Violation]
) -> dict[str, Any]:
    """The house form of a list of fields; `prefix` is the dotted path that they stand under, with its dot."""
    fields: dict[str, Any] = {}
    for index, message in enumerate(messages):
        place = f"{where}[{index}]"
        if message.name in fields:
            faults.append(Violation(f"{place}.name", "DUPLICATE_FIELD", f"{message.name[:60]!r} is there already"))
            continue
        fields[message.name] = _field(message, limits, f"{prefix}{message.name}", place, faults)
    return fields


def _field(
    message: pb.Field, limits: Mapping[str, pb.FieldConstraint], path: str, place: str, faults: list[Violation]
) -> dict[str, Any]:
    kind = _TYPE_NAMES.get(message.type)
    if kind is None:
        faults.append(_unknown(f"{place}.type", message.type, pb.FieldType))
        kind = "string"
    field: dict[str, Any] = {"type": kind, "required": message.required, "description": message.description}
    if message.type == pb.ENUM and path in limits and limits[path].enum_values:
        field["values"] = list(limits[path].enum_values)
    if not message.nested_fields and message.type not in (pb.OBJECT, pb.ARRAY):
        return field
    inner = _fields(message.nested_fields, limits, f"{path}.", f"{place}.nested_fields", faults)
    if message.type == pb.ARRAY:
        field["item_schema"] = {"type": "object", "fields": inner} if inner else {"type": "string"}
    else:
        field["type"], field["fields"] = "object", inner
    return field
