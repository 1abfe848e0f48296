"""One entry of the catalogue: what is done, at which place, and what should come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.spots import Pointer, Site

#: In place of a value: the member is taken away.
REMOVED: Final = object()
#: Checks that look at one value by itself.
OF_VALUES: Final = frozenset({"types", "fields", "constraints", "formats", "references", "variants"})


@dataclass(frozen=True, slots=True)
class Change:
    """One mutation.

    Attributes:
        pointer: What is changed.
        value: What stands there then: JSON values, `orjson.Fragment` for a number written in a way of its own, REMOVED.
        verdict: Where it follows from the value; None: the case's.
        rule: Likewise; empty: the case's.
        beside: What is put elsewhere before, so that the record is wrong in nothing else; the pointer is not among it.
    """

    pointer: Pointer
    value: Any
    verdict: Verdict | None = None
    rule: str = ""
    beside: tuple[tuple[Pointer, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What can be done at one place.

    Attributes:
        kind: Its name within the class: `below_min`.
        path: Of the place.
        rule: What it is about, in words.
        verdict: What should be found.
        change: The mutation in one record; None: it cannot be done there.
        checks: Those that may find it, at the place itself.
        rules: Sentences of the schema that may be broken by it, wherever they blame.
        elsewhere: Checks that may find it wherever they blame.
        blamed: Other places at which `checks` may find it.
        stored: The record that it was stored with, and where in it the value stands; None: it is not of a store.
    """

    defect_class: DefectClass
    kind: str
    path: str
    rule: str
    verdict: Verdict
    change: Callable[[Site], Change | None]
    checks: frozenset[str] = OF_VALUES
    rules: frozenset[str] = field(default_factory=frozenset)
    elsewhere: frozenset[str] = field(default_factory=frozenset)
    blamed: frozenset[str] = field(default_factory=frozenset)
    stored: tuple[Mapping[str, Any], Pointer] | None = None

    @property
    def id(self) -> str:
        """`boundary.below_min@items.quantity`: the same in every run."""
        return f"{self.defect_class.value}.{self.kind}@{self.path or '/'}"
