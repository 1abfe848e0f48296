"""Makers of a place's parts, all of one place to an object."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.columns import Bools
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found, scope_of
from testdata_agent.engine.synthesis.fields import texts
from testdata_agent.engine.synthesis.fields.groups import allowed
from testdata_agent.engine.synthesis.frame import ROOT, Maker
from testdata_agent.engine.synthesis.generators import choices, numbers, places
from testdata_agent.engine.synthesis.generators.texts import pooled
from testdata_agent.engine.synthesis.literals import limited


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the place at the field's scope."""
    scope, wanted = scope_of(path, level), hint["part"]
    if wanted in {"street", "phone"} and draft.touched(path) and limited(spec):
        return texts.text(draft, path, spec, level)
    if wanted == "street":
        house, street = _street(draft, scope, level)
        form, pool = draft.resources.places.street_formats[0], draft.resources.pool("street_name")
        maker = draft.resources.shared(f"{house} street", lambda: places.street(house, street, form, pool))
        return maker, (house, street), ()
    group = drawn(draft, scope, level)
    if wanted == "phone":
        return places.phone(group, draft.resources.phone_lines), (group,), VALUE
    return places.part(group, draft.resources.place_words(wanted)), (group,), ()


def drawn(draft: Draft, scope: str, level: str) -> str:
    """The hidden column of the place that belongs to the object at `scope`."""
    path = scope + "#place"
    if path in draft.nodes:
        return path
    resources = draft.resources
    table, words = resources.places, resources.place_words("city")
    lines = allowed(draft, scope, "place", resources.place_words)
    if lines is not None and not lines.any():
        fault = f"no known place of {resources.locale} satisfies these limits together"
        draft.fault(scope, "UNSATISFIABLE", fault)
        lines = None
    home = None
    if scope == ROOT and lines is None:
        lines = _of_items(draft)
    elif scope == level and draft.depths[level] == 1:
        # Where the record asks for one place and its items for another, they are two.
        apart = lines is not None and allowed(draft, ROOT, "place", resources.place_words) is not None
        home = None if apart else drawn(draft, ROOT, ROOT)
    if lines is None:
        maker = resources.shared(f"place {home}", lambda: places.place(words, table.weights.tolist(), home))
    else:
        maker = places.place(words, np.where(lines, table.weights, 0).tolist(), home)
    return draft.add(path, level, *_like(draft, scope, level, "#place", maker, (home,) if home is not None else ()))


def _of_items(draft: Draft) -> Bools | None:
    """The lines that limits on an array's places leave: its first item is the home of the record."""
    for path, spec in draft.limits.fields.items():
        if spec.type is FieldType.ARRAY:
            lines = allowed(draft, path, "place", draft.resources.place_words)
            if lines is not None and lines.any():
                return lines
    return None


def _street(draft: Draft, scope: str, level: str) -> tuple[str, str]:
    """The hidden columns of house number and street name."""
    long = draft.resources.places.country in places.LONG_STREETS
    table = places.HOUSE_NUMBERS if long else places.SHORT_HOUSE_NUMBERS
    house, street = scope + "#house", scope + "#street"
    if house not in draft.nodes:
        draft.add(house, level, *_like(draft, scope, level, "#house", numbers.shaped(table, None, None, 0), ()))
        names = pooled(draft.resources.pool_words("street_name"))
        draft.add(street, level, *_like(draft, scope, level, "#street", names, ()))
    return house, street


def _like(
    draft: Draft, scope: str, level: str, suffix: str, maker: Maker, needs: Sequence[str]
) -> tuple[Maker, Sequence[str], Sequence[str]]:
    """The maker itself, or, where the object is often a copy of another, one that copies in those rows."""
    spec = draft.limits.fields.get(scope)
    hint = (spec.generate or {}) if spec is not None else {}
    touched = any(path.startswith(scope + ".") for path in draft.limits.touched)
    if "same_as" not in hint or touched:
        return maker, needs, VALUE
    other = hint["same_as"]
    flag = draft.add(scope + "#same", level, choices.boolean(int(hint["percent"])))
    if suffix == "#place":
        drawn(draft, other, level)
    else:
        _street(draft, other, level)
    return places.same_as(flag, other + suffix, maker), (*needs, flag, other + suffix), VALUE
