import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PatternKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATTERN_KIND_UNSPECIFIED: _ClassVar[PatternKind]
    PATTERN_KIND_PATTERN: _ClassVar[PatternKind]
    PATTERN_KIND_DEFECT: _ClassVar[PatternKind]
    PATTERN_KIND_SAMPLE: _ClassVar[PatternKind]

class RecordFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_FORMAT_UNSPECIFIED: _ClassVar[RecordFormat]
    RECORD_FORMAT_JSON: _ClassVar[RecordFormat]
    RECORD_FORMAT_CSV: _ClassVar[RecordFormat]

class PatternRating(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATTERN_RATING_UNSPECIFIED: _ClassVar[PatternRating]
    PATTERN_RATING_HELPFUL: _ClassVar[PatternRating]
    PATTERN_RATING_UNHELPFUL: _ClassVar[PatternRating]
PATTERN_KIND_UNSPECIFIED: PatternKind
PATTERN_KIND_PATTERN: PatternKind
PATTERN_KIND_DEFECT: PatternKind
PATTERN_KIND_SAMPLE: PatternKind
RECORD_FORMAT_UNSPECIFIED: RecordFormat
RECORD_FORMAT_JSON: RecordFormat
RECORD_FORMAT_CSV: RecordFormat
PATTERN_RATING_UNSPECIFIED: PatternRating
PATTERN_RATING_HELPFUL: PatternRating
PATTERN_RATING_UNHELPFUL: PatternRating

class Pattern(_message.Message):
    __slots__ = ("pattern_id", "kind", "domain", "entity", "name", "intent", "record", "locked_paths", "tags", "source", "quality", "uses", "defect", "created_at", "client_id", "ratings")
    PATTERN_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    LOCKED_PATHS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    DEFECT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    RATINGS_FIELD_NUMBER: _ClassVar[int]
    pattern_id: str
    kind: PatternKind
    domain: str
    entity: str
    name: str
    intent: str
    record: str
    locked_paths: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    source: str
    quality: float
    uses: int
    defect: PatternDefect
    created_at: _timestamp_pb2.Timestamp
    client_id: str
    ratings: int
    def __init__(self, pattern_id: _Optional[str] = ..., kind: _Optional[_Union[PatternKind, str]] = ..., domain: _Optional[str] = ..., entity: _Optional[str] = ..., name: _Optional[str] = ..., intent: _Optional[str] = ..., record: _Optional[str] = ..., locked_paths: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ..., source: _Optional[str] = ..., quality: _Optional[float] = ..., uses: _Optional[int] = ..., defect: _Optional[_Union[PatternDefect, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., client_id: _Optional[str] = ..., ratings: _Optional[int] = ...) -> None: ...

class PatternDefect(_message.Message):
    __slots__ = ("defect_class", "pointer", "rule", "verdict")
    DEFECT_CLASS_FIELD_NUMBER: _ClassVar[int]
    POINTER_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    defect_class: str
    pointer: str
    rule: str
    verdict: str
    def __init__(self, defect_class: _Optional[str] = ..., pointer: _Optional[str] = ..., rule: _Optional[str] = ..., verdict: _Optional[str] = ...) -> None: ...

class LearningOptions(_message.Message):
    __slots__ = ("domain", "entity", "schema", "kind", "format", "name", "intent", "tags", "locked_paths")
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    LOCKED_PATHS_FIELD_NUMBER: _ClassVar[int]
    domain: str
    entity: str
    schema: str
    kind: PatternKind
    format: RecordFormat
    name: str
    intent: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    locked_paths: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, domain: _Optional[str] = ..., entity: _Optional[str] = ..., schema: _Optional[str] = ..., kind: _Optional[_Union[PatternKind, str]] = ..., format: _Optional[_Union[RecordFormat, str]] = ..., name: _Optional[str] = ..., intent: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., locked_paths: _Optional[_Iterable[str]] = ...) -> None: ...

class PatternDraft(_message.Message):
    __slots__ = ("kind", "domain", "entity", "name", "intent", "record", "locked_paths", "tags", "quality", "defect", "source")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    LOCKED_PATHS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    DEFECT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    kind: PatternKind
    domain: str
    entity: str
    name: str
    intent: str
    record: str
    locked_paths: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    quality: float
    defect: PatternDefect
    source: str
    def __init__(self, kind: _Optional[_Union[PatternKind, str]] = ..., domain: _Optional[str] = ..., entity: _Optional[str] = ..., name: _Optional[str] = ..., intent: _Optional[str] = ..., record: _Optional[str] = ..., locked_paths: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ..., quality: _Optional[float] = ..., defect: _Optional[_Union[PatternDefect, _Mapping]] = ..., source: _Optional[str] = ...) -> None: ...

class LearnPatternsRequest(_message.Message):
    __slots__ = ("options", "records", "drafts")
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    options: LearningOptions
    records: str
    drafts: _containers.RepeatedCompositeFieldContainer[PatternDraft]
    def __init__(self, options: _Optional[_Union[LearningOptions, _Mapping]] = ..., records: _Optional[str] = ..., drafts: _Optional[_Iterable[_Union[PatternDraft, _Mapping]]] = ...) -> None: ...

class LearnPatternsResponse(_message.Message):
    __slots__ = ("received", "learned", "merged", "refused", "refused_by_reason", "refusals", "pattern_ids", "scrubbed")
    class RefusedByReasonEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class ScrubbedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    LEARNED_FIELD_NUMBER: _ClassVar[int]
    MERGED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_BY_REASON_FIELD_NUMBER: _ClassVar[int]
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    PATTERN_IDS_FIELD_NUMBER: _ClassVar[int]
    SCRUBBED_FIELD_NUMBER: _ClassVar[int]
    received: int
    learned: int
    merged: int
    refused: int
    refused_by_reason: _containers.ScalarMap[str, int]
    refusals: _containers.RepeatedCompositeFieldContainer[RefusedRecord]
    pattern_ids: _containers.RepeatedScalarFieldContainer[str]
    scrubbed: _containers.ScalarMap[str, int]
    def __init__(self, received: _Optional[int] = ..., learned: _Optional[int] = ..., merged: _Optional[int] = ..., refused: _Optional[int] = ..., refused_by_reason: _Optional[_Mapping[str, int]] = ..., refusals: _Optional[_Iterable[_Union[RefusedRecord, _Mapping]]] = ..., pattern_ids: _Optional[_Iterable[str]] = ..., scrubbed: _Optional[_Mapping[str, int]] = ...) -> None: ...

class RefusedRecord(_message.Message):
    __slots__ = ("record", "field", "reason", "description")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    record: int
    field: str
    reason: str
    description: str
    def __init__(self, record: _Optional[int] = ..., field: _Optional[str] = ..., reason: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class SearchPatternsRequest(_message.Message):
    __slots__ = ("domain", "entity", "text", "kinds", "tags", "limit")
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    domain: str
    entity: str
    text: str
    kinds: _containers.RepeatedScalarFieldContainer[PatternKind]
    tags: _containers.RepeatedScalarFieldContainer[str]
    limit: int
    def __init__(self, domain: _Optional[str] = ..., entity: _Optional[str] = ..., text: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[PatternKind, str]]] = ..., tags: _Optional[_Iterable[str]] = ..., limit: _Optional[int] = ...) -> None: ...

class SearchPatternsResponse(_message.Message):
    __slots__ = ("matches", "index", "index_reason")
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    INDEX_REASON_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[PatternMatch]
    index: str
    index_reason: str
    def __init__(self, matches: _Optional[_Iterable[_Union[PatternMatch, _Mapping]]] = ..., index: _Optional[str] = ..., index_reason: _Optional[str] = ...) -> None: ...

class PatternMatch(_message.Message):
    __slots__ = ("pattern", "score")
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    pattern: Pattern
    score: float
    def __init__(self, pattern: _Optional[_Union[Pattern, _Mapping]] = ..., score: _Optional[float] = ...) -> None: ...

class RecordDefectRequest(_message.Message):
    __slots__ = ("domain", "entity", "schema", "record", "name", "description", "defect", "tags")
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DEFECT_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    domain: str
    entity: str
    schema: str
    record: str
    name: str
    description: str
    defect: PatternDefect
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, domain: _Optional[str] = ..., entity: _Optional[str] = ..., schema: _Optional[str] = ..., record: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., defect: _Optional[_Union[PatternDefect, _Mapping]] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordDefectResponse(_message.Message):
    __slots__ = ("pattern", "merged")
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    MERGED_FIELD_NUMBER: _ClassVar[int]
    pattern: Pattern
    merged: bool
    def __init__(self, pattern: _Optional[_Union[Pattern, _Mapping]] = ..., merged: bool = ...) -> None: ...

class RatePatternsRequest(_message.Message):
    __slots__ = ("pattern_ids", "rating")
    PATTERN_IDS_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    pattern_ids: _containers.RepeatedScalarFieldContainer[str]
    rating: PatternRating
    def __init__(self, pattern_ids: _Optional[_Iterable[str]] = ..., rating: _Optional[_Union[PatternRating, str]] = ...) -> None: ...

class RatePatternsResponse(_message.Message):
    __slots__ = ("patterns",)
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    patterns: _containers.RepeatedCompositeFieldContainer[Pattern]
    def __init__(self, patterns: _Optional[_Iterable[_Union[Pattern, _Mapping]]] = ...) -> None: ...

class DeletePatternsRequest(_message.Message):
    __slots__ = ("pattern_ids",)
    PATTERN_IDS_FIELD_NUMBER: _ClassVar[int]
    pattern_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, pattern_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DeletePatternsResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    def __init__(self, deleted: _Optional[int] = ...) -> None: ...

class GetPatternStatsRequest(_message.Message):
    __slots__ = ("domain", "entity", "with_fields")
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    WITH_FIELDS_FIELD_NUMBER: _ClassVar[int]
    domain: str
    entity: str
    with_fields: bool
    def __init__(self, domain: _Optional[str] = ..., entity: _Optional[str] = ..., with_fields: bool = ...) -> None: ...

class GetPatternStatsResponse(_message.Message):
    __slots__ = ("patterns", "counts", "index", "index_reason", "embedder_id", "fields")
    class FieldsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: FieldStatistics
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[FieldStatistics, _Mapping]] = ...) -> None: ...
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    INDEX_REASON_FIELD_NUMBER: _ClassVar[int]
    EMBEDDER_ID_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    patterns: int
    counts: _containers.RepeatedCompositeFieldContainer[PatternCount]
    index: str
    index_reason: str
    embedder_id: str
    fields: _containers.MessageMap[str, FieldStatistics]
    def __init__(self, patterns: _Optional[int] = ..., counts: _Optional[_Iterable[_Union[PatternCount, _Mapping]]] = ..., index: _Optional[str] = ..., index_reason: _Optional[str] = ..., embedder_id: _Optional[str] = ..., fields: _Optional[_Mapping[str, FieldStatistics]] = ...) -> None: ...

