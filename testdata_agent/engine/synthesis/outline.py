"""What every plan of one schema begins with, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.rules.rulebook import Rule, Rulebook, compile_rules
from testdata_agent.engine.rules.shape import Shape
from testdata_agent.engine.schema.model import Field, Schema
from testdata_agent.engine.schema.shape import DEFAULT_SCALE, shape_of
from testdata_agent.engine.semantics.groups import kind_of
from testdata_agent.engine.semantics.understanding import Understanding, understood


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A schema taken apart.

    Attributes:
        schema: As it was understood.
        fields: Every field by its dotted path, parents first.
        book: The rules; empty where there are faults.
        derived: Deriving rules by the path that they make.
        faults: What is wrong with the rules.
        understanding: What its fields were taken for.
        ruled: Paths that the schema's own rules put beside other fields.
    """

    schema: Schema
    fields: Mapping[str, Field]
    shape: Shape
    book: Rulebook
    derived: Mapping[str, Rule]
    faults: tuple[Violation, ...]
    understanding: Understanding
    ruled: frozenset[str]

    @classmethod
    def of(
        cls, schema: Schema, *, money_digits: int = DEFAULT_SCALE, understanding: Understanding | None = None
    ) -> "Outline":
        """Reads the schema's fields and rules; money has so many decimal digits."""
        found = understood(schema) if understanding is None else understanding
        schema = found.schema
        shape = shape_of(schema, money_digits=money_digits)
        book, faults = compile_rules(schema.coherence_rules, shape)
        violations = tuple(
            Violation(
                "schema.coherence_rules",
                fault.reason,
                f"{fault.rule[:120]!r}: {fault.message}" if fault.rule else fault.message,
            )
            for fault in faults
        )
        derived = {rule.derives: rule for rule in book.deriving if rule.derives is not None}
        own = [rule for rule in (*book.deriving, *book.checking) if rule.text not in found.rules]
        ruled = frozenset(path for rule in own if len(rule.inputs) > 1 or rule.derives for path in rule.inputs)
        return cls(schema, dict(schema.leaves()), shape, book, derived, violations, found, ruled)

    @property
    def hints(self) -> Mapping[str, Mapping[str, Any]]:
        """How those leaves are made that the schema leaves to their meaning, by path."""
        return self.understanding.hints

    def members(self, kind: str, group: str) -> Mapping[str, str]:
        """Paths of the fields that are parts of one person, place or the like, by part."""
        return {
            str(hint["part"]): path
            for path, hint in self.hints.items()
            if hint.get("group") == group and kind_of(hint) == kind
        }

    def member(self, kind: str, group: str, part: str) -> str | None:
        """The path of one part; None: no field is that."""
        return self.members(kind, group).get(part)
