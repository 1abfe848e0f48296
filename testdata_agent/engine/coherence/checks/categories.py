"""Things in one basket belong together: the catalogue has a theme that all their categories are of."""

from collections.abc import Mapping
from itertools import islice
from typing import ClassVar

from testdata_agent.engine.catalog.articles import taxonomy
from testdata_agent.engine.coherence.batch import Batch, View, shown
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node, only_member
from testdata_agent.engine.coherence.report import Problem

#: The member of an array's objects that names their category.
CATEGORY_FIELD = "category"


class Categories(Check):
    """Category affinity within every array of things."""

    name: ClassVar = "categories"

    def __init__(self, arrays: tuple[str, ...], category: Node | None) -> None:
        self._arrays, self._category = arrays, category

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "Categories | None":
        """The check for a schema; None where no array of the record holds things with a category."""
        arrays = tuple(
            node.key
            for node in nodes.values()
            if node.group == "" and node.key and (leaf := nodes.get(f"{node.key}.{CATEGORY_FIELD}")) is not None
            if leaf.is_text and nodes.get(f"{node.key}[]") is not None
        )
        return cls(arrays, only_member(nodes, arrays, CATEGORY_FIELD)) if arrays else None

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if self._category is None:
            return None
        themes = iter(map(taxonomy().get, batch.values[self._category.path]))
        applied = 0
        for entries in batch.values[self._arrays[0]]:
            known = [found for found in islice(themes, len(entries)) if found is not None]
            if len(known) > 1:
                if not frozenset.intersection(*known):
                    return None
                applied += 1
        return applied

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check; categories that the catalogue does not know say nothing, nor does one thing alone."""
        themes_of, applies = taxonomy(), False
        for key in self._arrays:
            shared: frozenset[str] | None = None
            for number, item in enumerate(view.record.get(key) or ()):
                themes = themes_of.get(item.get(CATEGORY_FIELD)) if item is not None else None
                if themes is None:
                    continue
                if shared is None:
                    shared = themes
                    continue
                applies = True
                common = shared & themes
                if not common:
                    here = f"{key}[{number}].{CATEGORY_FIELD}"
                    others = ", ".join(sorted(shared))
                    return [(here, f"{here}: {shown(item[CATEGORY_FIELD])} does not go with the rest ({others})")]
                shared = common
        return [] if applies else None
