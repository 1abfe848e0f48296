"""Whether what a field says of its values agrees: its list of them with its lengths, bounds, regex and format."""

from collections.abc import Iterator
from typing import Final

from testdata_agent.engine.schema.formats import is_known, named
from testdata_agent.engine.schema.model import TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import epoch
from testdata_agent.engine.synthesis.agreement import DisagreementError, agreed
from testdata_agent.engine.synthesis.draft import Draft
from testdata_agent.engine.synthesis.literals import accepts, listing
from testdata_agent.engine.synthesis.pattern import PatternFault
from testdata_agent.engine.synthesis.regex.dialect import compile_re2
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.scales import time_bounds

#: Types that are a format of their own.
_FORMATS: Final = {FieldType.EMAIL: "email", FieldType.PHONE: "phone", FieldType.UUID: "uuid"}


def disagreements(draft: Draft, path: str, spec: Field) -> Iterator[tuple[str, str]]:
    """(reason, words) of each contradiction of the field with itself."""
    if spec.type in TEXT_TYPES:
        yield from _of_texts(draft, path, spec)
    elif spec.type in TIME_TYPES and spec.values is not None:
        low, high = time_bounds(spec)
        outside = [
            value
            for value in spec.values
            if (low is not None and epoch(str(value)) < low) or (high is not None and epoch(str(value)) > high)
        ]
        if outside:
            yield "CONTRADICTION", f"the values {listing(outside)} lie outside of min and max"


def _of_texts(draft: Draft, path: str, spec: Field) -> Iterator[tuple[str, str]]:
    try:
        for expression in (spec.regex, spec.pattern):
            if expression is not None:
                compile_re2(expression)
    except RegexFault as fault:
        yield fault.reason, fault.message
        return
    if spec.values is not None:
        test = accepts(spec.model_copy(update={"values": None}))
        wrong = [value for value in spec.values if isinstance(value, str) and not test(value)]
        if wrong:
            fitting = "none of {} fits" if len(wrong) == len(spec.values) else "the values {} do not fit"
            yield "CONTRADICTION", f"{fitting.format(listing(wrong))} the length or regex of the field"
            return
    own = _FORMATS.get(spec.type)
    if own is not None and named(spec.format) not in {None, own} and not draft.touched(path):
        yield "CONTRADICTION", f"a field of type {spec.type} has that format, not {spec.format}: make it a string"
        return
    ruled = (spec.values, spec.regex, spec.pattern)
    known = spec.format is not None and is_known(spec.format) and not draft.touched(path)
    if known and any(rule is not None for rule in ruled):
        try:
            agreed(spec, str(spec.format))
        except DisagreementError as error:
            yield "CONTRADICTION", str(error)
        except RegexFault as fault:
            yield fault.reason, fault.message
        except PatternFault as fault:
            yield "INVALID_FORMAT", str(fault)
