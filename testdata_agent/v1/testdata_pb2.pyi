import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerationMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRADITIONAL: _ClassVar[GenerationMethod]
    LLM: _ClassVar[GenerationMethod]
    RAG: _ClassVar[GenerationMethod]
    HYBRID: _ClassVar[GenerationMethod]

class OutputFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JSON: _ClassVar[OutputFormat]
    CSV: _ClassVar[OutputFormat]
    SQL: _ClassVar[OutputFormat]
    NDJSON: _ClassVar[OutputFormat]

class FieldType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STRING: _ClassVar[FieldType]
    INTEGER: _ClassVar[FieldType]
    FLOAT: _ClassVar[FieldType]
    BOOLEAN: _ClassVar[FieldType]
    DATE: _ClassVar[FieldType]
    DATETIME: _ClassVar[FieldType]
    EMAIL: _ClassVar[FieldType]
    PHONE: _ClassVar[FieldType]
    ADDRESS: _ClassVar[FieldType]
    UUID: _ClassVar[FieldType]
    ENUM: _ClassVar[FieldType]
    OBJECT: _ClassVar[FieldType]
    ARRAY: _ClassVar[FieldType]
TRADITIONAL: GenerationMethod
LLM: GenerationMethod
RAG: GenerationMethod
HYBRID: GenerationMethod
JSON: OutputFormat
CSV: OutputFormat
SQL: OutputFormat
NDJSON: OutputFormat
STRING: FieldType
INTEGER: FieldType
FLOAT: FieldType
BOOLEAN: FieldType
DATE: FieldType
DATETIME: FieldType
EMAIL: FieldType
PHONE: FieldType
ADDRESS: FieldType
UUID: FieldType
ENUM: FieldType
OBJECT: FieldType
ARRAY: FieldType

class Expansion(_message.Message):
    __slots__ = ()
    class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        AUTO: _ClassVar[Expansion.Mode]
        OFF: _ClassVar[Expansion.Mode]
    AUTO: Expansion.Mode
    OFF: Expansion.Mode
    def __init__(self) -> None: ...

class Envelope(_message.Message):
    __slots__ = ()
    class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ON: _ClassVar[Envelope.Mode]
        OFF: _ClassVar[Envelope.Mode]
    ON: Envelope.Mode
    OFF: Envelope.Mode
    def __init__(self) -> None: ...

class GenerateRequest(_message.Message):
    __slots__ = ("request_id", "domain", "entity", "schema", "constraints", "scenarios", "context", "hints", "output_format", "count", "use_cache", "learn_from_history", "defect_triggering", "production_like", "inline_schema", "generation_method", "custom_schema", "seed", "locale", "as_of", "dry_run", "coherence_threshold", "expansion", "envelope", "first_row", "overrides", "patterns", "defects")
    class OverridesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    SCENARIOS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    HINTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    USE_CACHE_FIELD_NUMBER: _ClassVar[int]
    LEARN_FROM_HISTORY_FIELD_NUMBER: _ClassVar[int]
    DEFECT_TRIGGERING_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_LIKE_FIELD_NUMBER: _ClassVar[int]
    INLINE_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    GENERATION_METHOD_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    COHERENCE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    EXPANSION_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    DEFECTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    domain: str
    entity: str
    schema: Schema
    constraints: Constraints
    scenarios: _containers.RepeatedCompositeFieldContainer[Scenario]
    context: str
    hints: _containers.RepeatedScalarFieldContainer[str]
    output_format: OutputFormat
    count: int
    use_cache: bool
    learn_from_history: bool
    defect_triggering: bool
    production_like: bool
    inline_schema: str
    generation_method: GenerationMethod
    custom_schema: str
    seed: int
    locale: str
    as_of: _timestamp_pb2.Timestamp
    dry_run: bool
    coherence_threshold: float
    expansion: Expansion.Mode
    envelope: Envelope.Mode
    first_row: int
    overrides: _containers.ScalarMap[str, str]
    patterns: _containers.RepeatedCompositeFieldContainer[PatternChoice]
    defects: DefectOptions
    def __init__(self, request_id: _Optional[str] = ..., domain: _Optional[str] = ..., entity: _Optional[str] = ..., schema: _Optional[_Union[Schema, _Mapping]] = ..., constraints: _Optional[_Union[Constraints, _Mapping]] = ..., scenarios: _Optional[_Iterable[_Union[Scenario, _Mapping]]] = ..., context: _Optional[str] = ..., hints: _Optional[_Iterable[str]] = ..., output_format: _Optional[_Union[OutputFormat, str]] = ..., count: _Optional[int] = ..., use_cache: bool = ..., learn_from_history: bool = ..., defect_triggering: bool = ..., production_like: bool = ..., inline_schema: _Optional[str] = ..., generation_method: _Optional[_Union[GenerationMethod, str]] = ..., custom_schema: _Optional[str] = ..., seed: _Optional[int] = ..., locale: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., dry_run: bool = ..., coherence_threshold: _Optional[float] = ..., expansion: _Optional[_Union[Expansion.Mode, str]] = ..., envelope: _Optional[_Union[Envelope.Mode, str]] = ..., first_row: _Optional[int] = ..., overrides: _Optional[_Mapping[str, str]] = ..., patterns: _Optional[_Iterable[_Union[PatternChoice, _Mapping]]] = ..., defects: _Optional[_Union[DefectOptions, _Mapping]] = ...) -> None: ...

