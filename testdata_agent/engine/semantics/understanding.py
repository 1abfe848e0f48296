"""A schema understood: what each field was taken for, why, and how it is made for that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from testdata_agent.engine.catalog.meanings import Meaning
from testdata_agent.engine.schema.certain import has_room, meant_bounds
from testdata_agent.engine.schema.checks import MAX_NUMBER
from testdata_agent.engine.schema.model import NUMERIC_TYPES, Field, FieldType, Schema
from testdata_agent.engine.semantics import groups, kinds, neighbours, sums
from testdata_agent.engine.semantics.reading import BY_SCHEMA, Reading, classes_of, is_generic, names_a_kind, read
from testdata_agent.engine.semantics.scopes import Scope, scopes_of
from testdata_agent.engine.semantics.siblings import Siblings, by_meaning, lines_of
from testdata_agent.engine.semantics.statuses import condition, narrowed

#: Names that the rule language reads as they are.
_PLAIN_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_ARTICLE_ANCHORS: Final = frozenset({"name", "brand", "category", "description"})
#: How a thing is called of which no more is known.
_THING: Final = {"kind": "template", "text": "{words:thing_first} {words:thing_last}"}
_NAMES: Final = ("name_of_thing", "book_title", "article_title", "product_name", "event_title", "course_title")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one field was taken for.

    Attributes:
        meaning: None: nothing is known of it beyond its type.
        why: `by its name`, `beside city`, `said by the schema`, …
    """

    meaning: Meaning | None
    why: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """A schema and what was read out of it.

    Attributes:
        given: The schema as it was.
        schema: With the digits of money and of measures, the form of texts that have one, and the rules that follow.
        taken: By path of every leaf; elements of an array stand under the array's path.
        hints: How those fields are made that the schema leaves open.
        rules: Sentences that follow from what fields mean and that the schema does not say.
    """

    given: Schema
    schema: Schema
    taken: Mapping[str, Taken]
    hints: Mapping[str, Mapping[str, Any]]
    rules: tuple[str, ...]


@dataclass(slots=True)
class _Notes:
    readings: dict[str, Reading] = field(default_factory=dict)
    hints: dict[str, dict[str, Any]] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)


def understood(schema: Schema) -> Understanding:
    """Reads a schema; equal schemas give equal understandings."""
    scopes, notes = scopes_of(schema), _Notes()
    said = {path for rule in schema.coherence_rules for path in _PLAIN_PATH.findall(rule.partition("=")[0])}
    read_of = {scope.path: list(_read_together(scope)) for scope in scopes}
    found = {path: by_meaning(here) for path, here in read_of.items()}
    for scope in scopes:
        siblings = Siblings(found[scope.path], lines_of(scope, found), _around(scope, found))
        here = read_of[scope.path]
        notes.readings.update((reading.path, reading) for reading in here)
        _alone(scope, here, siblings, notes)
        _beside(scope, here, siblings, notes, said)
        if not scope.level:
            _by_status(here, notes)
    groups.group(scopes, notes.readings, notes.hints)
    groups.templates(scopes, notes.readings, notes.hints)
    taken = {path: Taken(r.meaning, notes.why.get(path, r.why)) for path, r in notes.readings.items()}
    changes = {path: change for path, r in notes.readings.items() if (change := _change(r))}
    changed = _changed(schema, changes)
    if notes.rules:
        changed = changed.model_copy(update={"coherence_rules": (*schema.coherence_rules, *notes.rules.values())})
    return Understanding(schema, changed, taken, notes.hints, tuple(notes.rules.values()))


def _read_together(scope: Scope) -> Iterator[Reading]:
    """What the leaves of an object mean; a meaning that is for company gives way to the next where it has none."""
    alone = [read(leaf, scope) for leaf in scope.leaves]
    told = kinds.told(scope, alone, named=names_a_kind(scope.own[0]))
    if told is not None:
        noun, by = told
        own = () if is_generic(scope.own[0]) else scope.own
        scope.own = (*own, tuple(noun.split("_")))
        alone = [_as_told(reading, read(reading.leaf, scope), by) for reading in alone]
    classes = classes_of(scope)
    for reading in _placed(scope, alone):
        reading.classes = classes
        yield reading


