"""The violation that a record names itself, in its envelope: the score leaves it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from testdata_agent.engine.coherence.report import Problem

#: Key of the envelope that says what is wrong with a record.
DEFECT_KEY: Final = "_defect"
#: Member of `_defect`: the messages of the checks that find it.
FOUND_KEY: Final = "found"


@dataclass(frozen=True, slots=True)
class Named:
    """What one record says of itself.

    Attributes:
        messages: Those of the checks that find it.
        field: Where it is, as problems say it: `items[0].sku`.
    """

    messages: frozenset[str]
    field: str

    @classmethod
    def of(cls, record: Any) -> Self | None:
        """Of a finished record with its envelope; None where it names nothing."""
        defect = record.get(DEFECT_KEY) if isinstance(record, dict) else None
        if not isinstance(defect, Mapping):
            return None
        found, pointer = defect.get(FOUND_KEY), defect.get("pointer")
        messages = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
        return cls(frozenset(messages), _field(pointer) if isinstance(pointer, str) else "")

    def others(self, problems: Sequence[Problem], *, of_repeats: bool) -> list[Problem] | None:
        """What else a check has against the record; None where nothing: then it does not count for this record.

        Args:
            problems: What the check found.
            of_repeats: Whether it is the one for values that were there before. Where the value is what was put there,
                as that of a stored bug is in one record after another, being there again is nothing else; nor is it
                that records are alike which hold little more than that value.
        """
        left = [
            problem
            for problem in problems
            if problem[1] not in self.messages and not (of_repeats and problem[0] in {"", self.field})
        ]
        return left or None


def steps_of(pointer: str) -> tuple[str, ...]:
    """The steps of an RFC 6901 text, indexes as digits."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _field(pointer: str) -> str:
    """The field at a JSON pointer."""
    steps = (f"[{step}]" if step.isdigit() else f".{step}" for step in steps_of(pointer))
    return "".join(steps).removeprefix(".")
