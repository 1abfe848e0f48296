"""The parts of a record that a model writes: those that need judgement. All others are the engine's.

A field says so itself (`creative`); where it does not, its meaning does: free text is creative, and so is what a free
text beside it is about, a price or a choice out of a list.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.limits import Limits

#: Kinds of hints whose texts say something, and the part of each that does; None: all of them.
_WRITTEN: Mapping[str, frozenset[str] | None] = {
    "prose": None,
    "review": None,
    "rated": frozenset({"title", "body"}),
    "article": frozenset({"name", "description"}),
}
#: Tables of texts that people wrote.
_WRITTEN_TABLES = frozenset({"tickets"})
#: What is drawn from lists of words in a template: where nothing else stands in it, it makes names of things.
_VARIABLE = re.compile(r"\{words:\w+\}")
_LEAVES = frozenset({FieldType.STRING, FieldType.ENUM, FieldType.INTEGER, FieldType.FLOAT, FieldType.BOOLEAN})


@dataclass(frozen=True, slots=True)
class Part:
    """A creative field, or one that holds some.

    Attributes:
        path: Where it stands; the columns of a plan have the same paths.
        key: Its short name in what the model writes.
        spec: The field as the request narrows it; of an array of plain values, the array.
        parts: What it holds; empty for a value.
        array: Whether the model writes a list of what `parts` (or `spec.item`) say.
        lengths: (least, most) items of a list.
    """

    path: str
    key: str
    spec: Field
    parts: tuple["Part", ...] = ()
    array: bool = False
    lengths: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """Its name in a record."""
        return self.spec.name

    @property
    def leaf(self) -> Field:
        """The field that says what one value is."""
        return self.spec.item if self.array and self.spec.item is not None else self.spec

    def walk(self) -> Iterator["Part"]:
        """Itself and all that it holds."""
        yield self
        for part in self.parts:
            yield from part.walk()


def creative_parts(
    fields: Mapping[str, Field], limits: Limits, derived: Collection[str], hints: Mapping[str, Mapping[str, Any]]
) -> tuple[Part, ...]:
    """The parts of a record that a model is to write; none: it has nothing to say.

    Args:
        fields: The record's.
        limits: Those of the rows: what they fix is not for the model to say.
        derived: Paths that follow from others.
        hints: How the leaves are made that the schema leaves to their meaning, by path.
    """
    return _Finder(limits, derived, hints).parts(fields, "")


class _Finder:
    def __init__(self, limits: Limits, derived: Collection[str], hints: Mapping[str, Mapping[str, Any]]) -> None:
        self._limits, self._derived, self._hints = limits, derived, hints

    def parts(self, fields: Mapping[str, Field], prefix: str) -> tuple[Part, ...]:
        specs = {name: self._limits.fields.get(prefix + name, spec) for name, spec in fields.items()}
        spoken = any(self._is_free_text(prefix + name, spec) for name, spec in specs.items())
        found = [self._part(prefix + name, spec, spoken) for name, spec in specs.items()]
        chosen = [part for part in found if part is not None]
        keys = short_names([part.name for part in chosen])
        return tuple(
            Part(part.path, key, part.spec, part.parts, part.array, part.lengths)
            for part, key in zip(chosen, keys, strict=True)
        )

    def _part(self, path: str, spec: Field, spoken: bool) -> Part | None:
        if spec.creative is False or path in self._limits.fixed or path in self._derived:
            return None
        if spec.type is FieldType.OBJECT and spec.fields:
            inner = self.parts(spec.fields, path + ".")
            return Part(path, "", spec, inner) if inner else None
        if spec.type is FieldType.ARRAY and spec.item is not None:
            return self._list(path, spec, spec.item)
        return Part(path, "", self._told(path, spec)) if self._is_creative(path, spec, spoken) else None

    def _told(self, path: str, spec: Field) -> Field:
        """The field with the values and shares that its meaning gives it."""
        hint = self._hints.get(path, {})
        if spec.generate is not None or hint.get("kind") != "choice" or spec.type is not FieldType.STRING:
            return spec
        values = tuple(value for value in hint.get("values", ()) if isinstance(value, str))
        return (
            spec.model_copy(update={"values": values, "generate": dict(hint)}) if values and not spec.values else spec
        )

    def _list(self, path: str, spec: Field, item: Field) -> Part | None:
        least, most = spec.min_items or 0, spec.max_items if spec.max_items is not None else max(5, spec.min_items or 0)
        asked = self._limits.lengths.get(path)
        if asked is not None:
            least, most = max(least, asked[0]), min(most, asked[1])
        if item.type is FieldType.OBJECT and item.fields:
            inner = self.parts(item.fields, path + ".")
            return Part(path, "", spec, inner, array=True, lengths=(least, most)) if inner else None
        if self._is_creative(path, item.model_copy(update={"name": spec.name}), spoken=False):
            return Part(path, "", spec, array=True, lengths=(least, most))
        return None

    def _is_creative(self, path: str, spec: Field, spoken: bool) -> bool:
        if spec.type not in _LEAVES or spec.unique or spec.reference is not None or path in self._derived:
            return False
        if spec.creative is not None:
            return spec.creative
        if self._is_free_text(path, spec):
            return True
        if not spoken or spec.generate is not None:
            return False
        how = self._hints.get(path, {}).get("kind")
        return spec.values is not None or how == "choice" or spec.semantic == "money"

    def _is_free_text(self, path: str, spec: Field) -> bool:
        """Whether the field is text that says something, and not of one form or out of one list."""
        bound = (spec.reference, spec.format, spec.regex, spec.pattern, spec.values, spec.faker)
        if spec.type is not FieldType.STRING or spec.unique or path in self._limits.fixed or any(bound):
            return False
        hint = spec.generate or self._hints.get(path)
        if hint is None:
            return spec.semantic is None
        kind = hint.get("kind")
        if kind == "template":
            return not _VARIABLE.sub("", str(hint.get("text", ""))).strip()
        if kind == "table":
            return hint.get("table") in _WRITTEN_TABLES
        written = _WRITTEN.get(str(kind), frozenset())
        return written is None or hint.get("part") in written


def short_names(names: Collection[str]) -> list[str]:
    """As many different short keys: the shortest beginning of each name that none before it has taken."""
    taken: list[str] = []
    for name in names:
        lengths = range(1, len(name) + 1)
        key = next((name[:length].lower() for length in lengths if name[:length].lower() not in taken), None)
        taken.append(key if key is not None else f"{name}{len(taken)}")
    return taken
