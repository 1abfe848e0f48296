"""What every plan of one schema begins with, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.rules.rulebook import Rule, Rulebook, compile_rules
from testdata_agent.engine.rules.shape import Shape
from testdata_agent.engine.schema.model import Field, Schema
from testdata_agent.engine.schema.shape import DEFAULT_SCALE, shape_of


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A schema taken apart.

    Attributes:
        fields: Every field by its dotted path, parents first.
        book: The rules; empty where there are faults.
        derived: Deriving rules by the path that they make.
        faults: What is wrong with the rules.
    """

    schema: Schema
    fields: Mapping[str, Field]
    shape: Shape
    book: Rulebook
    derived: Mapping[str, Rule]
    faults: tuple[Violation, ...]

    @classmethod
    def of(cls, schema: Schema, *, money_digits: int = DEFAULT_SCALE) -> "Outline":
        """Reads the schema's fields and rules; money has so many decimal digits."""
        shape = shape_of(schema, money_digits=money_digits)
        book, faults = compile_rules(schema.coherence_rules, shape)
        violations = tuple(
            Violation("schema.coherence_rules", fault.reason, f"{fault.rule[:120]!r}: {fault.message}")
            for fault in faults
        )
        derived = {rule.derives: rule for rule in book.deriving if rule.derives is not None}
        return cls(schema, dict(schema.leaves()), shape, book, derived, violations)
