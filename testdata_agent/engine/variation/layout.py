"""What becomes of each field of an exemplar: taken from it, made fresh, or derived."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.plan import Plan

#: Ways of making a field whose values say what the record is, so that they are taken from the exemplar.
_SAID: Final = frozenset({"choice", "boolean", "shaped", "article", "review", "prose", "rated", "table"})
#: Tables whose lines are those of a payment card: numbers of cards are made fresh, with all that belongs to them.
_OF_CARDS: Final = frozenset({"cards"})
_WORDS: Final = re.compile(r"\{words:\w+\}")
_NAMED_TYPES: Final = frozenset({FieldType.UUID, FieldType.EMAIL, FieldType.PHONE, FieldType.ADDRESS})
_CONTACT_TYPES: Final = frozenset({FieldType.EMAIL, FieldType.PHONE})
#: Parts of a person that names are put together of.
NAME_PARTS: Final = ("first_name", "last_name")
_CONTACT_PARTS: Final = frozenset({"email", "username", "handle", "phone"})


class Role(Enum):
    """Where the values of a field come from."""

    #: The exemplar: what the record is about.
    TAKEN = "taken"
    #: The engine: identifiers, contacts, people, places, what follows from a field beside it.
    FRESH = "fresh"
    #: A point in time: the engine's, unless some of the exemplar's are locked.
    TIME = "time"
    #: A rule: made of the fields that it reads.
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field that holds values.

    Attributes:
        level: The array whose items it is of; empty: the record.
        spec: As the request narrows it.
        group: What it belongs together with; its own path where that is nothing.
        hint: How the engine makes it.
    """

    path: str
    level: str
    name: str
    spec: Field
    role: Role
    group: str
    hint: Mapping[str, Any]

    @property
    def discrete(self) -> bool:
        """Whether it holds one of a few values."""
        spec = self.spec
        if spec.values is not None or spec.type is FieldType.BOOLEAN:
            return True
        return spec.type is FieldType.INTEGER and self.hint.get("kind") == "choice"

    @property
    def contact(self) -> bool:
        """Whether it leads to somebody: an address, a number, a name to log in by."""
        return self.spec.type in _CONTACT_TYPES or self.hint.get("part") in _CONTACT_PARTS

    @property
    def measured(self) -> bool:
        """Whether its values may move a little and still be what they were."""
        return self.spec.type in NUMERIC_TYPES and not self.discrete and self.spec.multiple_of is None


@dataclass(frozen=True, slots=True)
class Holder:
    """An object or array, and what it holds.

    Attributes:
        level: Where it stands.
        inner: The level of its parts: its own path for an array, else that of the object.
    """

    path: str
    level: str
    name: str
    spec: Field
    array: bool
    inner: str
    parts: "tuple[Leaf | Holder, ...]"


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of one plan, as variation sees them. Variants, and arrays of arrays, are left to the engine.

    Attributes:
        parts: Of the record.
        leaves, holders: By path, parents first.
        inputs: What the maker of a column needs, by its path.
        clock: The first point in time of the record that the plan makes; None: it has none.
        followers: The columns that are made of each column, directly or not.
        ruled: The leaves that stand beside each leaf in a rule that checks.
        currency: What the plan's money is in.
        locale: Of the run.
        wishes, locks: What was found out of sets of locked fields and of locked paths.
        paths: All fields that an exemplar may lock.
    """

    plan: Plan
    parts: tuple[Leaf | Holder, ...]
    leaves: Mapping[str, Leaf]
    holders: Mapping[str, Holder]
    inputs: Mapping[str, Sequence[str]]
    clock: Leaf | None = None
    followers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ruled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    currency: str = "USD"
    locale: str = "en_US"
    wishes: dict[frozenset[str], Any] = field(default_factory=dict)
    locks: dict[tuple[str, ...], Any] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()

    def within(self, path: str) -> Iterator[Leaf]:
        """The leaf at a path, or all that an object or array holds."""
        leaf = self.leaves.get(path)
        if leaf is not None:
            yield leaf
        yield from (inner for inner in self.leaves.values() if inner.path.startswith(path + "."))

    def hangs_on_fresh(self, leaf: Leaf) -> bool:
        """Whether the maker of a leaf looks at a field that the engine makes, which may say whether it is there."""
        needs = (self.leaves.get(need) for need in self.inputs.get(leaf.path, ()))
        return any(need is not None and need.role is Role.FRESH for need in needs)

    def arrays_around(self, leaf: Leaf) -> Iterator[str]:
        """The arrays that a leaf is in, the innermost first."""
        level = leaf.level
        while level != ROOT:
            yield level
            level = self.holders[level].level


def layout_of(run: Run, segment: Segment) -> Layout:
    """The layout of a segment's plan; kept with the plan."""
    found: Layout | None = segment.kept.get("layout")
    if found is None:
        found = segment.kept["layout"] = _Reading(run, segment).layout()
    return found


