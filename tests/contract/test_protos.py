"""The wire contract: every name, number and type that clients are built with."""

import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor

from testdata_agent.v1 import jobs_pb2, patterns_pb2, schemas_pb2
from testdata_agent.v1 import testdata_pb2 as pb

SERVICE = {
    "GenerateData": ("GenerateRequest", "GenerateResponse", False),
    "GenerateDataStream": ("GenerateRequest", "DataChunk", True),
    "GetSchemas": ("GetSchemasRequest", "GetSchemasResponse", False),
    "HealthCheck": ("HealthCheckRequest", "HealthCheckResponse", False),
}

JOB_SERVICE = {
    "SubmitJob": ("SubmitJobRequest", "Job", False),
    "GetJob": ("GetJobRequest", "Job", False),
    "ListJobs": ("ListJobsRequest", "ListJobsResponse", False),
    "CancelJob": ("CancelJobRequest", "Job", False),
    "WaitJob": ("WaitJobRequest", "Job", False),
    "GetJobResults": ("GetJobResultsRequest", "GetJobResultsResponse", False),
    "StreamJobResults": ("StreamJobResultsRequest", "DataChunk", True),
}

JOB_MESSAGES = {
    "Job": """
        string job_id = 1; string request_id = 2; JobState state = 3; string generation_path = 4;
        int64 records_requested = 5; int64 records_done = 6; Timestamp created_at = 7; Timestamp started_at = 8;
        Timestamp finished_at = 9; Timestamp results_expire_at = 10; int64 tokens = 11; int64 input_tokens = 12;
        int64 output_tokens = 13; int64 cached_tokens = 14; optional int64 cost_micros = 15; int32 attempts = 16;
        string error = 17; string error_reason = 18; GenerationMetadata metadata = 19; bool cancel_requested = 20;
    """,
    "SubmitJobRequest": "GenerateRequest request = 1;",
    "GetJobRequest": "string job_id = 1;",
    "ListJobsRequest": "int32 page_size = 1; string page_token = 2; repeated JobState states = 3;",
    "ListJobsResponse": "repeated Job jobs = 1; string next_page_token = 2;",
    "CancelJobRequest": "string job_id = 1;",
    "WaitJobRequest": "string job_id = 1; Duration timeout = 2;",
    "GetJobResultsRequest": "string job_id = 1; int64 from_record = 2; int32 max_records = 3;",
    "GetJobResultsResponse": """
        string job_id = 1; string data = 2; int32 record_count = 3; int64 first_record = 4; int64 next_record = 5;
        bool is_final = 6; JobState state = 7; GenerationMetadata metadata = 8;
    """,
    "StreamJobResultsRequest": "string job_id = 1; int64 from_record = 2;",
}

SCHEMA_SERVICE = {
    "RegisterSchema": ("RegisterSchemaRequest", "RegisteredSchema", False),
    "GetSchema": ("GetSchemaRequest", "RegisteredSchema", False),
    "ListSchemas": ("ListSchemasRequest", "ListSchemasResponse", False),
    "DeleteSchema": ("DeleteSchemaRequest", "RegisteredSchema", False),
}

SCHEMA_MESSAGES = {
    "RegisteredSchema": """
        string name = 1; int32 version = 2; string domain = 3; string schema = 4; string client_id = 5;
        Timestamp created_at = 6; bool deleted = 7;
    """,
    "RegisterSchemaRequest": "string schema = 1; string name = 2; string domain = 3;",
    "GetSchemaRequest": "string name = 1; int32 version = 2;",
    "ListSchemasRequest": "int32 page_size = 1; string page_token = 2; string domain = 3;",
    "ListSchemasResponse": "repeated RegisteredSchema schemas = 1; string next_page_token = 2;",
    "DeleteSchemaRequest": "string name = 1;",
}

PATTERN_SERVICE = {
    "LearnPatterns": ("LearnPatternsRequest", "LearnPatternsResponse", False),
    "SearchPatterns": ("SearchPatternsRequest", "SearchPatternsResponse", False),
    "RecordDefect": ("RecordDefectRequest", "RecordDefectResponse", False),
    "RatePatterns": ("RatePatternsRequest", "RatePatternsResponse", False),
    "DeletePatterns": ("DeletePatternsRequest", "DeletePatternsResponse", False),
    "GetPatternStats": ("GetPatternStatsRequest", "GetPatternStatsResponse", False),
}

