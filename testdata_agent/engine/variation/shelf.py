"""Exemplars laid out in columns, one entry an exemplar or, inside an array, one an item of any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.layout import Holder, Layout, Leaf, Role
from testdata_agent.engine.variation.values import Held, held

#: What stands where the exemplar has no such member, and where nothing is known of it.
ABSENT: Final = object()
UNKNOWN: Final = object()


class State:
    """What an entry says of a field. Plain numbers: they are compared for every value of every exemplar."""

    #: Nothing: the engine makes it as it would.
    ENGINE: Final = 0
    #: Its value.
    HERE: Final = 1
    ABSENT: Final = 2
    NULL: Final = 3
    #: That there is a value, which the engine makes.
    THERE: Final = 4


@dataclass(frozen=True, slots=True)
class Wishes:
    """What becomes of the fields of one exemplar beside those that every exemplar gives.

    Attributes:
        kept: Leaves whose values every variation has; and arrays that keep their items, as many as there are.
        taken: Leaves that are taken from it though they are no exemplar's to give: they belong to what is kept.
        given_up: Fields that the engine makes all the same.
        clocked: Whether its points in time are taken, and moved together.
        lengths: (least, most) items that the request asks of its arrays, where they have others.
    """

    kept: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()
    clocked: bool = False
    lengths: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Cells:
    """One leaf of all entries of its level; the last entry is of rows that have none, and says nothing.

    Attributes:
        state: As State.
        values: What columns hold; None where `state` is not HERE, save for derived fields that are kept.
        whole: Whether every entry but the last is HERE.
    """

    leaf: Leaf
    state: NDArray[np.int8]
    values: list[Held]
    whole: bool


@dataclass(slots=True)
class Entries:
    """One level.

    Attributes:
        of: Exemplar of each entry; those of one exemplar stand together.
        spans: Entries of each exemplar.
        starts: By array of this level, where each entry's items begin; one more at the end.
        there: By object or array of this level, as State (HERE or THERE: it is there).
    """

    of: list[int]
    spans: list[slice]
    starts: dict[str, I64] = field(default_factory=dict)
    there: dict[str, NDArray[np.int8]] = field(default_factory=dict)


@dataclass(slots=True)
class Shelf:
    """Exemplars of one layout.

    Attributes:
        wishes: What becomes of the fields of each of them.
        levels: By array; empty: the records.
        cells: By path of every leaf.
    """

    layout: Layout
    exemplars: Sequence[Exemplar]
    wishes: "Sequence[Wishes]"
    levels: dict[str, Entries]
    cells: dict[str, Cells]

    def values_of(self, exemplar: int, path: str) -> list[Held]:
        """What an exemplar says of a leaf, one value a place; nothing where it says none."""
        cells = self.cells[path]
        span = self.levels[cells.leaf.level].spans[exemplar]
        values = cells.values[span]
        if cells.whole:
            return values
        return [v for v, state in zip(values, cells.state[span].tolist(), strict=True) if state == State.HERE]


def shelved(
    layout: Layout,
    exemplars: Sequence[Exemplar],
    wishes: Sequence[Wishes],
) -> Shelf:
    """Lays exemplars out; `wishes` has an entry for each of them."""
    shelf = Shelf(layout, exemplars, wishes, {}, {})
    size = len(exemplars)
    records: list[Any] = [exemplar.record for exemplar in exemplars]
    spans = [slice(number, number + 1) for number in range(size)]
    shelf.levels[ROOT] = Entries(list(range(size)), spans)
    _lay(shelf, layout.parts, ROOT, records)
    return shelf


def _lay(
    shelf: Shelf,
    parts: Sequence[Leaf | Holder],
    level: str,
    bearers: Sequence[Any],
) -> None:
    owners = shelf.levels[level].of
    for part in parts:
        found = bearers if not part.name else [_member(bearer, part.name) for bearer in bearers]
        if isinstance(part, Leaf):
            shelf.cells[part.path] = _cells(shelf, part, found, owners)
        elif part.array:
            _lay_array(shelf, part, found, owners)
        else:
            shelf.levels[level].there[part.path] = _presence(part, found, owners, shelf.wishes, dict)
            inner = [value if isinstance(value, dict) else UNKNOWN for value in found]
            _lay(shelf, part.parts, level, inner)


def _lay_array(shelf: Shelf, part: Holder, found: Sequence[Any], owners: Sequence[int]) -> None:
    here = shelf.levels[part.level]
    there = here.there[part.path] = _presence(part, found, owners, shelf.wishes, list)
    lists = [
        value if state == State.HERE and _fits(part, value) else None
        for value, state in zip(found, there.tolist()[:-1], strict=True)
    ]
    for entry, items in enumerate(lists):
        if items is None and there[entry] == State.HERE:
            there[entry] = State.THERE
    starts = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([0 if items is None else len(items) for items in lists], out=starts[1:])
    here.starts[part.path] = starts
    bearers = [item for items in lists if items is not None for item in items]
    of = [owner for owner, items in zip(owners, lists, strict=True) for _ in items or ()]
    above = np.array([*(span.stop for span in here.spans)], dtype=np.int64)
    ends = starts[above].tolist()
    spans = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    shelf.levels[part.path] = Entries(of, spans)
    _lay(shelf, part.parts, part.path, bearers)


def _fits(part: Holder, items: Sequence[Any]) -> bool:
    """Whether the array may hold so many, and items of their kind."""
    spec, objects = part.spec, bool(part.parts and part.parts[0].name)
    if objects and not all(isinstance(item, dict) for item in items):
        return False
    return (spec.min_items or 0) <= len(items) and (spec.max_items is None or len(items) <= spec.max_items)


def _member(bearer: Any, name: str) -> Any:
    return bearer.get(name, ABSENT) if isinstance(bearer, dict) else UNKNOWN


def _presence(
    part: Holder, found: Sequence[Any], owners: Sequence[int], wishes: Sequence[Wishes], kind: type
) -> NDArray[np.int8]:
    states = []
    for value, owner in zip(found, owners, strict=True):
        if value is UNKNOWN or part.path in wishes[owner].given_up:
            states.append(State.ENGINE)
        elif value is ABSENT:
            states.append(State.ENGINE if part.spec.required else State.ABSENT)
        elif value is None:
            states.append(State.NULL if part.spec.nullable else State.ENGINE)
        else:
            states.append(State.HERE if isinstance(value, kind) else State.ENGINE)
    return np.array([*states, State.ENGINE], dtype=np.int8)


def _cells(shelf: Shelf, leaf: Leaf, found: Sequence[Any], owners: Sequence[int]) -> Cells:
    taken = [leaf.role is Role.TAKEN or leaf.path in wish.kept or leaf.path in wish.taken for wish in shelf.wishes]
    hangs = shelf.layout.hangs_on_fresh(leaf)
    given_up = [
        leaf.path in wish.given_up or (hangs and not own) for wish, own in zip(shelf.wishes, taken, strict=True)
    ]
    states: list[int] = []
    values: list[Held] = []
    whole = True
    spec, plain = leaf.spec, leaf.role is not Role.DERIVED
    for value, owner in zip(found, owners, strict=True):
        if plain and taken[owner] and not given_up[owner] and (content := held(spec, value)) is not None:
            states.append(State.HERE)
            values.append(content)
        else:
            state, content = _cell(leaf, value, taken=taken[owner], given_up=given_up[owner])
            whole = whole and state == State.HERE
            states.append(state)
            values.append(content)
    return Cells(leaf, np.array([*states, State.ENGINE], dtype=np.int8), [*values, None], whole)


def _cell(leaf: Leaf, value: Any, *, taken: bool, given_up: bool) -> tuple[int, Held]:
    if leaf.role is Role.DERIVED:
        known = taken and value is not UNKNOWN and value is not ABSENT and value is not None
        return State.ENGINE, held(leaf.spec, value) if known else None
    if value is UNKNOWN or given_up:
        return State.ENGINE, None
    if value is ABSENT:
        return (State.ENGINE if leaf.spec.required else State.ABSENT), None
    if value is None:
        return (State.NULL if leaf.spec.nullable else State.ENGINE), None
    content = held(leaf.spec, value) if taken else None
    return (State.THERE, None) if content is None else (State.HERE, content)
