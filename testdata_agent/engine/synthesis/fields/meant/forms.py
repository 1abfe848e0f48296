"""Texts that must have a form where the meaning's own maker cannot: within lengths, or no two alike."""

from collections.abc import Mapping
from typing import Any, Final

from testdata_agent.engine.coherence.forms import Form
from testdata_agent.engine.schema.formats import EXPRESSIONS
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.semantics.groups import kind_of
from testdata_agent.engine.synthesis.draft import Draft, Found
from testdata_agent.engine.synthesis.fields import texts
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.sampler import sampler_for

#: Expressions of texts by what they mean.
_EXPRESSIONS: Final[Mapping[str, str]] = {
    "email": EXPRESSIONS["email"],
    "url": EXPRESSIONS["url"],
    "phone": EXPRESSIONS["phone"],
    "iban": EXPRESSIONS["iban"],
    "ip_address": EXPRESSIONS["ipv4"],
    "ipv6_address": EXPRESSIONS["ipv6"],
    "card_number": EXPRESSIONS["credit_card"],
    "mac_address": "02:00:5e(:[0-9a-f]{2}){3}",
    "color_hex": "#[0-9a-f]{6}",
}


def of_form(draft: Draft, path: str, spec: Field, level: str, hint: Mapping[str, Any], form: Form) -> Found:
    """A text of the form by an expression of it; else a fault says why there is none."""
    meaning = draft.outline.understanding.taken[path].meaning
    name = "" if meaning is None else meaning.name
    kind, group = kind_of(hint), hint.get("group", "")
    beside = [] if kind is None else [p for p in draft.outline.members(kind, group).values() if p != path]
    if spec.unique and beside and str(kind).startswith("table"):
        words = f"{path} is to be unique and belongs to {beside[0]} beside it: say `semantic: none` of one of them"
        draft.fault(path, "UNSUPPORTED_SCHEMA", words)
        return None
    expression = _EXPRESSIONS.get(name)
    try:
        if expression is not None:
            sampler_for(expression, min_length=spec.min_length or 0, max_length=spec.max_length)
    except RegexFault:
        expression = None
    if expression is None:
        words = f"{form.words} is not made within these limits: widen them, or say `semantic: none`"
        draft.fault(path, "CONTRADICTION", words)
        return None
    return texts.text(draft, path, spec.model_copy(update={"regex": expression, "format": None}), level)