class DefectOptions(_message.Message):
    __slots__ = ("classes", "mode", "pattern_ids")
    class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        EACH: _ClassVar[DefectOptions.Mode]
        PAIRWISE: _ClassVar[DefectOptions.Mode]
        COVERAGE: _ClassVar[DefectOptions.Mode]
    EACH: DefectOptions.Mode
    PAIRWISE: DefectOptions.Mode
    COVERAGE: DefectOptions.Mode
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    PATTERN_IDS_FIELD_NUMBER: _ClassVar[int]
    classes: _containers.RepeatedScalarFieldContainer[str]
    mode: DefectOptions.Mode
    pattern_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, classes: _Optional[_Iterable[str]] = ..., mode: _Optional[_Union[DefectOptions.Mode, str]] = ..., pattern_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PatternChoice(_message.Message):
    __slots__ = ("scenario", "pattern_ids")
    SCENARIO_FIELD_NUMBER: _ClassVar[int]
    PATTERN_IDS_FIELD_NUMBER: _ClassVar[int]
    scenario: str
    pattern_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, scenario: _Optional[str] = ..., pattern_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Schema(_message.Message):
    __slots__ = ("fields", "predefined_schema")
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    PREDEFINED_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedCompositeFieldContainer[Field]
    predefined_schema: str
    def __init__(self, fields: _Optional[_Iterable[_Union[Field, _Mapping]]] = ..., predefined_schema: _Optional[str] = ...) -> None: ...

class Field(_message.Message):
    __slots__ = ("name", "type", "required", "description", "nested_fields")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    NESTED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: FieldType
    required: bool
    description: str
    nested_fields: _containers.RepeatedCompositeFieldContainer[Field]
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[FieldType, str]] = ..., required: bool = ..., description: _Optional[str] = ..., nested_fields: _Optional[_Iterable[_Union[Field, _Mapping]]] = ...) -> None: ...

class Constraints(_message.Message):
    __slots__ = ("field_constraints",)
    class FieldConstraintsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: FieldConstraint
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[FieldConstraint, _Mapping]] = ...) -> None: ...
    FIELD_CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    field_constraints: _containers.MessageMap[str, FieldConstraint]
    def __init__(self, field_constraints: _Optional[_Mapping[str, FieldConstraint]] = ...) -> None: ...

class FieldConstraint(_message.Message):
    __slots__ = ("min", "max", "enum_values", "regex", "min_length", "max_length", "format")
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    ENUM_VALUES_FIELD_NUMBER: _ClassVar[int]
    REGEX_FIELD_NUMBER: _ClassVar[int]
    MIN_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_LENGTH_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    min: float
    max: float
    enum_values: _containers.RepeatedScalarFieldContainer[str]
    regex: str
    min_length: int
    max_length: int
    format: str
    def __init__(self, min: _Optional[float] = ..., max: _Optional[float] = ..., enum_values: _Optional[_Iterable[str]] = ..., regex: _Optional[str] = ..., min_length: _Optional[int] = ..., max_length: _Optional[int] = ..., format: _Optional[str] = ...) -> None: ...