class FieldStatistics(_message.Message):
    __slots__ = ("records", "present", "quantiles", "shares")
    class SharesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    QUANTILES_FIELD_NUMBER: _ClassVar[int]
    SHARES_FIELD_NUMBER: _ClassVar[int]
    records: int
    present: int
    quantiles: _containers.RepeatedCompositeFieldContainer[FieldQuantile]
    shares: _containers.ScalarMap[str, int]
    def __init__(self, records: _Optional[int] = ..., present: _Optional[int] = ..., quantiles: _Optional[_Iterable[_Union[FieldQuantile, _Mapping]]] = ..., shares: _Optional[_Mapping[str, int]] = ...) -> None: ...

class FieldQuantile(_message.Message):
    __slots__ = ("percent", "value")
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    percent: int
    value: float
    def __init__(self, percent: _Optional[int] = ..., value: _Optional[float] = ...) -> None: ...

class PatternCount(_message.Message):
    __slots__ = ("domain", "entity", "kind", "patterns", "uses", "quality")
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PATTERNS_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    domain: str
    entity: str
    kind: PatternKind
    patterns: int
    uses: int
    quality: float
    def __init__(self, domain: _Optional[str] = ..., entity: _Optional[str] = ..., kind: _Optional[_Union[PatternKind, str]] = ..., patterns: _Optional[int] = ..., uses: _Optional[int] = ..., quality: _Optional[float] = ...) -> None: ...
