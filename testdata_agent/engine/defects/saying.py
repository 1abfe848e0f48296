"""What a field by itself says of a value that is to stand in it."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from testdata_agent.engine.coherence.checks.constraints import limits_of
from testdata_agent.engine.coherence.checks.references import form_of_target
from testdata_agent.engine.coherence.forms import form_of
from testdata_agent.engine.defects.defect import Verdict
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, Field, FieldType
from testdata_agent.engine.schema.shape import decimal_digits, is_money, scale_of

NOTHING_SAID = "the schema says nothing of it"


@dataclass(frozen=True, eq=False)
class Saying:
    """The limits of one field."""

    field: Field

    @cached_property
    def limits(self) -> tuple[Any, ...]:
        """Those of numbers, lengths and lists."""
        return limits_of(self.field)

    @cached_property
    def forms(self) -> tuple[Any, ...]:
        """Those of texts."""
        if self.field.type not in TEXT_TYPES:
            return ()
        found = (form_of(self.field), form_of_target(self.field))
        return tuple(dict.fromkeys(form for form in found if form is not None))

    @property
    def is_text(self) -> bool:
        """Whether any text at all may be meant."""
        return self.field.type in TEXT_TYPES and all(isinstance(value, str) for value in self.field.values or ())

    @property
    def is_free(self) -> bool:
        """Whether nothing is said of what a text may hold."""
        spec = self.field
        return not self.forms and spec.regex is None and spec.pattern is None and spec.values is None

    def of(self, value: Any) -> tuple[Verdict, str] | None:
        """The verdict on a value of the right type, and the words for it; None: several limits are broken at once."""
        broken = [limit.words for limit in self.limits if not limit.holds(value)]
        broken += [f"is not {form.words}" for form in self.forms if not form.fits(value)]
        if self._too_fine(value):
            broken.append("has more decimal digits than its currency")
        if len(broken) > 1:
            return None
        if broken:
            return Verdict.REJECT, f"the value {broken[0]}"
        return self._unbroken()

    def _unbroken(self) -> tuple[Verdict, str]:
        spec = self.field
        if spec.type in NUMERIC_TYPES:
            bounded = spec.min is not None and spec.max is not None
            words = f"{spec.min} to {spec.max}" if bounded else NOTHING_SAID
            return (Verdict.ACCEPT if bounded else Verdict.UNSPECIFIED), words
        if self.forms:
            # Whether it is one to the last rule of a standard is not looked at.
            return Verdict.UNSPECIFIED, f"it may pass for {self.forms[0].words}"
        if self.is_free:
            return Verdict.UNSPECIFIED, NOTHING_SAID
        return Verdict.ACCEPT, f"it matches {spec.regex or spec.pattern or 'the values listed'}"

    def _too_fine(self, value: Any) -> bool:
        if not is_money(self.field) or self.field.scale is None or isinstance(value, int):
            return False
        return decimal_digits(value) > self.field.scale


def step_of(field: Field) -> Decimal:
    """The least by which two values of a number differ."""
    if field.multiple_of is not None:
        return Decimal(field.multiple_of)
    return Decimal(1) if field.type is FieldType.INTEGER else Decimal(1).scaleb(-scale_of(field))
