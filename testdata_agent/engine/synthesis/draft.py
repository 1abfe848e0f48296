"""A plan in the making: what the compiler and the fields' makers write into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.rules.syntax import Binary, Expr, Path
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.schema.shape import in_currency_digits, scale_of
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.fields.orders import Orders
from testdata_agent.engine.synthesis.frame import CHILD_SPACE, ROOT, Maker, Node
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.outline import Outline
from testdata_agent.engine.synthesis.plan import LENGTHS
from testdata_agent.engine.synthesis.resources import Resources

#: A maker, the columns it needs and the purposes of the hashes it draws; None: a fault was noted.
Found = tuple[Maker, Sequence[str], Sequence[str]] | None
#: The purposes of a maker that draws one hash.
VALUE = ("value",)


#: Least and greatest value of a number; None: no end is known.
Span = tuple[Fraction | None, Fraction | None]


@dataclass(slots=True)
class Draft:
    """One schema under one set of limits, and the nodes made of it so far.

    Attributes:
        faults: What is wrong with the request, found while makers are chosen.
        dependent: Paths that no rule derives and whose makers draw nothing: they follow from other columns.
        spaces: How many distinct values each unique field has; a request for more rows is refused.
        promises: Claims of rules that the chosen makers hold by construction.
        distinct: Paths of leaves in arrays that hold no value twice.
        bounded: Paths of numbers whose makers keep to the field's least and greatest value.
        groups: What the fields of one group share, by the group's hidden path.
        always: Whether derived fields have a value in every record, as far as it was asked.
        ends: Between which ends derived numbers can lie, as far as it was asked.
        depths: How many arrays a level is in.
        crowded: Levels in which an array may hold more than CHILD_SPACE items.
        sizes: The most items of a level in one record.
        orders: Which points in time come after which.
    """

    outline: Outline
    limits: Limits
    resources: Resources
    nodes: dict[str, Node] = field(default_factory=dict)
    faults: list[Violation] = field(default_factory=list)
    dependent: set[str] = field(default_factory=set)
    spaces: dict[str, int] = field(default_factory=dict)
    promises: set[Expr] = field(default_factory=set)
    distinct: set[str] = field(default_factory=set)
    bounded: set[str] = field(default_factory=set)
    groups: dict[str, Any] = field(default_factory=dict)
    always: dict[str, bool] = field(default_factory=dict)
    ends: dict[str, Span] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=lambda: {ROOT: 0})
    crowded: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=lambda: {ROOT: 1})
    orders: Orders = field(init=False)

    def __post_init__(self) -> None:
        self.orders = Orders(self.outline)

    def add(
        self, path: str, level: str, maker: Maker, needs: Sequence[str] = (), purposes: Sequence[str] = VALUE
    ) -> str:
        """Adds a node, unless one of that path is there; returns the path."""
        if path not in self.nodes:
            self.nodes[path] = Node(path, level, self._real(needs), tuple(purposes), maker)
        return path

    def fault(self, path: str, reason: str, message: str) -> None:
        """Notes a violation of the field at `path`."""
        self.faults.append(Violation(self.limits.source_of(path), reason, message))

    def touched(self, path: str) -> bool:
        """Whether the request speaks of the field itself."""
        return path in self.limits.touched

    def promise_order(self, earlier: str, later: str) -> None:
        """Notes that the maker of `later` never gives less than what stands at `earlier`."""
        self.promises.add(Binary(">=", Path(later), Path(earlier)))

    def room(self, path: str, level: str, space: int) -> None:
        """Notes how many distinct values a unique field has, so that a request for more rows is refused."""
        self.spaces[path] = space // CHILD_SPACE ** self.depths[level]

    def key(self, path: str) -> int:
        """The key by which a unique field's values are shuffled."""
        return hashing.name_key(self.outline.schema.name, path, "space")

    def scale(self, spec: Field) -> int:
        """Decimal digits of a numeric field: those of the currency for money."""
        return self.resources.currency_digits if in_currency_digits(spec) else scale_of(spec)

    def _real(self, needs: Sequence[str]) -> tuple[str, ...]:
        """Needs as columns: an array is known by its lengths and all that its items hold."""
        result: list[str] = []
        for need in needs:
            spec = self.limits.fields.get(need)
            result.append(need + LENGTHS if spec is not None and spec.type is FieldType.ARRAY else need)
        return tuple(result)


def scope_of(path: str, level: str) -> str:
    """The path of what a field is a part of: its object; for the values of an array the array itself."""
    return path if path == level else path.rpartition(".")[0]
