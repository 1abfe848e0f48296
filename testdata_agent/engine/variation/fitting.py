"""Which exemplars can serve a request, and what of each of them is kept, taken and given up."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.schema.model import TEXT_TYPES, TIME_TYPES
from testdata_agent.engine.schema.shape import is_money
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.literals import breaks
from testdata_agent.engine.variation.exemplars import SIZE, Exemplar, locked_fields
from testdata_agent.engine.variation.layout import NAME_PARTS, Layout, Leaf, Role
from testdata_agent.engine.variation.shelf import Shelf, State, Wishes, shelved
from testdata_agent.engine.variation.values import within

#: Sets of locked fields whose wishes a layout keeps.
_KEPT_WISHES: Final = 256


class PassedOver(StrEnum):
    """Why an exemplar is not used."""

    #: A locked path names no field of the schema, or one that cannot be kept.
    NO_SUCH_FIELD = "locks_no_field"
    #: A locked value is not one that its field can hold.
    UNFIT = "locks_unfit_value"
    #: The request wants something else where the exemplar is locked.
    ASKED_OTHERWISE = "request_differs"
    #: Others agree with more of the request.
    LESS_FITTING = "others_fit_better"


@dataclass(frozen=True, slots=True)
class Fitted:
    """What can be used.

    Attributes:
        shelf: None: nothing can.
        passed_over: How many are not used, by reason.
    """

    shelf: Shelf | None
    passed_over: Mapping[str, int]


def fitted(layout: Layout, limits: Limits, derived: Mapping[str, Rule], exemplars: Sequence[Exemplar]) -> Fitted:
    """Sorts exemplars out.

    Args:
        layout: Of the plan.
        limits: What the plan was made under.
        derived: The schema's deriving rules.
        exemplars: All that are at hand.
    """
    passed: Counter[str] = Counter()
    candidates: list[tuple[Exemplar, Wishes]] = []
    for exemplar in exemplars:
        fields, lost = _locked(layout, exemplar.locked_paths)
        if lost:
            passed[PassedOver.NO_SUCH_FIELD] += 1
        else:
            candidates.append((exemplar, wishes_of(layout, derived, fields)))
    if not candidates:
        return Fitted(None, passed)
    shelf = shelved(layout, *_apart(candidates))
    judged = [_Judgement(shelf, limits, derived, number) for number in range(len(candidates))]
    for each in judged:
        if each.fault is not None:
            passed[each.fault] += 1
    usable = [each for each in judged if each.fault is None]
    least = min((each.misses for each in usable), default=0)
    best = [each for each in usable if each.misses == least]
    if len(best) < len(usable):
        passed[PassedOver.LESS_FITTING] += len(usable) - len(best)
    if not best:
        return Fitted(None, passed)
    if len(best) == len(candidates) and not any(each.changed for each in best):
        return Fitted(shelf, passed)
    return Fitted(shelved(layout, *_apart([(shelf.exemplars[each.number], each.wishes) for each in best])), passed)


def _apart(pairs: Sequence[tuple[Exemplar, Wishes]]) -> tuple[list[Exemplar], list[Wishes]]:
    return [exemplar for exemplar, _ in pairs], [wishes for _, wishes in pairs]


# -- what is kept ---------------------------------------------------------------------------------------------


def _locked(layout: Layout, paths: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    found: tuple[frozenset[str], tuple[str, ...]] | None = layout.locks.get(paths)
    if found is None:
        if len(layout.locks) >= _KEPT_WISHES:
            layout.locks.clear()
        found = layout.locks[paths] = locked_fields(paths, layout.paths)
    return found


def wishes_of(layout: Layout, derived: Mapping[str, Rule], fields: frozenset[str]) -> Wishes:
    """What an exemplar that locks these fields keeps: them, what they are made of, and the lists that they are in."""
    found = layout.wishes.get(fields)
    if found is None:
        if len(layout.wishes) >= _KEPT_WISHES:
            layout.wishes.clear()
        found = layout.wishes[fields] = _wishes(layout, derived, fields)
    return found


def _wishes(layout: Layout, derived: Mapping[str, Rule], fields: frozenset[str]) -> Wishes:
    kept = set[str]()
    pending = [path.removesuffix(SIZE) for path in fields]
    while pending:
        path = pending.pop()
        if path in kept:
            continue
        kept.add(path)
        pending += _pulled_along(layout, derived, path, said=path in fields)
    # What leads to one person alone is theirs with a number in it, which tells the rows apart.
    ways = {path for path in kept if path in layout.leaves and layout.leaves[path].contact}
    kept = {path for path in kept if path not in layout.leaves or not layout.leaves[path].spec.unique}
    clocked = any(leaf.role is Role.TIME and leaf.path in kept for leaf in layout.leaves.values())
    taken = {leaf.path for leaf in layout.leaves.values() if clocked and leaf.role is Role.TIME}
    fresh = [leaf for leaf in layout.leaves.values() if leaf.path in kept | ways and leaf.role is Role.FRESH]
    groups = {leaf.group for leaf in fresh if not _is_half_a_name(layout, leaf, kept | ways)}
    placed = any(group.startswith("place:") for group in groups)
    together = [leaf for leaf in layout.leaves.values() if leaf.group in groups and leaf.group != leaf.path]
    # An area code is that of a place, wherever in the record the place stands.
    together += [leaf for leaf in layout.leaves.values() if placed and leaf.contact and leaf.group.startswith("place:")]
    taken |= {leaf.path for leaf in together if leaf.contact or not leaf.spec.unique}
    return Wishes(frozenset(kept), frozenset(taken - kept), clocked=clocked)


def _is_half_a_name(layout: Layout, leaf: Leaf, kept: Collection[str]) -> bool:
    """Whether of a person only the first or the last name is kept; the other one, and what follows, may be any."""
    group = [other for other in layout.leaves.values() if other.group == leaf.group]
    names = {other.path for other in group if other.hint.get("part") in NAME_PARTS}
    there = {other.path for other in group if other.path in kept}
    return there < names and all(other.hint.get("kind") == "person" for other in group)


def _pulled_along(layout: Layout, derived: Mapping[str, Rule], path: str, *, said: bool) -> Iterator[str]:
    holder = layout.holders.get(path)
    if holder is not None:
        # A list that is only counted keeps its length; one that is locked, all that is in it.
        yield from (leaf.path for leaf in layout.within(path) if said)
        return
    leaf = layout.leaves[path]
    yield from layout.arrays_around(leaf)
    rule = derived.get(path)
    if rule is not None:
        yield from (name for name in rule.inputs if name in layout.leaves or name in layout.holders)
    of = leaf.hint.get("of")
    if leaf.hint.get("kind") == "tax" and of in layout.leaves:
        yield str(of)
    if leaf.hint.get("kind") == "place" or leaf.group.startswith("place:"):
        # A tax is that of the place.
        yield from (other.path for other in layout.leaves.values() if other.hint.get("kind") == "tax")


# -- what the request asks ------------------------------------------------------------------------------------


class _Judgement:
    """Whether one exemplar on a shelf agrees with what the request says of single fields.

    Attributes:
        fault: Why it cannot be used; None: it can.
        misses: Wishes of the request that the engine has to meet in its stead.
        wishes: With what is given up for that.
        changed: Whether they are others than before.
    """

    def __init__(self, shelf: Shelf, limits: Limits, derived: Mapping[str, Rule], number: int) -> None:
        self.number = number
        self.fault: PassedOver | None = None
        self.misses = 0
        self.wishes = shelf.wishes[number]
        self._shelf, self._limits, self._derived = shelf, limits, derived
        self._given_up: set[str] = set()
        self._lengths: dict[str, tuple[int, int]] = {}
        self._judge()
        self.changed = bool(self._given_up or self._lengths)
        if self.changed:
            given_up = frozenset(self._given_up - self.wishes.kept)
            self.wishes = replace(self.wishes, given_up=given_up, lengths=self._lengths)

    def _judge(self) -> None:
        layout, kept = self._shelf.layout, self.wishes.kept
        for path in kept:
            if path in layout.leaves and self._unfit(layout.leaves[path]):
                self.fault = PassedOver.UNFIT
                return
        asked = [path for path in self._limits.touched if path in layout.leaves or path in layout.holders]
        for path in asked:
            agrees = self._agrees(path)
            if agrees:
                continue
            if path in kept and not self._can_move(path):
                self.fault = PassedOver.ASKED_OTHERWISE
                return
            if not self._can_shorten(path):
                self.misses += 1
                self._give_up(path)

    def _unfit(self, leaf: Leaf) -> bool:
        """Whether a kept value is there that its field cannot hold, by the schema itself."""
        if is_money(leaf.spec) and self._has_more_digits(leaf):
            return True
        if leaf.role is Role.DERIVED or leaf.path in self._limits.touched:
            return False
        return any(state == State.THERE for state in self._states(leaf.path))

    def _has_more_digits(self, leaf: Leaf) -> bool:
        """Whether an amount has more decimal digits than the money of the plan: no yen has a half."""
        digits = currencies.digits(self._shelf.layout.currency)
        values = self._shelf.cells[leaf.path].values[self._shelf.levels[leaf.level].spans[self.number]]
        return any(isinstance(value, Decimal) and value != round(value, digits) for value in values)

    def _states(self, path: str) -> list[int]:
        cells = self._shelf.cells[path]
        span = self._shelf.levels[cells.leaf.level].spans[self.number]
        states: list[int] = cells.state[span].tolist()
        return states

    def _agrees(self, path: str) -> bool:
        layout = self._shelf.layout
        if path in layout.holders:
            return self._length_agrees(path)
        leaf = layout.leaves[path]
        if leaf.role is Role.DERIVED:
            values = self._derived_values(leaf)
            return bool(values) and all(self._meets(leaf, value) for value in values)
        if leaf.role is not Role.TAKEN and path not in self.wishes.kept and path not in self.wishes.taken:
            return True
        states = self._states(path)
        if not states or any(state != State.HERE for state in states):
            return False
        return all(self._meets(leaf, value) for value in self._shelf.values_of(self.number, path))

    def _derived_values(self, leaf: Leaf) -> list[Any]:
        return list(self._shelf.cells[leaf.path].values[self._shelf.levels[leaf.level].spans[self.number]])

    def _meets(self, leaf: Leaf, value: Any) -> bool:
        wanted = self._limits.fixed.get(leaf.path)
        if value is None or isinstance(wanted, list):
            return False
        if wanted is not None and value != wanted:
            return False
        if leaf.spec.type in TIME_TYPES:
            return within(leaf.spec, int(value))
        return leaf.spec.type not in TEXT_TYPES or breaks(leaf.spec, value) is None

    def _length_agrees(self, path: str) -> bool:
        holder, asked = self._shelf.layout.holders[path], self._limits.lengths.get(path)
        if not holder.array:
            return True
        there = self._shelf.levels[holder.level].there[path]
        starts = self._shelf.levels[holder.level].starts[path]
        span = self._shelf.levels[holder.level].spans[self.number]
        for entry in range(span.start, span.stop):
            if there[entry] != State.HERE:
                return False
            size = int(starts[entry + 1] - starts[entry])
            if asked is not None and not asked[0] <= size <= asked[1]:
                return False
        return True

    def _can_move(self, path: str) -> bool:
        """Whether a kept derived field may yet come to what is asked: something that it is made of is free."""
        leaf = self._shelf.layout.leaves.get(path)
        return leaf is not None and leaf.role is Role.DERIVED and not self._is_settled(path)

    def _is_settled(self, path: str) -> bool:
        rule = self._derived.get(path)
        inputs = (name for name in rule.inputs) if rule is not None else iter(())
        return all(name in self.wishes.kept for name in inputs)

    def _give_up(self, path: str) -> None:
        layout = self._shelf.layout
        leaf = layout.leaves.get(path)
        if leaf is None:
            self._given_up |= {path, *(inner.path for inner in layout.within(path))}
            return
        if leaf.role is Role.DERIVED:
            return
        group = {other.path for other in layout.leaves.values() if other.group == leaf.group}
        for one in group:
            self._given_up |= {one, *layout.followers.get(one, ()), *layout.ruled.get(one, ())}

    def _can_shorten(self, path: str) -> bool:
        """Whether a list is longer than the request wants it; then it is asked to be as long as that."""
        holder, asked = self._shelf.layout.holders.get(path), self._limits.lengths.get(path)
        if holder is None or asked is None or not holder.array or holder.level != ROOT:
            return False
        span = self._shelf.levels[path].spans[self.number]
        if span.stop - span.start < max(1, asked[0]):
            return False
        self._lengths[path] = asked
        return True
