"""A schema as objects with leaves: what stands beside what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.engine.semantics.names import singular, words_of


@dataclass(slots=True, eq=False)
class Leaf:
    """A field that holds no others, or what an array of plain values holds.

    Attributes:
        words: Of its name; of an array's elements, of one of them.
        holder: Whether it is an element of an array.
    """

    path: str
    spec: Field
    words: tuple[str, ...]
    element: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """An object: the records themselves, an object in them, or the objects of an array.

    Attributes:
        path: Dotted; "" for the records.
        level: Path of the array that its objects are in; "" outside of any.
        depth: How many arrays it is in.
        context: Nouns that say what the object is, the nearest first.
        parent: The object that holds it.
    """

    path: str
    level: str
    depth: int
    context: tuple[tuple[str, ...], ...]
    parent: "Scope | None"
    leaves: list[Leaf] = field(default_factory=list)
    inner: "list[Scope]" = field(default_factory=list)


def scopes_of(schema: Schema) -> list[Scope]:
    """All objects of a schema, holders before what they hold."""
    root = Scope("", "", 0, (singular(words_of(schema.name) or ("",)),), None)
    return list(_filled(root, schema.fields))


def _filled(scope: Scope, fields: Mapping[str, Field]) -> Iterator[Scope]:
    yield scope
    for name, spec in fields.items():
        path = f"{scope.path}.{name}" if scope.path else name
        inner, depth = spec, 0
        while inner.type is FieldType.ARRAY and inner.item is not None:
            inner, depth = inner.item, depth + 1
        words = words_of(name) or (name,)
        if inner.fields:
            context = (singular(words), *scope.context)
            child = Scope(path, path if depth else scope.level, scope.depth + depth, context, scope)
            scope.inner.append(child)
            yield from _filled(child, inner.fields)
        elif depth == 1:
            scope.leaves.append(Leaf(path, inner, singular(words), element=True))
        elif depth == 0:
            scope.leaves.append(Leaf(path, spec, words))
