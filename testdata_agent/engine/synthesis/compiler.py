"""Schema and limits to a plan: which maker each field gets, and what it needs."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from testdata_agent.engine.rules import columns as rule_columns
from testdata_agent.engine.rules.columns import RowCheck
from testdata_agent.engine.rules.rulebook import Rule, demand
from testdata_agent.engine.rules.syntax import Binary, Exists, Literal, Path
from testdata_agent.engine.schema.model import NUMERIC_TYPES, Field, FieldType
from testdata_agent.engine.synthesis import impossible, promises
from testdata_agent.engine.synthesis.draft import Draft, Found
from testdata_agent.engine.synthesis.fields import distinct, presence
from testdata_agent.engine.synthesis.fields.derived import derived, limited
from testdata_agent.engine.synthesis.fields.fitting import fits
from testdata_agent.engine.synthesis.fields.literals import fixed
from testdata_agent.engine.synthesis.fields.makers import maker_of
from testdata_agent.engine.synthesis.frame import CHILD_SPACE, FORM, ITEM, NULL, ROOT
from testdata_agent.engine.synthesis.generators import choices, numbers
from testdata_agent.engine.synthesis.lengths import item_range
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.outline import Outline
from testdata_agent.engine.synthesis.plan import LENGTHS, Bound, Plan, ordered, plan_of
from testdata_agent.engine.synthesis.resources import Resources
from testdata_agent.engine.synthesis.scales import scaled_bounds
from testdata_agent.engine.synthesis.tables import Quantiles

#: Types whose values are no single ones.
_STRUCTURES = frozenset({FieldType.OBJECT, FieldType.ARRAY, FieldType.VARIANT})
#: Items of one array, and of those that it holds, in one record: what more would take no process has memory for.
_MOST_ITEMS = 1_000_000


class Compiler:
    """Turns one schema under one set of limits into a plan. Used once."""

    def __init__(self, outline: Outline, limits: Limits, resources: Resources) -> None:
        self.draft = Draft(outline, limits, resources)
        self._limits = limits
        self._derived = outline.derived

    def compile(self) -> Plan:
        """The plan; what is wrong stands in the draft's `faults` (and in `limits.faults`) afterwards."""
        draft, outline = self.draft, self.draft.outline
        draft.faults += outline.faults
        if not draft.faults:
            self._fields(outline.schema.fields, "", ROOT)
        if not draft.faults and not self._limits.faults:
            impossible.refuse(draft)
        if draft.faults or self._limits.faults:
            return plan_of(outline.schema.name, ())
        nodes = ordered(list(draft.nodes.values()))
        bounds = tuple(b for b in (self._bound(path) for path in self._derived) if b is not None)
        return plan_of(
            outline.schema.name,
            nodes,
            bounds=bounds,
            checks=(*((rule.text, rule_columns.checking(rule)) for rule in self._demands(bounds)), *self._limited()),
            adjustable=self._adjustable(bounds),
            derived=frozenset({*self._derived, *draft.dependent}),
        )

    # -- the tree ---------------------------------------------------------------------------------------------

    def _fields(self, fields: Mapping[str, Field], prefix: str, level: str) -> None:
        for name in fields:
            self._field(prefix + name, level)

    def _field(self, path: str, level: str) -> None:
        spec = self._limits.fields[path]
        if spec.type is FieldType.OBJECT and spec.fields:
            presence.of_structure(self.draft, path, spec, level)
            self._fields(spec.fields, path + ".", level)
        elif spec.type is FieldType.ARRAY and spec.item is not None:
            presence.of_structure(self.draft, path, spec, level)
            self._array(path, spec, level, path)
        elif spec.type is FieldType.VARIANT and spec.variants:
            presence.of_structure(self.draft, path, spec, level)
            self._forms(path, spec, level)
        else:
            self._leaf(path, spec, level)

    def _forms(self, path: str, spec: Field, level: str) -> None:
        """All forms of a variant, and which of them each position takes."""
        forms = spec.variants or ()
        self.draft.add(path + FORM, level, numbers.uniform(0, len(forms) - 1, 0))
        for number in range(len(forms)):
            self._field(f"{path}.{number}", level)

    def _array(self, path: str, spec: Field, level: str, prefix: str) -> None:
        """An array at `path`; the fields of the objects that it holds, however deep, begin with `prefix`."""
        asked = self._limits.lengths.get(path)
        least, most = item_range(spec, asked)
        if spec.unique_items and most > 1:
            most = self._distinct(path, spec, prefix, least, most)
        self.draft.depths[path] = self.draft.depths[level] + 1
        self.draft.sizes[path] = self.draft.sizes[level] * most
        if self.draft.sizes[path] > _MOST_ITEMS:
            words = f"a record could hold more than {_MOST_ITEMS:,} items of it: set max_items of the arrays around"
            self.draft.fault(path, "SCHEMA_TOO_LARGE", words)
            return
        if most > CHILD_SPACE or level in self.draft.crowded:
            self.draft.crowded.add(path)
        knots = (spec.generate or {}).get("quantiles")
        if knots and asked is None:
            maker = numbers.shaped(Quantiles.of(knots), least, most, 0)
        else:
            maker = numbers.uniform(least, most, 0)
        self.draft.add(path + LENGTHS, level, maker)
        item = spec.item
        assert item is not None
        may_be_null = item.nullable and not (spec.unique_items and most > 1)
        if may_be_null and item.type in {FieldType.OBJECT, FieldType.ARRAY} and not self.draft.touched(path):
            self.draft.add(path + ITEM + NULL, path, choices.boolean(presence.NULL_PERCENT))
        if item.type is FieldType.OBJECT and item.fields:
            self._fields(item.fields, prefix + ".", path)
        elif item.type is FieldType.ARRAY:
            self._array(path + ITEM, item, path, prefix)
        elif item.type is FieldType.VARIANT:
            self._forms(prefix, item, path)
        else:
            self._leaf(path, item, path)

    def _distinct(self, path: str, spec: Field, prefix: str, least: int, most: int) -> int:
        """Has one leaf of an array's items differ from item to item; how many items there can be."""
        item, draft = spec.item, self.draft
        assert item is not None
        leaves = {prefix + "." + name: leaf for name, leaf in (item.fields or {}).items()} or {path: item}
        for leaf_path, given in leaves.items():
            leaf = self._limits.fields[leaf_path] if item.fields else given
            if leaf.type in _STRUCTURES or leaf.reference or leaf_path in self._derived:
                continue
            if not leaf.required or leaf.nullable or leaf_path in self._limits.fixed:
                continue
            room = distinct.room(draft, leaf_path, leaf)
            if room >= least or len(leaves) == 1:
                draft.distinct.add(leaf_path)
                if 0 < room < least:
                    words = f"{least} different items are needed, there are {room} values"
                    draft.fault(path, "NOT_ENOUGH_VALUES", words)
                return min(most, max(room, least))
        if least <= 1:
            # One item alone is never there twice.
            return 1
        words = "unique items need a field of their own that is required and can be chosen freely"
        draft.fault(path, "UNSUPPORTED_SCHEMA", words)
        return most

    def _leaf(self, path: str, spec: Field, level: str) -> None:
        rule = self._derived.get(path)
        if rule is not None:
            self._settle_derived(path, spec)
            if spec.unique and not any(self._limits.fields[name].unique for name in rule.inputs):
                words = f"{path} follows from {rule.text!r}, and is not made to differ: leave unique out"
                self.draft.fault(path, "UNSUPPORTED_SCHEMA", words)
            self.draft.add(path, level, derived(rule, self.draft.scale(spec)), tuple(rule.inputs), ())
            return
        if not fits(self.draft, path, spec, level):
            return
        if spec.unique and level in self.draft.crowded and spec.type is not FieldType.UUID:
            words = (
                f"unique values are made in arrays of at most {CHILD_SPACE} items: set max_items of the arrays around"
            )
            self.draft.fault(path, "UNSUPPORTED_SCHEMA", words)
        if path in self._limits.fixed:
            found: Found = (fixed(spec, self._limits.fixed[path], self.draft.scale(spec)), (), ())
        else:
            found = maker_of(self.draft, path, spec, level)
        if found is not None:
            self.draft.add(path, level, *presence.of_leaf(self.draft, path, spec, *found))

    # -- rules ------------------------------------------------------------------------------------------------

    def _settle_derived(self, path: str, spec: Field) -> None:
        """A literal on a derived number, or a list of one, is a bound whose ends are equal; others are refused."""
        listed = spec.values if self.draft.touched(path) else None
        if path not in self._limits.fixed and listed is None:
            return
        follows = f"{path} follows from {self._derived[path].text!r}"
        if spec.type not in NUMERIC_TYPES:
            self.draft.fault(path, "CONTRADICTION", f"{follows}: set its inputs")
        elif listed is not None and len(listed) > 1:
            self.draft.fault(path, "CONTRADICTION", f"{follows}: give one value, or min and max")
        elif fits(self.draft, path, spec, ROOT):
            value = float(self._limits.fixed.pop(path, listed[0] if listed else 0))
            self._limits.fields[path] = spec.model_copy(update={"min": value, "max": value})

    def _bound(self, path: str) -> Bound | None:
        """The limits of a derived number that its rule does not keep to by itself."""
        spec = self._limits.fields[path]
        if spec.type not in NUMERIC_TYPES or promises.within(path, self.draft):
            return None
        return Bound(path, *scaled_bounds(spec, self.draft.scale(spec)))

    def _demands(self, bounds: Sequence[Bound]) -> Iterator[Rule]:
        """What rows are searched for, because no maker promises it."""
        draft, outline = self.draft, self.draft.outline
        for bound in bounds:
            spec = self._limits.fields[bound.path]
            ends = [f"{word} {end}" for word, end in (("at least", spec.min), ("at most", spec.max)) if end is not None]
            words = f"{bound.path} {' and '.join(ends)} by {self._derived[bound.path].text!r}"
            for sign, end in ((">=", bound.low), ("<=", bound.high)):
                if end is not None:
                    least_or_most = Literal(Fraction(end, 10 ** draft.scale(spec)))
                    yield demand(words, Binary(sign, Path(bound.path), least_or_most), outline.shape)
        for path, rule in self._derived.items():
            spec = self._limits.fields[path]
            if spec.required and not spec.nullable and not promises.always_there(path, draft):
                yield demand(f"a value of {path} by {rule.text!r}", Exists(Path(path)), outline.shape)
        yield from (rule for rule in outline.book.checking if not promises.kept(rule.claim, draft))

    def _limited(self) -> Iterator[tuple[str, RowCheck]]:
        """What derived fields must be beside their bounds."""
        for path, rule in self._derived.items():
            spec = self._limits.fields[path]
            check = limited(rule, spec, self.draft.scale(spec))
            if check is not None:
                yield f"what the schema says of {path} by {rule.text!r}", check

    def _adjustable(self, bounds: Sequence[Bound]) -> dict[str, tuple[int, int | None]]:
        draft, result = self.draft, dict[str, tuple[int, int | None]]()
        pending, seen = [bound.path for bound in bounds], set[str]()
        while pending:
            path = pending.pop()
            if path in seen or path not in draft.nodes:
                continue
            seen.add(path)
            if path in self._derived or path in draft.dependent:
                pending += draft.nodes[path].needs
                continue
            spec = self._limits.fields.get(path)
            if (
                spec is None
                or spec.type is not FieldType.FLOAT
                or path in self._limits.fixed
                or spec.values is not None
            ):
                continue
            low, high = scaled_bounds(spec, draft.scale(spec))
            result[path] = (low if low is not None else 1, high)
        return result
