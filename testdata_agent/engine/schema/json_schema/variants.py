"""`anyOf` and `oneOf`: values of one of several forms."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from testdata_agent.engine.schema.json_schema.claims import Choice, Claims
from testdata_agent.engine.schema.json_schema.document import Place
from testdata_agent.engine.schema.json_schema.emptiness import contradiction, without_choices
from testdata_agent.engine.schema.json_schema.faults import EndlessError
from testdata_agent.engine.schema.json_schema.kinds import implied
from testdata_agent.engine.schema.json_schema.presence import by_rules
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.model import Field, FieldType

if TYPE_CHECKING:
    from testdata_agent.engine.schema.json_schema.builder import Builder

#: Most ways in which the branches of all choices of one schema go together.
MAX_FORMS = 256

#: One branch of each choice.
_Taken = tuple[Place, ...]


def variant(builder: "Builder", claims: Claims, spot: Spot) -> Field | None:
    """The field of claims with choices; None: a fault was noted."""
    ruled = by_rules(builder, claims, spot)
    if ruled is not None:
        return ruled
    if prod(len(choice.branches) for choice in claims.choices) > MAX_FORMS:
        words = f"its branches go together in more than {MAX_FORMS} ways"
        builder.faults.fault(claims.choices[0].pointer, "SCHEMA_TOO_LARGE", words)
        return None
    faults = len(builder.faults)
    forms, endless = list[Field](), None
    possible = list(_possible(builder, claims))
    if not possible and len(builder.faults) == faults:
        words = "no value fits any of the branches together with what else is said"
        builder.faults.fault(claims.choices[0].pointer, "UNSATISFIABLE", words)
    told_apart = set[frozenset[str]]()
    for taken, together in possible:
        form = _told_apart(builder, claims.choices, taken, together, told_apart)
        inner = spot._replace(pointer=taken[0].pointer, path=None if len(possible) > 1 else spot.path)
        try:
            with builder.within(taken, inner.pointer):
                field = builder.of_claims(form, inner)
        except EndlessError as error:
            endless = error
            continue
        if field is not None:
            forms.append(field)
    if len(builder.faults) > faults:
        return None
    if not forms and endless is not None:
        raise endless
    exclusive = all(choice.exclusive for choice in claims.choices)
    return variant_of(forms, spot, nullable=False, exclusive=exclusive)


def variant_of(forms: Sequence[Field], spot: Spot, *, nullable: bool, exclusive: bool) -> Field:
    """One field of these forms: null is no form of its own, nor are variants within variants."""
    flat = list[Field]()
    for form in forms:
        nullable = nullable or form.nullable
        if form.type is FieldType.ENUM and form.values == (None,):
            continue
        if form.variants:
            exclusive = exclusive and form.exclusive
        for inner in form.variants or (form,):
            plain = inner.model_copy(update={"nullable": False, "required": True}) if len(forms) > 1 else inner
            if plain not in flat:
                flat.append(plain)
    if not flat:
        return forms[0]
    if len(flat) == 1:
        return flat[0].model_copy(update={"nullable": nullable, "required": spot.required})
    return Field(
        name=spot.name,
        type=FieldType.VARIANT,
        variants=tuple(flat),
        exclusive=exclusive,
        nullable=nullable,
        required=spot.required,
        description=next((form.description for form in forms if form.description), ""),
    )


def _possible(builder: "Builder", claims: Claims) -> Iterator[tuple[_Taken, Claims]]:
    """The branches that can be taken together, and what they claim with all else."""
    reading, base = builder.reading, without_choices(claims)
    for place in (place for choice in claims.choices for place in choice.branches if place.schema is not False):
        why = contradiction(reading.of((place,)), reading)
        if why is not None:
            builder.faults.fault(place.pointer, "CONTRADICTION", f"the branch is impossible: {why}")
    for taken in product(*(choice.branches for choice in claims.choices)):
        form = base
        for place in taken:
            form = reading.with_branch(form, (place,))
        if not form.stated and not form.choices:
            form = replace(form, kinds=implied(form), stated=True)
        if contradiction(form, reading) is None:
            yield taken, form


def _told_apart(
    builder: "Builder", choices: Sequence[Choice], taken: _Taken, form: Claims, known: set[frozenset[str]]
) -> Claims:
    """The form, made so that no other branch of a `oneOf` fits; where that cannot be shown, a fault is noted.

    `known` are the pairs of branches of a single choice that were proven to exclude one another.
    """
    for choice, own in zip(choices, taken, strict=True):
        if not choice.exclusive:
            continue
        for other in choice.branches:
            pair = frozenset({own.pointer, other.pointer})
            if other is own or (pair in known and len(choices) == 1):
                continue
            if contradiction(builder.reading.with_branch(form, (other,)), builder.reading) is not None:
                # What was narrowed to the kinds that are made proves nothing of the other way round.
                if builder.reading.of((own,)).stated:
                    known.add(pair)
                continue
            # A branch does not fit a record that lacks a member which the branch requires.
            missing = [name for name in builder.reading.of((other,)).required if name not in form.required]
            if missing and "object" in form.kinds and form.kinds <= {"object", "null"}:
                form = replace(form, absent=form.absent | {missing[0]})
                continue
            numbers = " and ".join(place.pointer.rpartition("/")[2] for place in sorted((own, other), key=_number))
            words = f"branches {numbers} may fit the same value: tell them apart by types, or by a required member "
            words += "with a const of its own, or use anyOf"
            builder.faults.fault(choice.pointer, "OVERLAPPING_BRANCHES", words)
    return form


def _number(place: Place) -> int:
    return int(place.pointer.rpartition("/")[2])