class _Reading:
    def __init__(self, run: Run, segment: Segment) -> None:
        self._run, self._segment = run, segment
        self._made = {step.node.path for step in segment.plan.steps}
        self._rules = run.outline.derived
        self._leaves: dict[str, Leaf] = {}
        self._holders: dict[str, Holder] = {}

    def layout(self) -> Layout:
        parts = self._parts(self._run.schema.fields, "", ROOT)
        plan = self._segment.plan
        inputs = {step.node.path: step.node.needs for step in plan.steps}
        times = (self._leaves.get(step.node.path) for step in plan.steps)
        clock = next((leaf for leaf in times if leaf and leaf.role is Role.TIME and leaf.level == ROOT), None)
        followers, currency = _followers(inputs), self._segment.currency
        paths = frozenset((*self._leaves, *self._holders))
        ruled = {path: self._ruled_with(path) for path in self._leaves}
        made = (plan, parts, self._leaves, self._holders, inputs, clock, followers, ruled, currency, self._run.locale)
        return Layout(*made, paths=paths)

    def _ruled_with(self, path: str) -> frozenset[str]:
        rules = (rule.inputs for rule in self._run.outline.book.checking if path in rule.inputs)
        return frozenset[str]().union(*rules) & self._leaves.keys()

    def _parts(self, fields: Mapping[str, Field], prefix: str, level: str) -> tuple[Leaf | Holder, ...]:
        found = (self._part(prefix + name, name, spec, level) for name, spec in fields.items())
        return tuple(part for part in found if part is not None)

    def _part(self, path: str, name: str, given: Field, level: str) -> Leaf | Holder | None:
        spec = self._segment.limits.fields.get(path, given)
        if spec.type is FieldType.OBJECT:
            if not spec.fields:
                return None
            inner = self._parts(spec.fields, path + ".", level)
            return self._held(Holder(path, level, name, spec, False, level, inner))
        if spec.type is FieldType.ARRAY:
            return self._array(path, name, spec, level)
        return None if spec.variants else self._leaf(path, name, spec, level)

    def _array(self, path: str, name: str, spec: Field, level: str) -> Holder | None:
        item = spec.item
        if item is None or item.type in {FieldType.ARRAY, FieldType.VARIANT} or item.variants:
            return None
        if item.type is FieldType.OBJECT:
            inner = self._parts(item.fields or {}, path + ".", path)
        else:
            leaf = self._leaf(path, "", item, path)
            inner = () if leaf is None else (leaf,)
        return self._held(Holder(path, level, name, spec, True, path, inner)) if inner else None

    def _held(self, holder: Holder) -> Holder:
        self._holders[holder.path] = holder
        return holder

    def _leaf(self, path: str, name: str, spec: Field, level: str) -> Leaf | None:
        if path not in self._made:
            return None
        hint = dict(self._run.hints.get(path, {})) | dict(spec.generate or {})
        leaf = Leaf(path, level, name, spec, self._role(path, spec, hint), _group(path, spec, hint), hint)
        self._leaves[path] = leaf
        return leaf

    def _role(self, path: str, spec: Field, hint: Mapping[str, Any]) -> Role:
        if path in self._rules:
            return Role.DERIVED
        if spec.unique or spec.reference is not None or spec.semantic == "currency" or spec.type in _NAMED_TYPES:
            return Role.FRESH
        if spec.type in TIME_TYPES:
            return Role.TIME
        kind = hint.get("kind")
        if kind is None:
            bound = spec.values is None and (spec.format or spec.regex or spec.pattern or spec.faker)
            return Role.FRESH if spec.type in TEXT_TYPES and bound else Role.TAKEN
        if kind == "template":
            return Role.TAKEN if _names_things(hint) else Role.FRESH
        if kind == "referred" and spec.values is not None:
            return Role.TAKEN
        if kind not in _SAID or hint.get("table") in _OF_CARDS:
            return Role.FRESH
        return Role.TAKEN


def _names_things(hint: Mapping[str, Any]) -> bool:
    """Whether a template puts together nothing but words."""
    return not _WORDS.sub("", str(hint.get("text", ""))).strip()


def _group(path: str, spec: Field, hint: Mapping[str, Any]) -> str:
    """A name that is the same for fields that belong together."""
    kind = str(hint.get("kind", ""))
    scope = path.rpartition(".")[0]
    if "group" in hint:
        return f"{kind}:{hint.get('table', '')}:{hint['group']}"
    if kind in {"article", "review", "rated", "person", "place"}:
        return f"{'review' if kind == 'rated' else kind}:{scope}"
    return path if spec.semantic is None or not spec.semantic.startswith("person.") else f"person:{scope}"


def _followers(inputs: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """The columns that are made of each column, directly or not."""
    found: dict[str, set[str]] = {path: set() for path in inputs}
    for path in reversed(list(inputs)):
        for need in inputs[path]:
            if need in found:
                found[need] |= {path, *found[path]}
    return {path: frozenset(after) for path, after in found.items()}