PATTERN_MESSAGES = {
    "Pattern": """
        string pattern_id = 1; PatternKind kind = 2; string domain = 3; string entity = 4; string name = 5;
        string intent = 6; string record = 7; repeated string locked_paths = 8; repeated string tags = 9;
        string source = 10; float quality = 11; int64 uses = 12; PatternDefect defect = 13;
        Timestamp created_at = 14; string client_id = 15; int64 ratings = 16;
    """,
    "PatternDefect": "string defect_class = 1; string pointer = 2; string rule = 3; string verdict = 4;",
    "LearningOptions": """
        string domain = 1; string entity = 2; string schema = 3; PatternKind kind = 4; RecordFormat format = 5;
        string name = 6; string intent = 7; repeated string tags = 8; repeated string locked_paths = 9;
    """,
    "PatternDraft": """
        PatternKind kind = 1; string domain = 2; string entity = 3; string name = 4; string intent = 5;
        string record = 6; repeated string locked_paths = 7; repeated string tags = 8; optional float quality = 9;
        PatternDefect defect = 10; string source = 11;
    """,
    "LearnPatternsRequest": "LearningOptions options = 1; string records = 2; repeated PatternDraft drafts = 3;",
    "LearnPatternsResponse": """
        int64 received = 1; int64 learned = 2; int64 merged = 3; int64 refused = 4;
        map<string, int64> refused_by_reason = 5; repeated RefusedRecord refusals = 6;
        repeated string pattern_ids = 7; map<string, int64> scrubbed = 8;
    """,
    "RefusedRecord": "int64 record = 1; string field = 2; string reason = 3; string description = 4;",
    "SearchPatternsRequest": """
        string domain = 1; string entity = 2; string text = 3; repeated PatternKind kinds = 4;
        repeated string tags = 5; int32 limit = 6;
    """,
    "SearchPatternsResponse": "repeated PatternMatch matches = 1; string index = 2; string index_reason = 3;",
    "PatternMatch": "Pattern pattern = 1; float score = 2;",
    "RecordDefectRequest": """
        string domain = 1; string entity = 2; string schema = 3; string record = 4; string name = 5;
        string description = 6; PatternDefect defect = 7; repeated string tags = 8;
    """,
    "RecordDefectResponse": "Pattern pattern = 1; bool merged = 2;",
    "DeletePatternsRequest": "repeated string pattern_ids = 1;",
    "DeletePatternsResponse": "int64 deleted = 1;",
    "RatePatternsRequest": "repeated string pattern_ids = 1; PatternRating rating = 2;",
    "RatePatternsResponse": "repeated Pattern patterns = 1;",
    "GetPatternStatsRequest": "string domain = 1; string entity = 2; bool with_fields = 3;",
    "GetPatternStatsResponse": """
        int64 patterns = 1; repeated PatternCount counts = 2; string index = 3; string index_reason = 4;
        string embedder_id = 5; map<string, FieldStatistics> fields = 6;
    """,
    "FieldStatistics": """
        int64 records = 1; int64 present = 2; repeated FieldQuantile quantiles = 3; map<string, int64> shares = 4;
    """,
    "FieldQuantile": "int32 percent = 1; double value = 2;",
    "PatternCount": """
        string domain = 1; string entity = 2; PatternKind kind = 3; int64 patterns = 4; int64 uses = 5;
        float quality = 6;
    """,
}

