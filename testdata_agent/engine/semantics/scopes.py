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
        element: Whether it is an element of an array.
        always: Whether the array that it is an element of is there in every record.
    """

    path: str
    spec: Field
    words: tuple[str, ...]
    element: bool = False
    always: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """An object: the records themselves, an object in them, or the objects of an array.

    Attributes:
        path: Dotted; "" for the records.
        level: Path of the array that its objects are in; "" outside of any.
        depth: How many arrays it is in.
        own: Nouns that say what the object is.
        parent: The object that holds it.
        always: Whether the object around has it in every record.
    """

    path: str
    level: str
    depth: int
    own: tuple[tuple[str, ...], ...]
    parent: "Scope | None"
    always: bool = True
    leaves: list[Leaf] = field(default_factory=list)
    inner: "list[Scope]" = field(default_factory=list)

    @property
    def context(self) -> tuple[tuple[str, ...], ...]:
        """Nouns that say what the object is and what holds it, the nearest first."""
        return self.own if self.parent is None else (*self.own, *self.parent.context)


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
            level = path if depth else scope.level
            always = spec.required and not spec.nullable and not inner.nullable
            child = Scope(path, level, scope.depth + depth, (singular(words),), scope, always)
            scope.inner.append(child)
            yield from _filled(child, inner.fields)
        elif depth == 1:
            scope.leaves.append(
                Leaf(path, inner, singular(words), element=True, always=spec.required and not spec.nullable)
            )
        elif depth == 0:
            scope.leaves.append(Leaf(path, spec, words))
