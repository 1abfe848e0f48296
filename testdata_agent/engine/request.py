"""What a caller asks the engine for, free of any wire format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from testdata_agent.engine.defects.defect import DefectOptions

#: How many records are made when a request does not say.
DEFAULT_COUNT = 10

DEFAULT_LOCALE = "en_US"

#: `_scenario` of the rows that no scenario of the request claims.
DEFAULT_SCENARIO = "default"


class OutputFormat(StrEnum):
    """How records are written down."""

    JSON = "json"
    CSV = "csv"
    SQL = "sql"
    NDJSON = "ndjson"


class GenerationMethod(StrEnum):
    """The four paths a request can take."""

    TRADITIONAL = "traditional"
    LLM = "llm"
    RAG = "rag"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldConstraint:
    """A caller's limits for one field; what is None or empty does not limit."""

    min: float | None = None
    max: float | None = None
    enum_values: tuple[str, ...] = ()
    regex: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named share of the rows with its own field overrides.

    Attributes:
        name: Written into each of its records as `_scenario`.
        count: Rows that it claims, in the order of the request from row 0.
        overrides: Field path to a literal, a range (`20-50`, `20..50`) or JSON for objects and arrays.
        description: Prose for the model; the engine does not read it.
    """

    name: str
    count: int
    overrides: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSource:
    """A schema that came with the request, or that was registered under the entity's name.

    Attributes:
        kind: The request field it came in, for error messages; `schema`: it was registered, and `entity` is its name.
        text: JSON text (inline_schema, custom_schema, schema) or an entity's name (predefined_schema).
        fields: The house form's `fields`, already as plain data (`schema.fields`).
        version: Of a registered schema; 0 for others.
    """

    kind: Literal["inline_schema", "custom_schema", "schema", "schema.fields", "schema.predefined_schema"]
    text: str = ""
    fields: Mapping[str, Any] | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternChoice:
    """The stored patterns that records are made of.

    Attributes:
        scenario: Whose records; empty: those of all scenarios that no other choice names.
    """

    scenario: str = ""
    pattern_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One request for records.

    Attributes:
        seed: Any unsigned 64-bit number; None draws one.
        as_of: Epoch seconds of the instant the data is seen from; None: see DESIGN, "Addressable".
        first_row: `_index` of the first record, to go on where another call ended.
        envelope: Whether records carry `_index` and `_scenario`.
        patterns: Those that were chosen already; none: they are looked for.
        defects: What is said of the defects that are wanted; None: nothing is, and `defect_triggering` whether any are.
    """

    entity: str = ""
    domain: str = ""
    count: int = DEFAULT_COUNT
    schema_source: SchemaSource | None = None
    constraints: Mapping[str, FieldConstraint] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    hints: tuple[str, ...] = ()
    output_format: OutputFormat = OutputFormat.JSON
    method: GenerationMethod | None = None
    use_cache: bool = False
    learn_from_history: bool = False
    defect_triggering: bool = False
    production_like: bool = False
    seed: int | None = None
    locale: str = DEFAULT_LOCALE
    as_of: int | None = None
    first_row: int = 0
    dry_run: bool = False
    coherence_threshold: float | None = None
    envelope: bool = True
    expansion: bool = True
    patterns: tuple[PatternChoice, ...] = ()
    defects: DefectOptions | None = None

    @property
    def pattern_ids(self) -> tuple[str, ...]:
        """All ids of patterns that were chosen, each once."""
        return tuple(dict.fromkeys(each for choice in self.patterns for each in choice.pattern_ids))

    def patterns_of(self, scenario: str) -> tuple[str, ...]:
        """The ids of the patterns that were chosen for a scenario's records."""
        by_name = {choice.scenario: choice.pattern_ids for choice in self.patterns}
        return by_name.get(scenario, by_name.get("", ()))