class Scenario(_message.Message):
    __slots__ = ("name", "count", "overrides", "description")
    class OverridesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    count: int
    overrides: _containers.ScalarMap[str, str]
    description: str
    def __init__(self, name: _Optional[str] = ..., count: _Optional[int] = ..., overrides: _Optional[_Mapping[str, str]] = ..., description: _Optional[str] = ...) -> None: ...

class GenerateResponse(_message.Message):
    __slots__ = ("request_id", "success", "data", "record_count", "metadata", "error")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    RECORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    success: bool
    data: str
    record_count: int
    metadata: GenerationMetadata
    error: str
    def __init__(self, request_id: _Optional[str] = ..., success: bool = ..., data: _Optional[str] = ..., record_count: _Optional[int] = ..., metadata: _Optional[_Union[GenerationMetadata, _Mapping]] = ..., error: _Optional[str] = ...) -> None: ...

class GenerationMetadata(_message.Message):
    __slots__ = ("generation_path", "llm_tokens_used", "generation_time_ms", "coherence_score", "scenario_counts", "seed", "routing_reason", "routing_confidence", "fallback_from", "fallback_reason", "as_of", "engine_version", "records_attempted", "records_accepted", "records_rejected", "rejection_reasons", "records_scored", "checks_passed", "checks_applied", "warnings", "unchecked_rules", "dry_run", "locale", "records_by_path", "records_written", "records_varied", "records_repaired", "tokens_by_stage", "tokens_by_model", "cassette_plays", "cost_micros", "estimate", "entity", "schema_version", "patterns", "pattern_index", "pattern_index_reason", "distribution_fits", "defects")
    class ScenarioCountsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class RejectionReasonsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class RecordsByPathEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class TokensByStageEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class TokensByModelEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    GENERATION_PATH_FIELD_NUMBER: _ClassVar[int]
    LLM_TOKENS_USED_FIELD_NUMBER: _ClassVar[int]
    GENERATION_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    COHERENCE_SCORE_FIELD_NUMBER: _ClassVar[int]
    SCENARIO_COUNTS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    ROUTING_REASON_FIELD_NUMBER: _ClassVar[int]
    ROUTING_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FROM_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_REASON_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_ATTEMPTED_FIELD_NUMBER: _ClassVar[int]
    RECORDS_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    RECORDS_REJECTED_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASONS_FIELD_NUMBER: _ClassVar[int]
    RECORDS_SCORED_FIELD_NUMBER: _ClassVar[int]
    CHECKS_PASSED_FIELD_NUMBER: _ClassVar[int]
    CHECKS_APPLIED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    UNCHECKED_RULES_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    RECORDS_BY_PATH_FIELD_NUMBER: _ClassVar[int]
    RECORDS_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    RECORDS_VARIED_FIELD_NUMBER: _ClassVar[int]
    RECORDS_REPAIRED_FIELD_NUMBER: _ClassVar[int]
    TOKENS_BY_STAGE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_BY_MODEL_FIELD_NUMBER: _ClassVar[int]
    CASSETTE_PLAYS_FIELD_NUMBER: _ClassVar[int]
    COST_MICROS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    PATTERN_INDEX_FIELD_NUMBER: _ClassVar[int]
    PATTERN_INDEX_REASON_FIELD_NUMBER: _ClassVar[int]
    DISTRIBUTION_FITS_FIELD_NUMBER: _ClassVar[int]
    DEFECTS_FIELD_NUMBER: _ClassVar[int]
    generation_path: str
    llm_tokens_used: int
    generation_time_ms: float
    coherence_score: float
    scenario_counts: _containers.ScalarMap[str, int]
    seed: int
    routing_reason: str
    routing_confidence: float
    fallback_from: str
    fallback_reason: str
    as_of: _timestamp_pb2.Timestamp
    engine_version: str
    records_attempted: int
    records_accepted: int
    records_rejected: int
    rejection_reasons: _containers.ScalarMap[str, int]
    records_scored: int
    checks_passed: int
    checks_applied: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    unchecked_rules: _containers.RepeatedScalarFieldContainer[str]
    dry_run: bool
    locale: str
    records_by_path: _containers.ScalarMap[str, int]
    records_written: int
    records_varied: int
    records_repaired: int
    tokens_by_stage: _containers.ScalarMap[str, int]
    tokens_by_model: _containers.ScalarMap[str, int]
    cassette_plays: int
    cost_micros: int
    estimate: ModelEstimate
    entity: str
    schema_version: int
    patterns: _containers.RepeatedCompositeFieldContainer[PatternChoice]
    pattern_index: str
    pattern_index_reason: str
    distribution_fits: _containers.RepeatedCompositeFieldContainer[DistributionFit]
    defects: DefectReport
    def __init__(self, generation_path: _Optional[str] = ..., llm_tokens_used: _Optional[int] = ..., generation_time_ms: _Optional[float] = ..., coherence_score: _Optional[float] = ..., scenario_counts: _Optional[_Mapping[str, int]] = ..., seed: _Optional[int] = ..., routing_reason: _Optional[str] = ..., routing_confidence: _Optional[float] = ..., fallback_from: _Optional[str] = ..., fallback_reason: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., engine_version: _Optional[str] = ..., records_attempted: _Optional[int] = ..., records_accepted: _Optional[int] = ..., records_rejected: _Optional[int] = ..., rejection_reasons: _Optional[_Mapping[str, int]] = ..., records_scored: _Optional[int] = ..., checks_passed: _Optional[int] = ..., checks_applied: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ..., unchecked_rules: _Optional[_Iterable[str]] = ..., dry_run: bool = ..., locale: _Optional[str] = ..., records_by_path: _Optional[_Mapping[str, int]] = ..., records_written: _Optional[int] = ..., records_varied: _Optional[int] = ..., records_repaired: _Optional[int] = ..., tokens_by_stage: _Optional[_Mapping[str, int]] = ..., tokens_by_model: _Optional[_Mapping[str, int]] = ..., cassette_plays: _Optional[int] = ..., cost_micros: _Optional[int] = ..., estimate: _Optional[_Union[ModelEstimate, _Mapping]] = ..., entity: _Optional[str] = ..., schema_version: _Optional[int] = ..., patterns: _Optional[_Iterable[_Union[PatternChoice, _Mapping]]] = ..., pattern_index: _Optional[str] = ..., pattern_index_reason: _Optional[str] = ..., distribution_fits: _Optional[_Iterable[_Union[DistributionFit, _Mapping]]] = ..., defects: _Optional[_Union[DefectReport, _Mapping]] = ...) -> None: ...

