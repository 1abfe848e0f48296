"""A schema as a flat list of places that values stand in, and the form of the objects that hold them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType, Schema

#: Keys of the envelope, which are no part of a record.
SCENARIO_KEY: Final = "_scenario"
ENVELOPE: Final = frozenset({"_index", SCENARIO_KEY, "_defect"})
#: Forms of one group (which of its members are there) that are remembered as right.
_REMEMBERED_FORMS = 4096

_JSON_TYPES: Final[Mapping[FieldType, frozenset[type]]] = {
    FieldType.INTEGER: frozenset({int}),
    # 10 is as good a JSON number as 10.00.
    FieldType.FLOAT: frozenset({float, int}),
    FieldType.BOOLEAN: frozenset({bool}),
    FieldType.OBJECT: frozenset({dict}),
    FieldType.ARRAY: frozenset({list}),
}


def bare(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without its envelope."""
    return {name: value for name, value in record.items() if name not in ENVELOPE}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One place of a schema.

    Attributes:
        path: Dotted, as schemas write it (`items.price`); the elements of an array are `tags[]`.
        key: Name in the object that holds it; "" for the elements of an array.
        group: Path of the group whose objects hold it.
        always: Whether it is in every one of those objects, and never null.
        steady: Whether every sound record holds exactly one value of it.
        types: Python types of its JSON values.
        parent: For the elements of an array the array's path, else "".
    """

    path: str
    key: str
    field: Field
    group: str
    always: bool
    steady: bool
    types: frozenset[type]
    parent: str = ""

    @property
    def is_time(self) -> bool:
        """Whether its values are dates or instants."""
        return self.field.type in TIME_TYPES

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.field.type in NUMERIC_TYPES

    @property
    def is_text(self) -> bool:
        """Whether its values are texts (dates and instants left out)."""
        return not self.is_time and self.field.type is not FieldType.VARIANT and str in self.types


@dataclass(slots=True, eq=False)
class Group:
    """All objects of one place: the records, the items of a cart, the shipping addresses.

    Attributes:
        path: Dotted path of what holds the members; "" for the records.
        source: Path of the node whose values the objects are; "" for the records.
        nodes: Members and, after each array, its elements; parents first.
        members: The members by key.
        steady: Whether every sound record holds exactly one such object.
        open: Whether they may hold members that the schema does not name.
        route: The way there from the record: (key, depth of the array under it).
        always, sometimes, elements: The nodes: members of every object, other members, elements of arrays.
        paths_by_types: Members that have values of the same Python types.
        uniform: Whether all its objects have the same keys, the envelope's not among them.
        always_of: The values of `always` in one object.
        instants, dates: Paths of the members that are times.
    """

    path: str
    source: str
    steady: bool
    open: bool = False
    route: tuple[tuple[str, int], ...] = ()
    nodes: tuple[Node, ...] = ()
    members: Mapping[str, Node] = field(default_factory=dict)
    always: tuple[Node, ...] = ()
    sometimes: tuple[Node, ...] = ()
    elements: tuple[Node, ...] = ()
    paths_by_types: tuple[tuple[frozenset[type], tuple[str, ...]], ...] = ()
    uniform: bool = False
    instants: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    always_of: Callable[[Mapping[str, Any]], tuple[Any, ...]] = tuple
    _forms: set[tuple[str, ...]] = field(default_factory=set)

    def hold(self, nodes: Sequence[Node]) -> None:
        """Takes its nodes, parents first."""
        self.nodes = tuple(nodes)
        self.members = {node.key: node for node in nodes if node.key}
        self.always = tuple(node for node in self.members.values() if node.always)
        self.sometimes = tuple(node for node in self.members.values() if not node.always)
        self.uniform = bool(self.path) and not self.sometimes
        self.elements = tuple(node for node in nodes if not node.key)
        alike: dict[frozenset[type], list[str]] = {}
        for node in self.members.values():
            alike.setdefault(node.types, []).append(node.path)
        self.paths_by_types = tuple((types, tuple(paths)) for types, paths in alike.items())
        self.instants, self.dates = (
            tuple(node.path for node in self.members.values() if node.field.type is kind)
            for kind in (FieldType.DATETIME, FieldType.DATE)
        )
        keys = [node.key for node in self.always]
        self.always_of = itemgetter(*keys) if len(keys) > 1 else lambda entry: tuple(entry[key] for key in keys)

    def all_fit(self, objects: Sequence[dict[str, Any]]) -> bool:
        """`fits` of the keys of every object."""
        return all(map(self.fits, set(map(tuple, objects))))

    def fits(self, keys: tuple[str, ...]) -> bool:
        """Whether an object with these keys has all that it must have and nothing unknown."""
        if keys in self._forms:
            return True
        names = frozenset(keys) - ENVELOPE if not self.path else frozenset(keys)
        if not (self.open or names <= self.members.keys()) or any(
            is_needed(n) and n.key not in names for n in self.members.values()
        ):
            return False
        if len(self._forms) < _REMEMBERED_FORMS:
            self._forms.add(keys)
        return True


def is_needed(node: Node) -> bool:
    """Whether an object without this member is wrong.

    A field with a `when` is there or not as another field says; the schema's rules judge that.
    """
    return node.field.required and "when" not in (node.field.generate or {})


def only_member(nodes: Mapping[str, Node], arrays: Sequence[str], key: str) -> Node | None:
    """The member `key` of the objects in the one array of these; None where there are several or it may be absent.

    In a batch its values are then those of the first record's objects, of the second's, and so on, none left out.
    """
    if len(arrays) != 1:
        return None
    array, element, member = (nodes.get(f"{arrays[0]}{end}") for end in ("", "[]", f".{key}"))
    return member if all(node is not None and node.always for node in (array, element, member)) else None


def groups_of(schema: Schema) -> tuple[Group, ...]:
    """The groups of a schema, holders before what they hold."""
    return tuple(_groups(schema.fields, Group("", "", steady=True, open=schema.open)))


def _groups(fields: Mapping[str, Field], group: Group) -> Iterator[Group]:
    path = group.path
    nodes, inner = [], []
    for name, spec in fields.items():
        here = f"{path}.{name}" if path else name
        always = spec.required and "when" not in (spec.generate or {}) and not spec.nullable
        node = Node(here, name, spec, path, always, group.steady and always, _types(spec))
        nodes.append(node)
        inner_spec, holder, depth = spec, node, 0
        while inner_spec.type is FieldType.ARRAY and inner_spec.item is not None:
            inner_spec, depth = inner_spec.item, depth + 1
            # Elements stand in no object of their own: they are always there, unless null.
            holder = Node(
                holder.path + "[]",
                "",
                inner_spec,
                path,
                not inner_spec.nullable,
                False,
                _types(inner_spec),
                holder.path,
            )
            nodes.append(holder)
        if inner_spec.type is FieldType.OBJECT and inner_spec.fields:
            inside = Group(here, holder.path, holder.steady, inner_spec.open, (*group.route, (name, depth)))
            inner.append((inner_spec.fields, inside))
    group.hold(nodes)
    yield group
    for members, inside in inner:
        yield from _groups(members, inside)


def _types(spec: Field) -> frozenset[type]:
    known = _JSON_TYPES.get(spec.type)
    if known is not None:
        return known
    if spec.variants:
        return frozenset().union(*map(_types, spec.variants))
    return frozenset({str, *map(type, spec.values or ())})