def _around(scope: Scope, found: Mapping[str, Mapping[str, Sequence[Reading]]]) -> Mapping[str, Sequence[Reading]]:
    """The readings of the record whose array the objects are in."""
    listed = scope.parent is not None and scope.level == scope.path and not scope.parent.level
    return found[scope.parent.path] if listed and scope.parent is not None else {}


def _placed(scope: Scope, alone: list[Reading]) -> list[Reading]:
    """The readings, each the first that has beside it what it wants; what wants company may be company itself."""
    by_themselves = [_in_place(reading, scope, frozenset()) for reading in alone]
    there = _names(by_themselves)
    placed = [_in_place(reading, scope, there) for reading in alone]
    if _names(placed) <= there:
        return placed
    return [_in_place(reading, scope, there | _names(placed)) for reading in alone]


def _names(readings: list[Reading]) -> frozenset[str]:
    return frozenset(reading.meaning.name for reading in readings if reading.meaning is not None)


def _in_place(reading: Reading, scope: Scope, there: frozenset[str]) -> Reading:
    """The first meaning of the field that has beside it what it wants."""
    lonely: list[str] = []
    while reading.meaning is not None and reading.why != BY_SCHEMA and not _in_company(reading.meaning, there):
        lonely.append(reading.meaning.name)
        reading = read(reading.leaf, scope, without=lonely)
    return reading


def _in_company(meaning: Meaning, there: frozenset[str]) -> bool:
    """Whether what a meaning wants is beside it (one of it, or all of one list), and what it does not want is not."""
    wanted = meaning.extras.get("beside")
    if not there.isdisjoint(meaning.extras.get("unless", ())):
        return False
    return wanted is None or any({name} <= there if isinstance(name, str) else set(name) <= there for name in wanted)


def _as_told(before: Reading, after: Reading, by: str) -> Reading:
    if after.meaning is not before.meaning:
        after.why = f"by its name, beside `{by}`"
    return after


def _by_status(readings: list[Reading], notes: _Notes) -> None:
    """Points in time that a status beside them has not reached are left out; those always there have reached it."""
    for reading in readings:
        if reading.path in notes.hints and (change := narrowed(reading, readings, notes.hints)) is not None:
            path, notes.hints[path] = change
            notes.why[path] = f"{notes.why.get(path, notes.readings[path].why)}; one in which `{reading.path}` is there"
    for reading in readings:
        hint = notes.hints.get(reading.path)
        if hint is None or not _PLAIN_PATH.fullmatch(reading.path):
            continue
        when = condition(reading, readings, notes.hints)
        if when is not None and _PLAIN_PATH.match(when):
            notes.hints[reading.path] = {**hint, "when": when}
            notes.why[reading.path] = f"{notes.why.get(reading.path, reading.why)}; there when {when}"


def _alone(scope: Scope, readings: list[Reading], siblings: Siblings, notes: _Notes) -> None:
    """The hint of each field as if nothing stood beside it."""
    article = any(_is_article(reading) for reading in readings) and scope.depth <= 1
    for reading in readings:
        if _is_of_faker(reading.leaf.spec):
            notes.hints[reading.path] = {"kind": "pool", "provider": reading.leaf.spec.faker}
        if not reading.free:
            continue
        hint = _hint(reading, article=article)
        if not hint:
            continue
        if hint.get("kind") == "slug":
            hint = _slug(siblings, readings) or {"kind": "template", "text": "{words:url_topic}"}
        if hint.get("kind") == "rated":
            hint = _rated(hint, siblings, reading, notes)
        if hint.get("kind") in {"age", "birth"}:
            hint = _aged(hint, siblings, reading, notes)
        notes.hints[reading.path] = hint


def _is_of_faker(spec: Field) -> bool:
    """Whether the schema names a provider, and nothing else that would make the values."""
    others = (spec.values, spec.regex, spec.pattern, spec.reference, spec.generate, spec.format)
    return spec.faker is not None and spec.type is FieldType.STRING and all(other is None for other in others)


