"""Patterns as rows, and as they lie in memory."""

import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import orjson
from sqlalchemy import Row

from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind

#: Of few different values.
_REPEATED: Final = ("domain", "entity", "source", "client_id", "embedder_id")

_OF_DRAFTS: Final = tuple(field.name for field in fields(Draft))


def draft_of(pattern: Pattern) -> Draft:
    """What was handed in of a pattern."""
    return Draft(**{name: getattr(pattern, name) for name in _OF_DRAFTS})


def values_of(draft: Draft) -> dict[str, Any]:
    """A draft's part of a row."""
    return {
        "kind": draft.kind.value,
        "domain": draft.domain,
        "entity": draft.entity,
        "name": draft.name,
        "intent": draft.intent,
        "record": orjson.dumps(draft.record).decode(),
        "locked_paths": list(draft.locked_paths),
        "tags": list(draft.tags),
        "source": draft.source,
        "quality": draft.quality,
        "defect": dict(draft.defect),
        "client_id": draft.client_id,
    }


def pattern_of(row: Row[Any] | Mapping[str, Any]) -> Pattern:
    """The pattern of a row."""
    values: dict[str, Any] = row._asdict() if isinstance(row, Row) else dict(row)
    for name in _REPEATED:
        values[name] = sys.intern(values[name])
    values["kind"] = PatternKind(values["kind"])
    values["record"] = orjson.loads(values["record"])
    values["locked_paths"], values["tags"] = tuple(values["locked_paths"]), tuple(values["tags"])
    return Pattern(**values)


def row_of(pattern: Pattern) -> dict[str, Any]:
    """The row of a pattern, its vector left out: JSON values alone."""
    own = ("pattern_id", "signature", "uses", "ratings", "embedder_id", "created_at", "revision", "deleted")
    return {**values_of(pattern), **{name: getattr(pattern, name) for name in own}}