#: Message to its fields, written as in a contract file.
MESSAGES = {
    "GenerateRequest": """
        string request_id = 1; string domain = 2; string entity = 3; Schema schema = 4; Constraints constraints = 5;
        repeated Scenario scenarios = 6; string context = 7; repeated string hints = 8; OutputFormat output_format = 9;
        optional int32 count = 10; bool use_cache = 11; bool learn_from_history = 12; bool defect_triggering = 13;
        bool production_like = 14; string inline_schema = 15; optional GenerationMethod generation_method = 16;
        string custom_schema = 17; optional uint64 seed = 18; string locale = 19; Timestamp as_of = 20;
        bool dry_run = 21; optional float coherence_threshold = 22; Mode expansion = 23; Mode envelope = 24;
        int64 first_row = 25; map<string, string> overrides = 26;
        repeated PatternChoice patterns = 27; DefectOptions defects = 28;
    """,
    "Schema": "repeated Field fields = 1; string predefined_schema = 2;",
    "Field": """
        string name = 1; FieldType type = 2; bool required = 3; string description = 4;
        repeated Field nested_fields = 5;
    """,
    "Constraints": "map<string, FieldConstraint> field_constraints = 1;",
    "FieldConstraint": """
        optional double min = 1; optional double max = 2; repeated string enum_values = 3; optional string regex = 4;
        optional int32 min_length = 5; optional int32 max_length = 6; optional string format = 7;
    """,
    "Scenario": "string name = 1; int32 count = 2; map<string, string> overrides = 3; string description = 4;",
    "GenerateResponse": """
        string request_id = 1; bool success = 2; string data = 3; int32 record_count = 4;
        GenerationMetadata metadata = 5; string error = 6;
    """,
    "GenerationMetadata": """
        string generation_path = 1; int32 llm_tokens_used = 2; float generation_time_ms = 3;
        optional float coherence_score = 4; map<string, int32> scenario_counts = 5; uint64 seed = 6;
        string routing_reason = 7; float routing_confidence = 8; string fallback_from = 9; string fallback_reason = 10;
        Timestamp as_of = 11; string engine_version = 12; int64 records_attempted = 13; int64 records_accepted = 14;
        int64 records_rejected = 15; map<string, int64> rejection_reasons = 16; int64 records_scored = 17;
        int64 checks_passed = 18; int64 checks_applied = 19; repeated string warnings = 20;
        repeated string unchecked_rules = 21; bool dry_run = 22; string locale = 23;
        map<string, int64> records_by_path = 24; int64 records_written = 25; int64 records_varied = 26;
        int64 records_repaired = 27; map<string, int64> tokens_by_stage = 28; map<string, int64> tokens_by_model = 29;
        int64 cassette_plays = 30; optional int64 cost_micros = 31; ModelEstimate estimate = 32;
        string entity = 33; int32 schema_version = 34; repeated PatternChoice patterns = 35;
        string pattern_index = 36; string pattern_index_reason = 37; repeated DistributionFit distribution_fits = 38;
        DefectReport defects = 39;
    """,
    "DefectOptions": "repeated string classes = 1; Mode mode = 2; repeated string pattern_ids = 3;",
    "CoverageReport": """
        int64 combinations = 1; int64 mutations = 2; map<string, int64> values = 3; int64 pairs = 4;
        int64 pairs_reached = 5; repeated UnreachedGoal unreached = 6; int64 unreached_count = 7; int64 least = 8;
        repeated string left_out = 9;
    """,
    "UnreachedGoal": "string goal = 1; string why = 2;",
    "DefectReport": """
        map<string, int64> records_by_class = 1; map<string, int64> records_by_verdict = 2; int64 replaced = 3;
        CoverageReport coverage = 4; repeated string pattern_ids = 5;
    """,
    "PatternChoice": "string scenario = 1; repeated string pattern_ids = 2;",
    "DistributionFit": "string field = 1; string measure = 2; float distance = 3;",
    "ModelEstimate": """
        int64 records_written = 1; int64 calls = 2; int64 input_tokens = 3; int64 output_tokens = 4;
        optional int64 cost_micros = 5;
    """,
    "DataChunk": """
        string request_id = 1; string data = 2; int32 chunk_index = 3; bool is_final = 4; int64 first_record = 5;
        int64 next_record = 6; GenerationMetadata metadata = 7;
    """,
    "GetSchemasRequest": "string domain = 1;",
    "GetSchemasResponse": "repeated SchemaInfo schemas = 1;",
    "SchemaInfo": """
        string name = 1; string domain = 2; string description = 3; repeated SchemaFieldInfo fields = 4;
    """,
    "SchemaFieldInfo": """
        string name = 1; string type = 2; bool required = 3; string description = 4; string example = 5;
    """,
    "HealthCheckRequest": "",
    "HealthCheckResponse": "string status = 1; map<string, string> components = 2;",
    "Expansion": "",
    "Envelope": "",
}

ENUMS = {
    "GenerationMethod": {"TRADITIONAL": 0, "LLM": 1, "RAG": 2, "HYBRID": 3},
    "OutputFormat": {"JSON": 0, "CSV": 1, "SQL": 2, "NDJSON": 3},
    "FieldType": {
        "STRING": 0,
        "INTEGER": 1,
        "FLOAT": 2,
        "BOOLEAN": 3,
        "DATE": 4,
        "DATETIME": 5,
        "EMAIL": 6,
        "PHONE": 7,
        "ADDRESS": 8,
        "UUID": 9,
        "ENUM": 10,
        "OBJECT": 11,
        "ARRAY": 12,
    },
}