class DefectReport(_message.Message):
    __slots__ = ("records_by_class", "records_by_verdict", "replaced", "coverage", "pattern_ids")
    class RecordsByClassEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class RecordsByVerdictEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    RECORDS_BY_CLASS_FIELD_NUMBER: _ClassVar[int]
    RECORDS_BY_VERDICT_FIELD_NUMBER: _ClassVar[int]
    REPLACED_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    PATTERN_IDS_FIELD_NUMBER: _ClassVar[int]
    records_by_class: _containers.ScalarMap[str, int]
    records_by_verdict: _containers.ScalarMap[str, int]
    replaced: int
    coverage: CoverageReport
    pattern_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, records_by_class: _Optional[_Mapping[str, int]] = ..., records_by_verdict: _Optional[_Mapping[str, int]] = ..., replaced: _Optional[int] = ..., coverage: _Optional[_Union[CoverageReport, _Mapping]] = ..., pattern_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CoverageReport(_message.Message):
    __slots__ = ("combinations", "mutations", "values", "pairs", "pairs_reached", "unreached", "unreached_count", "least", "left_out")
    class ValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    COMBINATIONS_FIELD_NUMBER: _ClassVar[int]
    MUTATIONS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    PAIRS_REACHED_FIELD_NUMBER: _ClassVar[int]
    UNREACHED_FIELD_NUMBER: _ClassVar[int]
    UNREACHED_COUNT_FIELD_NUMBER: _ClassVar[int]
    LEAST_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    combinations: int
    mutations: int
    values: _containers.ScalarMap[str, int]
    pairs: int
    pairs_reached: int
    unreached: _containers.RepeatedCompositeFieldContainer[UnreachedGoal]
    unreached_count: int
    least: int
    left_out: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, combinations: _Optional[int] = ..., mutations: _Optional[int] = ..., values: _Optional[_Mapping[str, int]] = ..., pairs: _Optional[int] = ..., pairs_reached: _Optional[int] = ..., unreached: _Optional[_Iterable[_Union[UnreachedGoal, _Mapping]]] = ..., unreached_count: _Optional[int] = ..., least: _Optional[int] = ..., left_out: _Optional[_Iterable[str]] = ...) -> None: ...

