"""Claims on texts to what a field says of them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from testdata_agent.engine.coherence.forms import NAMED as FORMS
from testdata_agent.engine.schema.formats import EXPRESSIONS, UUIDS
from testdata_agent.engine.schema.json_schema.claims import Claims, compiled
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.engine.synthesis.hashing import mix_one
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.sampler import RegexSampler, sampler_for

_TYPES = {
    "date-time": FieldType.DATETIME,
    "date": FieldType.DATE,
    "email": FieldType.EMAIL,
    "uuid": FieldType.UUID,
    "phone": FieldType.PHONE,
}
#: Characters of the texts of types that all have the same number.
_LENGTHS = {"date-time": 20, "date": 10, "uuid": 36}
_TRIALS = 64
_SHORTEST_EMAIL, _LONGEST_EMAIL = 6, 100
#: Texts are made up to this length.
MAX_LENGTH = 10_000


class TextError(ValueError):
    """Texts that the engine does not make; `keyword` is at fault, `reason` is the catalogue's."""

    def __init__(self, keyword: str, reason: str, message: str) -> None:
        self.keyword, self.reason = keyword, reason
        super().__init__(message)


def text(claims: Claims) -> dict[str, Any]:
    """A field of texts; raises TextError."""
    least, most = claims.least_length, claims.most_length
    if least > MAX_LENGTH:
        raise TextError("minLength", "SCHEMA_TOO_LARGE", f"texts are made up to {MAX_LENGTH} characters, not {least}")
    if len(claims.formats) > 1:
        words = f"one text of the formats {' and '.join(claims.formats)} is not made: keep one of them"
        raise TextError("format", "UNSUPPORTED_SCHEMA", words)
    if len(claims.patterns) > 1:
        words = "two patterns of one text are not supported: write one that says both"
        raise TextError("pattern", "UNSUPPORTED_SCHEMA", words)
    format_name = claims.formats[0] if claims.formats else None
    pattern = claims.patterns[0] if claims.patterns else None
    if format_name is not None and pattern is not None:
        format_name, pattern = _reconciled(format_name, pattern, least, most)
    found: dict[str, Any] = {"type": _TYPES.get(format_name or "", FieldType.STRING)}
    length = _LENGTHS.get(format_name or "")
    if length is not None:
        if not least <= length <= (length if most is None else most):
            keyword = "minLength" if least > length else "maxLength"
            raise TextError(keyword, "CONTRADICTION", f"texts of the format {format_name} have {length} characters")
        return found
    if format_name is not None and found["type"] is FieldType.STRING:
        found["format"] = format_name
    if least:
        found["min_length"] = least
    if most is not None and most <= MAX_LENGTH:
        found["max_length"] = most
    if found["type"] is FieldType.EMAIL and least <= _SHORTEST_EMAIL and (most is None or most >= _LONGEST_EMAIL):
        # Addresses of people fit, and are better than those made to fit.
        return {"type": FieldType.EMAIL}
    if pattern is not None:
        _sampler(pattern, least, most, search=True)
        found["pattern"] = pattern
    elif format_name in EXPRESSIONS and len(found) > 2:
        _sampler(EXPRESSIONS[format_name], least, most, search=False)
    return found


def _reconciled(format_name: str, pattern: str, least: int, most: int | None) -> tuple[str | None, str | None]:
    """The one of the two that says the other by itself, as far as a number of trials shows."""
    search = compiled(pattern).search
    if all(search(sample) is not None for sample in _samples(format_name)):
        return format_name, None
    form = FORMS.get(format_name)
    if form is not None and form.all_fit(_drawn(_sampler(pattern, least, most, search=True))):
        return None, pattern
    words = f"texts of the format {format_name} that match the pattern as well are not made: keep one of the two"
    raise TextError("pattern", "UNSUPPORTED_SCHEMA", words)


@lru_cache(maxsize=64)
def _samples(format_name: str) -> tuple[str, ...]:
    """Texts of a format, as they are made."""
    if format_name in {"date", "date-time"}:
        days = [datetime(1930, 1, 1, 0, 0, 0, tzinfo=UTC) + timedelta(days=97.13 * i) for i in range(400)]
        return tuple(f"{day:%Y-%m-%d}" if format_name == "date" else f"{day:%Y-%m-%dT%H:%M:%SZ}" for day in days)
    if format_name == "phone":
        return ("(201) 555-0123", "+12015550123", "201-555-0123", "+49 30 23125 001")
    return tuple(_drawn(sampler_for(UUIDS if format_name == "uuid" else EXPRESSIONS[format_name])))


def _sampler(pattern: str, least: int, most: int | None, *, search: bool) -> RegexSampler:
    """What samples texts that match; raises TextError where there are none."""
    try:
        return sampler_for(pattern, min_length=least, max_length=most, search=search)
    except RegexFault as fault:
        raise TextError("pattern" if search else "format", fault.reason, fault.message) from fault


def _drawn(sampler: RegexSampler) -> list[str]:
    return sampler.sample(np.array([mix_one(number + 1) for number in range(_TRIALS)], dtype=np.uint64))
