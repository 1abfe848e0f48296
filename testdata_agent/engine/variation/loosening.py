"""Choices that exemplars make and nobody holds them to: the engine makes some of them, and what follows from these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from testdata_agent.engine.synthesis.columns import Bools
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.variation.layout import Layout, Leaf, Role
from testdata_agent.engine.variation.shelf import Wishes

#: Ways of making a field of which the schema says how often each value comes.
_DRAWN: Final = frozenset({"choice", "referred", "boolean"})
#: Of a hundred rows, those in which such a choice is the engine's.
PERCENT: Final = 35


@dataclass(frozen=True, slots=True)
class Loose:
    """One choice.

    Attributes:
        path: Of the field.
        paths: Its own, and those of the fields that follow from it.
        exemplars: Which of them it may differ from.
    """

    path: str
    paths: frozenset[str]
    exemplars: Bools


def loosened(layout: Layout, wishes: Sequence[Wishes], touched: Mapping[str, str]) -> tuple[Loose, ...]:
    """The choices that may be the engine's; `touched` are the fields that the request speaks of."""
    found = []
    for leaf in layout.leaves.values():
        after = layout.followers.get(leaf.path, frozenset())
        bound = {leaf.path, *after, *layout.ruled.get(leaf.path, ())}
        if not _is_open(layout, leaf) or bound & touched.keys():
            continue
        free = [not bound & (each.kept | each.taken | each.given_up) for each in wishes]
        if any(free):
            found.append(Loose(leaf.path, frozenset({leaf.path, *after}), np.array(free, dtype=bool)))
    return tuple(found)


def _is_open(layout: Layout, leaf: Leaf) -> bool:
    """Whether a field is a choice that says nothing of what the record is about, and no time hangs on it."""
    if leaf.role is not Role.TAKEN or leaf.level != ROOT or leaf.spec.creative or leaf.group != leaf.path:
        return False
    if leaf.spec.generate is None or leaf.hint.get("kind") not in _DRAWN:
        return False
    after = [layout.leaves.get(path) for path in layout.followers.get(leaf.path, ())]
    return all(each is not None and each.level == ROOT and each.role is not Role.TIME for each in after)
