"""What a caller of `generate` and `stream` may say: one definition for the sync and the async client.

The names and meanings are those of `testdata_agent.generate`, so that a call moves between them unchanged.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

Method = Literal["traditional", "llm", "rag", "hybrid"]
DefectMode = Literal["each", "pairwise", "coverage"]
Format = Literal["json", "ndjson", "csv", "sql"]


class ConstraintArguments(TypedDict, total=False):
    """Limits for one field; what is left out does not limit."""

    min: float | None
    max: float | None
    enum_values: Sequence[str]
    regex: str | None
    min_length: int | None
    max_length: int | None
    format: str | None


class _NamedShare(TypedDict):
    name: str
    count: int


class ScenarioArguments(_NamedShare, total=False):
    """A named share of the rows: `name`, `count`, and what is different about them."""

    overrides: Mapping[str, Any]
    description: str


class RequestArguments(TypedDict, total=False):
    """Keyword arguments of a request for records; all may be left out.

    Attributes:
        count: Records to make; the server takes 10 where it is left out.
        seed: 0 to 2**64-1: the same seed and request give the same bytes. None: one is drawn and returned.
        schema: A schema of your own, as JSON text or as plain data (the house form or JSON Schema).
        predefined_schema: The name of a built-in schema, instead of the entity.
        constraints: Field path (`items.price`) to its limits.
        scenarios: Named shares of the rows, filled in this order from row 0.
        overrides: Field path to a value or a range (`20-50`), over all rows.
        as_of: The instant that the data is seen from: an aware datetime, or epoch seconds.
        first_row: `_index` of the first record, to go on where another call ended.
        method: Sets the path; None lets the server route.
        hints: Words that steer routing; also `dialect:sqlite` (whose SQL) and `csv_formula_guard`.
        output_format: What `text` and `texts()` hold; records can be read of JSON and NDJSON.
        envelope: Whether records carry `_index` and `_scenario` (JSON and NDJSON alone).
        expansion: False forbids growing a model's exemplars to the count.
        dry_run: Route and check only; no record is made.
        defects: Whether each record is given a defect, which its `_defect` names; or of which classes (`["time"]`).
        defect_mode: `pairwise` or `coverage`: a set of records that covers pairs of values; all of it without a count.
        defect_patterns: Ids of the stored defects that are tried again (`metadata.defects.pattern_ids`).
        patterns: Ids of the stored patterns that records are made of, or scenario to such ids (`Answer.patterns`).
        request_id: A correlation id for logs; the server makes one where it is left out.
    """

    domain: str
    count: int | None
    seed: int | None
    schema: str | Mapping[str, Any] | None
    predefined_schema: str
    constraints: Mapping[str, ConstraintArguments]
    scenarios: Sequence[ScenarioArguments]
    overrides: Mapping[str, Any]
    context: str
    hints: Sequence[str]
    output_format: Format
    method: Method | None
    use_cache: bool
    learn_from_history: bool
    defect_triggering: bool
    production_like: bool
    locale: str
    as_of: datetime | int | None
    first_row: int
    coherence_threshold: float | None
    envelope: bool
    expansion: bool
    dry_run: bool
    defects: bool | Sequence[str]
    defect_mode: DefectMode | None
    defect_patterns: Sequence[str]
    patterns: Sequence[str] | Mapping[str, Sequence[str]]
    request_id: str
