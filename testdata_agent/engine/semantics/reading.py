"""Which meaning a field has: by what the schema says, by its format or type, by its name."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from testdata_agent.engine.catalog.meanings import NONE, Meaning, types_of, vocabulary
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.semantics.names import without_noise
from testdata_agent.engine.semantics.scopes import Leaf, Scope

BY_SCHEMA = "said by the schema"
_FORMATS = {"email": "email", "phone": "phone"}
_TYPES = {FieldType.EMAIL: "email", FieldType.PHONE: "phone", FieldType.ADDRESS: "full_address"}
#: Meanings of a person that a list of values may belong to.
_WITH_VALUES = frozenset({"gender", "salutation"})
#: Objects around a field of which the names may be put before its own.
_HOLDERS = 2


@dataclass(slots=True, eq=False)
class Reading:
    """What one leaf was taken for.

    Attributes:
        prefix: The words of its name before those that have the meaning: whose it is.
        why: In words, for people.
        free: Whether the schema leaves it to the meaning how the field is made.
        classes: What the object is known to be: `orders`, `events`.
    """

    leaf: Leaf
    meaning: Meaning | None
    prefix: tuple[str, ...]
    why: str
    free: bool
    classes: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """Of the leaf."""
        return self.leaf.path


def read(leaf: Leaf, scope: Scope, *, without: Collection[str] = ()) -> Reading:
    """What a leaf means, before its neighbours are looked at; `without`: meanings that it does not have by its name."""
    spec = leaf.spec
    if spec.semantic == NONE:
        return Reading(leaf, None, (), BY_SCHEMA, free=False)
    if spec.semantic == "money" and not _says(spec):
        found = _by_name(leaf, scope, without)
        money = found if found is not None and found.meaning is not None and found.meaning.extras.get("money") else None
        return money or Reading(leaf, vocabulary().meaning("money"), leaf.words[:-1], BY_SCHEMA, free=True)
    if spec.semantic is not None:
        meaning = vocabulary().meaning(spec.semantic)
        fits = meaning is not None and spec.type in types_of(meaning)
        return Reading(leaf, meaning if fits else None, leaf.words[:-1], BY_SCHEMA, free=fits and not _says(spec))
    if _says(spec):
        by_name = _by_name(leaf, scope, without)
        if by_name is not None and spec.values is not None and by_name.meaning.name in _WITH_VALUES:  # type: ignore[union-attr]
            return by_name
        return Reading(leaf, by_name.meaning if by_name else None, (), BY_SCHEMA, free=False)
    form = _FORMATS.get(spec.format or "")
    if form is None and spec.format is not None:
        return Reading(leaf, None, (), BY_SCHEMA, free=False)
    found = _by_name(leaf, scope, without)
    wanted = form or (_TYPES.get(spec.type) if spec.type is not FieldType.ADDRESS else None)
    if wanted is not None:
        if found is not None and found.meaning is not None and found.meaning.name.endswith(wanted):
            return found
        prefix = leaf.words[:-1] if found is None else found.prefix
        why = "by its format" if form else "by its type"
        return Reading(leaf, vocabulary().meaning(wanted), prefix, why, free=True)
    if found is not None:
        return found
    if spec.type is FieldType.ADDRESS:
        return Reading(leaf, vocabulary().meaning("full_address"), leaf.words[:-1], "by its type", free=True)
    return Reading(leaf, None, (), f"nothing in its name is known; made as any {spec.type}", free=True)


def _says(spec: Field) -> bool:
    """Whether the schema itself says how the values are made."""
    own = (spec.values, spec.regex, spec.pattern, spec.reference, spec.faker, spec.generate)
    return any(value is not None for value in own) or bool(spec.examples)


def _by_name(leaf: Leaf, scope: Scope, without: Collection[str]) -> Reading | None:
    """By its own name; by that of the object before it (`name` of a `category`) where its own says little."""
    found = _by_own_name(leaf, scope, without)
    if found is None or (found.meaning is not None and found.meaning.extras.get("weak") and not found.prefix):
        return _by_holder(leaf, scope, without) or found
    return found


def _by_own_name(leaf: Leaf, scope: Scope, without: Collection[str]) -> Reading | None:
    bare = without_noise(leaf.words)
    for words in dict.fromkeys((leaf.words, bare)):
        for start in range(len(words)):
            for meaning, why in _named("_".join(words[start:]), words[:start], leaf, scope):
                if meaning.name not in without:
                    return Reading(leaf, meaning, words[:start], why, free=True)
    return None


def _by_holder(leaf: Leaf, scope: Scope, without: Collection[str]) -> Reading | None:
    holders = tuple(word for words in reversed(scope.context[:_HOLDERS]) for word in words)
    ends = (leaf.words, ()) if leaf.words == ("name",) else (leaf.words,)
    for start in range(len(holders)):
        for end in ends:
            words = (*holders[start:], *end)
            if len(words) < 2:
                continue
            for meaning, _ in _named("_".join(words), holders[:start], leaf, scope):
                if meaning.name not in without and not meaning.extras.get("weak"):
                    return Reading(leaf, meaning, (), f"by its name, as `{' '.join(words)}`", free=True)
    return None


def _named(key: str, prefix: tuple[str, ...], leaf: Leaf, scope: Scope) -> Iterator[tuple[Meaning, str]]:
    """Meanings that have this name and that the field's type can be, with the reason why each applies."""
    for name, noun in vocabulary().names.get(key, ()):
        meaning = vocabulary().meaning(name)
        assert meaning is not None
        why = _holds(meaning, noun, prefix, scope) if leaf.spec.type in types_of(meaning) else None
        if why is not None:
            yield meaning, why


