"""A format that a request gives a text whose values or regular expression are known already: what both allow."""

from typing import Any

import numpy as np

from testdata_agent.engine.coherence.forms import Form, form_of
from testdata_agent.engine.schema.formats import EXPRESSIONS, named
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.hashing import mix_one
from testdata_agent.engine.synthesis.literals import accepts, listing
from testdata_agent.engine.synthesis.pattern import examples, is_pattern, parse_pattern
from testdata_agent.engine.synthesis.regex.sampler import sampler_for

#: Texts by which a format and an expression are held against one another.
_TRIALS = 40


class DisagreementError(ValueError):
    """No value has both; the message says what would be right."""


def agreed(spec: Field, text: str) -> dict[str, Any]:
    """What a field becomes under a format that is known and can be read.

    Values are kept as far as they have the format. Of a format and an expression the narrower one is kept.

    Raises:
        DisagreementError: the format does not go with the field's values or its expression.
        RegexFault: no texts of the field's expression can be made.
    """
    if spec.values is not None:
        return {"values": _kept(spec, text)}
    if spec.regex is None and spec.pattern is None:
        return {"format": text}
    own = _own_texts(text)
    if own and all(map(accepts(spec.model_copy(update={"min_length": None, "max_length": None})), own)):
        return {"format": text, "regex": None, "pattern": None}
    form = _form(spec, text)
    if spec.regex is not None and form is not None and all(map(form.fits, trials_of(spec.regex))):
        return {}
    rule = spec.regex if spec.regex is not None else spec.pattern
    raise DisagreementError(
        f"texts of the format {text} do not match the expression {str(rule)[:60]!r} of {spec.name}; "
        "give a format whose every text matches it"
    )


def _kept(spec: Field, text: str) -> tuple[Any, ...]:
    form = _form(spec, text)
    kept = tuple(value for value in spec.values or () if form is None or form.fits(str(value)))
    if not kept:
        raise DisagreementError(
            f"{spec.name} is one of {listing(spec.values or ())}, and none of them has the format {text}; "
            "leave the format out, or choose among them by enum_values"
        )
    return kept


def _form(spec: Field, text: str) -> Form | None:
    name = text if is_pattern(text) else named(text)
    return form_of(spec.model_copy(update={"values": None, "regex": None, "format": name}))


def _own_texts(text: str) -> list[str]:
    """Texts as the engine makes them of a format; none where they belong to a person, a place or a list."""
    if is_pattern(text):
        return examples(parse_pattern(text))
    name = named(text)
    return [] if name in {"email", "phone", "currency", "uuid", None} else trials_of(EXPRESSIONS[str(name)])


def trials_of(expression: str, min_length: int = 0, max_length: int | None = None) -> list[str]:
    """Some texts of an expression.

    Raises:
        RegexFault: none can be made.
    """
    sampler = sampler_for(expression, min_length=min_length, max_length=max_length)
    return sampler.sample(np.array([mix_one(number + 1) for number in range(_TRIALS)], dtype=np.uint64))