def _hint(reading: Reading, *, article: bool) -> dict[str, Any] | None:
    spec, meaning = reading.leaf.spec, reading.meaning
    if meaning is None:
        free_text = spec.type is FieldType.STRING and spec.format is None
        return {"kind": "prose", "topic": "unknown", "sentences": [1, 1]} if free_text else None
    found = meaning.hint(spec.type)
    if found is None:
        return None
    hint = dict(found)
    if hint.get("kind") == "article" and (not article or reading.leaf.element):
        other = meaning.generate.get("number" if spec.type in NUMERIC_TYPES else "text_else")
        hint = dict(other) if other is not None else dict(_THING)
    if hint.get("kind") == "shaped" and meaning.extras.get("money"):
        hint["money"] = hint.pop("quantiles")
    if hint.get("kind") == "company" and hint["part"] == "email":
        hint["part"] = f"email.{_desk(reading)}"
    if hint.get("kind") == "numbered":
        hint |= {"word": _word(reading), "own": spec.unique or not reading.prefix}
    return hint


#: First words of names that do not say who reads what is sent there.
_NO_DESK: Final = frozenset({"email", "e", "mail", "contact", "company", "address"})


def _desk(reading: Reading) -> str:
    """Who in a company reads mail to this address: `support` of a `support_email`."""
    first = reading.leaf.words[0]
    return first if first not in _NO_DESK and first.isascii() and first.isalpha() else "info"


def _word(reading: Reading) -> str:
    """Three letters of what a number is the number of."""
    words = reading.prefix or ("rec",)
    return words[-1][:3].upper() if words[-1].isascii() and words[-1].isalpha() else "NO"


def _is_article(reading: Reading) -> bool:
    meaning = reading.meaning
    hint = meaning.generate.get("text", {}) if meaning is not None else {}
    return reading.free and hint.get("kind") == "article" and hint["part"] in _ARTICLE_ANCHORS


def _slug(siblings: Siblings, readings: list[Reading]) -> dict[str, Any] | None:
    named = [r for name in _NAMES for r in siblings.of(name)]
    titled = [r for r in readings if r.leaf.words[-1] in {"title", "name", "headline"} and not r.leaf.element]
    texts = [r for r in (*named, *titled) if r.leaf.spec.type is FieldType.STRING]
    return {"kind": "slug", "of": texts[0].path} if texts else None


def _rated(hint: dict[str, Any], siblings: Siblings, reading: Reading, notes: _Notes) -> dict[str, Any]:
    stars = [r for name in ("rating", "star_rating_hotel") for r in siblings.of(name)]
    rating = next((r for r in stars if r.leaf.spec.type in NUMERIC_TYPES), None)
    if rating is None:
        return {"kind": "rated", "part": hint["part"], "of": None}
    notes.why[reading.path] = f"{reading.why}, beside `{rating.path}`"
    return {"kind": "rated", "part": hint["part"], "of": rating.path}


def _aged(hint: dict[str, Any], siblings: Siblings, reading: Reading, notes: _Notes) -> dict[str, Any]:
    """An age and a birth date: the one that the schema limits comes first."""
    other = next(iter(siblings.of("birth_date" if hint["kind"] == "age" else "age")), None)
    knots = _AGES if hint["kind"] == "birth" else hint["quantiles"]
    if other is None:
        return {"kind": hint["kind"], "quantiles": knots}
    birth = other if hint["kind"] == "age" else reading
    follows = not birth.free or birth.leaf.spec.min is not None or birth.leaf.spec.max is not None
    notes.why[reading.path] = f"{reading.why}, beside `{other.path}`"
    if follows == (hint["kind"] == "age"):
        return {"kind": hint["kind"], "of": other.path, "quantiles": knots}
    return {"kind": hint["kind"], "quantiles": knots}


_AGES: Final = [[0, 18], [25, 28], [50, 40], [75, 54], [95, 73], [100, 92]]


def _beside(scope: Scope, readings: list[Reading], siblings: Siblings, notes: _Notes, said: set[str]) -> None:
    """What fields have of those beside them takes the place of what they are by themselves."""
    for reading in readings:
        if not reading.free or reading.leaf.element:
            continue
        found = None if reading.meaning is None else neighbours.related(reading, siblings)
        if found is not None:
            notes.hints[reading.path], base = found
            notes.why[reading.path] = f"{reading.why}, beside `{base}`"
    for reading in readings:
        rule = _rule(scope, reading, siblings) if _open(reading, said) else None
        if rule is not None and not _circular(rule, notes):
            notes.rules[reading.path] = rule
            notes.why[reading.path] = f"{reading.why}, with its parts beside it: {rule}"