TYPES = {
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_DOUBLE: "double",
    FieldDescriptor.TYPE_FLOAT: "float",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_UINT64: "uint64",
}


def type_of(field: FieldDescriptor) -> str:
    """The type's name as a contract file has it, without its package."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, value = field.message_type.fields
        return f"map<{type_of(key)}, {type_of(value)}>"
    named: Descriptor | EnumDescriptor | None = field.message_type or field.enum_type
    return named.name if named is not None else TYPES[field.type]


def written(field: FieldDescriptor) -> str:
    """The field as a contract file has it."""
    name = type_of(field)
    if field.is_repeated and not name.startswith("map<"):
        name = f"repeated {name}"
    elif field.has_presence and field.message_type is None:
        name = f"optional {name}"
    return f"{name} {field.name} = {field.number}"


FILES = (
    (pb.DESCRIPTOR, "TestDataService", SERVICE, MESSAGES),
    (jobs_pb2.DESCRIPTOR, "JobService", JOB_SERVICE, JOB_MESSAGES),
    (schemas_pb2.DESCRIPTOR, "SchemaService", SCHEMA_SERVICE, SCHEMA_MESSAGES),
    (patterns_pb2.DESCRIPTOR, "PatternService", PATTERN_SERVICE, PATTERN_MESSAGES),
)


@pytest.mark.parametrize(
    ("file", "name", "methods"), [each[:3] for each in FILES], ids=["testdata", "jobs", "schemas", "patterns"]
)
def test_a_service_has_its_methods_and_no_other(
    file: FileDescriptor, name: str, methods: dict[str, tuple[str, str, bool]]
) -> None:
    assert file.package == "testdata.v1"
    assert list(file.services_by_name) == [name]
    service = file.services_by_name[name]
    assert {m.name: (m.input_type.name, m.output_type.name, m.server_streaming) for m in service.methods} == methods
    streamed = {method.name for method in service.methods if method.client_streaming}
    assert streamed == {"LearnPatterns"} & set(methods)


@pytest.mark.parametrize(
    ("file", "message", "agreed"), [(each[0], name, text) for each in FILES for name, text in each[3].items()]
)
def test_a_message_has_its_fields_with_their_numbers_and_types(file: FileDescriptor, message: str, agreed: str) -> None:
    fields = file.message_types_by_name[message].fields
    parts = [" ".join(part.split()) for part in agreed.split(";")]
    assert [written(field) for field in fields] == [part for part in parts if part]


def test_no_message_is_outside_the_tables() -> None:
    assert set(pb.DESCRIPTOR.message_types_by_name) == set(MESSAGES)
    assert set(jobs_pb2.DESCRIPTOR.message_types_by_name) == set(JOB_MESSAGES)
    assert set(schemas_pb2.DESCRIPTOR.message_types_by_name) == set(SCHEMA_MESSAGES)
    assert set(patterns_pb2.DESCRIPTOR.message_types_by_name) == set(PATTERN_MESSAGES)


def test_the_states_of_a_job_go_by_their_names() -> None:
    states = {"JOB_STATE_UNSPECIFIED": 0, "QUEUED": 1, "RUNNING": 2, "SUCCEEDED": 3, "FAILED": 4, "CANCELLED": 5}
    assert dict(jobs_pb2.JobState.items()) == states
    assert list(jobs_pb2.DESCRIPTOR.enum_types_by_name) == ["JobState"]


@pytest.mark.parametrize("enum", ENUMS)
def test_an_enum_has_its_values(enum: str) -> None:
    values = pb.DESCRIPTOR.enum_types_by_name[enum].values
    assert {value.name: value.number for value in values} == ENUMS[enum]


def test_no_enum_is_outside_the_table() -> None:
    assert set(pb.DESCRIPTOR.enum_types_by_name) == set(ENUMS)


def test_the_modes_are_off_only_where_the_caller_says_so() -> None:
    assert dict(pb.Expansion.Mode.items()) == {"AUTO": 0, "OFF": 1}
    assert dict(pb.Envelope.Mode.items()) == {"ON": 0, "OFF": 1}