class UnreachedGoal(_message.Message):
    __slots__ = ("goal", "why")
    GOAL_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    goal: str
    why: str
    def __init__(self, goal: _Optional[str] = ..., why: _Optional[str] = ...) -> None: ...

class DistributionFit(_message.Message):
    __slots__ = ("field", "measure", "distance")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    field: str
    measure: str
    distance: float
    def __init__(self, field: _Optional[str] = ..., measure: _Optional[str] = ..., distance: _Optional[float] = ...) -> None: ...

class ModelEstimate(_message.Message):
    __slots__ = ("records_written", "calls", "input_tokens", "output_tokens", "cost_micros")
    RECORDS_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_MICROS_FIELD_NUMBER: _ClassVar[int]
    records_written: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    def __init__(self, records_written: _Optional[int] = ..., calls: _Optional[int] = ..., input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., cost_micros: _Optional[int] = ...) -> None: ...

class DataChunk(_message.Message):
    __slots__ = ("request_id", "data", "chunk_index", "is_final", "first_record", "next_record", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    CHUNK_INDEX_FIELD_NUMBER: _ClassVar[int]
    IS_FINAL_FIELD_NUMBER: _ClassVar[int]
    FIRST_RECORD_FIELD_NUMBER: _ClassVar[int]
    NEXT_RECORD_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    data: str
    chunk_index: int
    is_final: bool
    first_record: int
    next_record: int
    metadata: GenerationMetadata
    def __init__(self, request_id: _Optional[str] = ..., data: _Optional[str] = ..., chunk_index: _Optional[int] = ..., is_final: bool = ..., first_record: _Optional[int] = ..., next_record: _Optional[int] = ..., metadata: _Optional[_Union[GenerationMetadata, _Mapping]] = ...) -> None: ...

class GetSchemasRequest(_message.Message):
    __slots__ = ("domain",)
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    domain: str
    def __init__(self, domain: _Optional[str] = ...) -> None: ...

class GetSchemasResponse(_message.Message):
    __slots__ = ("schemas",)
    SCHEMAS_FIELD_NUMBER: _ClassVar[int]
    schemas: _containers.RepeatedCompositeFieldContainer[SchemaInfo]
    def __init__(self, schemas: _Optional[_Iterable[_Union[SchemaInfo, _Mapping]]] = ...) -> None: ...

class SchemaInfo(_message.Message):
    __slots__ = ("name", "domain", "description", "fields")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    domain: str
    description: str
    fields: _containers.RepeatedCompositeFieldContainer[SchemaFieldInfo]
    def __init__(self, name: _Optional[str] = ..., domain: _Optional[str] = ..., description: _Optional[str] = ..., fields: _Optional[_Iterable[_Union[SchemaFieldInfo, _Mapping]]] = ...) -> None: ...

class SchemaFieldInfo(_message.Message):
    __slots__ = ("name", "type", "required", "description", "example")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: str
    required: bool
    description: str
    example: str
    def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ..., required: bool = ..., description: _Optional[str] = ..., example: _Optional[str] = ...) -> None: ...

class HealthCheckRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HealthCheckResponse(_message.Message):
    __slots__ = ("status", "components")
    class ComponentsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    status: str
    components: _containers.ScalarMap[str, str]
    def __init__(self, status: _Optional[str] = ..., components: _Optional[_Mapping[str, str]] = ...) -> None: ...