def _holds(meaning: Meaning, noun: str | None, prefix: tuple[str, ...], scope: Scope) -> str | None:
    """Why the meaning applies to the name; None: it does not."""
    if meaning.extras.get("prefixed") is True and not prefix:
        return None
    if noun is None:
        return "by its name"
    for words in _contexts(prefix, scope):
        if noun in _classes(words):
            what = " ".join(words)
            return "by its name" if words == prefix else f"by its name, as that of a {what}"
    return None


def _contexts(prefix: tuple[str, ...], scope: Scope) -> Iterator[tuple[str, ...]]:
    """What a name is the name of: its own words before it, else the object and what holds it."""
    if prefix:
        yield prefix
        return
    holder: Scope | None = scope
    while holder is not None:
        around = holder.parent.own[-1] if holder.parent is not None else ()
        known = False
        for words in holder.own:
            known = known or bool(_classes((*around, *words)))
            yield (*around, *words) if _classes((*around, *words)) != _classes(words) else words
        if known:
            return
        holder = holder.parent


def names_a_kind(words: Sequence[str]) -> bool:
    """Whether these words, of a schema or an object, say what it is; `record` and `listing` may be of anything."""
    return not is_generic(words) and bool(_classes(words))


def is_generic(words: Sequence[str]) -> bool:
    """Whether the words are a name that anything may have."""
    return "_".join(words) in vocabulary().generic


def classes_of(scope: Scope) -> frozenset[str]:
    """What the object is known to be: of the nearest name around it that says so."""
    holder: Scope | None = scope
    while holder is not None:
        found = frozenset[str]().union(*map(_classes, holder.own))
        if found:
            return found
        holder = holder.parent
    return frozenset()


def _classes(words: Sequence[str]) -> frozenset[str]:
    known, nouns = vocabulary(), vocabulary().nouns
    for start in range(len(words)):
        found = nouns.get("_".join(words[start:]))
        if found:
            return frozenset(found)
        if start < len(words) - 1 and words[-1] in known.generic:
            inner = nouns.get("_".join(words[start:-1]))
            if inner:
                return frozenset(inner)
    return frozenset()
