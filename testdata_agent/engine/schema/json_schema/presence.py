"""Choices of a record that say which members are there and nothing else: rules say that, too."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from testdata_agent.engine.schema.json_schema.claims import Choice, Claims
from testdata_agent.engine.schema.json_schema.document import Place
from testdata_agent.engine.schema.json_schema.emptiness import without_choices
from testdata_agent.engine.schema.json_schema.keywords import ANNOTATIONS
from testdata_agent.engine.schema.json_schema.objects import rule_path
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.model import Field

if TYPE_CHECKING:
    from testdata_agent.engine.schema.json_schema.builder import Builder

#: Most branches of a choice that are said by rules; of a `oneOf` fewer: rows are drawn until one alone fits.
_MAX_BRANCHES, _MAX_EXCLUSIVE = 20, 3


def by_rules(builder: "Builder", claims: Claims, spot: Spot) -> Field | None:
    """The record, where all its choices are lists of required members; None: they say more, or rules cannot say it."""
    if spot.depth or not all(map(_is_of_presence, claims.choices)):
        return None
    field = builder.of_claims(without_choices(claims), spot)
    if field is None or field.fields is None:
        return field
    rules = list[str]()
    for choice in claims.choices:
        branches = [_sentence(field, place, spot) for place in choice.branches]
        said = [branch for branch in branches if branch is not None]
        if len(said) < len(branches):
            return None
        rules += _rules(said, exclusive=choice.exclusive)
    builder.rules += rules
    return field


def _is_of_presence(choice: Choice) -> bool:
    return len(choice.branches) <= (_MAX_EXCLUSIVE if choice.exclusive else _MAX_BRANCHES) and all(
        isinstance(place.schema, Mapping)
        and set(place.schema) - ANNOTATIONS == {"required"}
        and isinstance(place.schema["required"], list)
        and place.schema["required"]
        for place in choice.branches
    )


def _sentence(field: Field, place: Place, spot: Spot) -> str | None:
    """That all members which a branch requires are there; None: rules cannot say it."""
    held = [(field.fields or {}).get(name) for name in place.schema["required"] if isinstance(name, str)]
    paths = [None if member is None else rule_path(spot, member) for member in held]
    if None in paths:
        return None
    return " and ".join(f"{path} exists" for path in paths)


def _rules(branches: list[str], *, exclusive: bool) -> Iterator[str]:
    yield " or ".join(f"({branch})" for branch in branches)
    if exclusive:
        for one, other in combinations(branches, 2):
            yield f"not (({one}) and ({other}))"
