"""What each field of a schema was taken for, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from testdata_agent.engine.rules.explain import in_words
from testdata_agent.engine.schema.model import Field, FieldType, walk
from testdata_agent.engine.synthesis.outline import Outline


@dataclass(frozen=True, slots=True)
class FieldExplained:
    """One field.

    Attributes:
        path: Dotted; the elements of an array stand under the array's path.
        meaning: Name of the meaning; None: there is none.
        why: How it was found: `by its name`, `beside city`, `said by the schema`.
        about: What it is.
        unit: Of a number; `money` is in the currency of the locale.
        span: Least and greatest number, as far as the meaning or the schema say them.
    """

    path: str
    type: str
    required: bool
    meaning: str | None
    why: str
    about: str
    unit: str
    span: tuple[Any, Any] | None


@dataclass(frozen=True, slots=True)
class RuleExplained:
    """One rule: as it was written, in words, and whether it follows from what fields mean."""

    text: str
    words: str
    implied: bool


def fields_of(outline: Outline) -> Iterator[FieldExplained]:
    """Every field in the order of the schema, those that hold others included."""
    for path, spec in walk(outline.schema.fields, ""):
        yield _field(outline, path, spec)


def _field(outline: Outline, path: str, spec: Field) -> FieldExplained:
    taken = outline.understanding.taken.get(path)
    leaf, kind = spec, str(spec.type)
    while leaf.type is FieldType.ARRAY and leaf.item is not None:
        leaf = leaf.item
        kind = f"array of {leaf.type}" if leaf.type is not FieldType.ARRAY else "array"
    rule = outline.derived.get(path)
    if taken is None:
        return FieldExplained(path, kind, spec.required, None, "holds other fields", spec.description, "", None)
    meaning, hint = taken.meaning, outline.hints.get(path)
    why, about = taken.why, spec.description or (meaning.about if meaning is not None else "")
    if rule is not None and rule.text not in outline.understanding.rules:
        why = f"derived: {rule.text}"
    elif hint is None or hint["kind"] == "pool":
        why = _said(leaf) or why
    shown = meaning if hint is not None or (meaning is not None and leaf.semantic is not None) else None
    return FieldExplained(
        path,
        kind,
        spec.required,
        None if shown is None else shown.name,
        why,
        about,
        _unit(leaf, shown),
        _span(leaf, shown if hint is not None and rule is None else None),
    )


def _said(spec: Field) -> str | None:
    """By what the schema itself says how a field is made."""
    if spec.reference is not None:
        return f"said by the schema: refers to {spec.reference}"
    if spec.generate is not None:
        hint = spec.generate
        named = ", ".join(str(hint[key]) for key in ("kind", "part", "of") if isinstance(hint.get(key), str))
        return f"said by the schema: generate {named}" if named else "said by the schema"
    if spec.values is not None:
        return f"said by the schema: one of {len(spec.values)} values"
    if spec.regex is not None or spec.pattern is not None:
        return f"said by the schema: matches {spec.regex or spec.pattern}"
    if spec.format is not None:
        return f"said by the schema: format {spec.format}"
    if spec.faker is not None:
        return f"said by the schema: Faker's {spec.faker}"
    return None


def _unit(spec: Field, meaning: Any) -> str:
    if spec.semantic == "money" or (meaning is not None and meaning.extras.get("money")):
        unit = "" if meaning is None else meaning.extras.get("unit", "")
        return f"money {unit}".strip()
    return "" if meaning is None else str(meaning.extras.get("unit", ""))


def _span(spec: Field, meaning: Any) -> tuple[Any, Any] | None:
    if spec.type not in {FieldType.INTEGER, FieldType.FLOAT}:
        return None
    low, high = (None, None) if meaning is None or meaning.span is None else meaning.span
    low = spec.min if spec.min is not None and (low is None or float(spec.min) > float(low)) else low
    high = spec.max if spec.max is not None and (high is None or float(spec.max) < float(high)) else high
    return None if low is None and high is None else (low, high)


def rules_of(outline: Outline) -> Iterator[RuleExplained]:
    """Every rule that records are made and checked by."""
    implied = frozenset(outline.understanding.rules)
    for rule in (*outline.book.deriving, *outline.book.checking):
        yield RuleExplained(rule.text, in_words(rule), rule.text in implied)