def _rule(scope: Scope, reading: Reading, siblings: Siblings) -> str | None:
    """What a number beside its parts comes to, as the rule language says it."""
    rule = sums.counting_rule(reading, scope)
    if rule is None and reading.meaning is not None:
        rule = sums.implied_rule(reading, siblings)
    named = rule is not None and all(map(_PLAIN_PATH.fullmatch, _paths(rule)))
    return rule if named else None


def _paths(rule: str) -> list[str]:
    """The fields that a rule names."""
    operands = re.split(r" [=+*/-] |(?:sum|count)\(|\)", rule)
    return [text for text in operands if text and not text.isdecimal()]


def _circular(rule: str, notes: _Notes) -> bool:
    """Whether one of the parts is itself made of what the rule makes."""
    target, *pending = _paths(rule)
    seen = set[str]()
    while pending:
        path = pending.pop()
        if path == target:
            return True
        if path in seen:
            continue
        seen.add(path)
        hint = notes.hints.get(path, {})
        pending += [hint[key] for key in ("of", "to", "span", "weight") if isinstance(hint.get(key), str)]
        pending += _paths(hint["sum"]) if "sum" in hint else ()
        pending += _paths(notes.rules[path])[1:] if path in notes.rules else ()
    return False


def _open(reading: Reading, said: set[str]) -> bool:
    """Whether a rule may be read into the field: none of the schema makes it, and no limit of it stands in the way."""
    spec = reading.leaf.spec
    if spec.type not in NUMERIC_TYPES or reading.leaf.element or not reading.free:
        return False
    least = spec.min is None or Decimal(str(spec.min)) <= 0
    return least and spec.max is None and spec.multiple_of is None and not spec.unique and reading.path not in said


def _change(reading: Reading) -> dict[str, Any]:
    """What the field itself has of its meaning: digits, and the form that its texts are checked for."""
    meaning, spec = reading.meaning, reading.leaf.spec
    if meaning is None:
        return {}
    changes: dict[str, Any] = {}
    scale = meaning.extras.get("scale")
    if spec.type is FieldType.FLOAT and spec.scale is None and spec.multiple_of is None and spec.values is None:
        if meaning.extras.get("money") and spec.semantic is None and _has_digits(spec, 0):
            changes["semantic"] = "money"
        elif scale is not None and _has_digits(spec, scale):
            changes["scale"] = scale
    bounds = meant_bounds(spec)
    if bounds is not None and reading.free:
        changes |= dict(zip(("min", "max"), bounds, strict=True))
    form = meaning.extras.get("form")
    named = spec.semantic is not None and spec.semantic != form
    if (
        form is not None
        and reading.free
        and not named
        and spec.type is FieldType.STRING
        and has_room(spec, *meaning.extras["length"])
    ):
        changes["semantic"] = form
    return changes


def _has_digits(spec: Field, digits: int) -> bool:
    """Whether the bounds can be written with so many decimal digits."""
    bounds = [Decimal(str(bound)) for bound in (spec.min, spec.max) if bound is not None]
    return all(bound * 10**digits % 1 == 0 for bound in bounds if abs(bound) <= MAX_NUMBER)


def _changed(schema: Schema, changes: Mapping[str, dict[str, Any]]) -> Schema:
    if not changes:
        return schema
    return schema.model_copy(update={"fields": _changed_fields(schema.fields, "", changes)})


def _changed_fields(fields: Mapping[str, Field], prefix: str, changes: Mapping[str, Any]) -> dict[str, Field]:
    return {name: _changed_field(spec, prefix + name, changes) for name, spec in fields.items()}


def _changed_field(spec: Field, path: str, changes: Mapping[str, Any]) -> Field:
    if spec.fields:
        return spec.model_copy(update={"fields": _changed_fields(spec.fields, path + ".", changes)})
    if spec.item is not None:
        return spec.model_copy(update={"item": _changed_field(spec.item, path, changes)})
    return spec.model_copy(update=changes[path]) if path in changes else spec
