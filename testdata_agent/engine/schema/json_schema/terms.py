"""The keywords of one schema object as values: each is checked, and a fault names it where it is wrong."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from testdata_agent.engine.schema.json_schema import formats
from testdata_agent.engine.schema.json_schema.claims import Claims, identity, kind_of
from testdata_agent.engine.schema.json_schema.document import Place, under
from testdata_agent.engine.schema.json_schema.faults import Faults
from testdata_agent.engine.synthesis.regex.dialect import compile_re2
from testdata_agent.engine.synthesis.regex.faults import RegexFault

#: Greatest magnitude of a whole number in enum, const, default and examples: what 64 bits hold.
_MAX_WHOLE = 2**63 - 1
#: Values nest at most so deep.
_MAX_DEPTH = 32
#: ECMA-262 writes code points so, RE2 otherwise.
_UNICODE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))")


class Terms:
    """Reads the keywords of one schema object."""

    def __init__(self, place: Place, faults: Faults) -> None:
        self._schema: Mapping[str, Any] = place.schema
        self._pointer = place.pointer
        self._faults = faults

    def _wrong(self, keyword: str, wanted: str) -> None:
        self._faults.fault(under(self._pointer, keyword), "INVALID_SCHEMA", f"{keyword} is {wanted}")

    def count(self, keyword: str) -> int | None:
        """A whole number that is not negative."""
        value = self._schema.get(keyword)
        if value is None and keyword not in self._schema:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != value // 1:
            self._wrong(keyword, "a whole number that is not negative")
            return None
        return int(value)

    def flag(self, keyword: str) -> bool:
        """True or false; false where it does not stand."""
        value = self._schema.get(keyword, False)
        if not isinstance(value, bool):
            self._wrong(keyword, "true or false")
        return value is True

    def mapping(self, keyword: str) -> Mapping[str, Any]:
        """An object; empty where it does not stand."""
        value = self._schema.get(keyword, {})
        if not isinstance(value, Mapping):
            self._wrong(keyword, "an object")
            return {}
        return value

    def names(self, keyword: str) -> list[str]:
        """A list of texts."""
        value = self._schema.get(keyword, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self._wrong(keyword, "a list of names that stands beside properties, not inside one of them")
            return []
        return value

    def expression(self, pattern: str, pointer: str) -> str | None:
        """A pattern as RE2 writes it; None: a fault was noted."""
        rewritten = _UNICODE_ESCAPE.sub(lambda match: f"{match[1]}\\x{{{match[2] or match[3]}}}", pattern)
        try:
            compile_re2(rewritten)
        except RegexFault as fault:
            self._faults.fault(pointer, fault.reason, fault.message)
            return None
        return rewritten

    # -- keywords that go together ----------------------------------------------------------------------------

    def values(self, claims: Claims) -> None:
        """The closed list of `enum` or `const`."""
        schema = self._schema
        if "enum" in schema and (not isinstance(schema["enum"], list) or not schema["enum"]):
            self._wrong("enum", "a list of at least one value")
            return
        lists: dict[str, list[Any]] = {}
        if "enum" in schema:
            lists["enum"] = schema["enum"]
        if "const" in schema:
            lists["const"] = [schema["const"]]
        for keyword, values in lists.items():
            if not all(map(writable, values)):
                words = "its values are finite numbers of at most 64 bits, texts, true, false, null, and lists of them"
                self._faults.fault(under(self._pointer, keyword), "INVALID_SCHEMA", words)
                return
            known = None if claims.values is None else set(map(identity, claims.values))
            held = [value for value in values if known is None or identity(value) in known]
            claims.values, claims.stated = tuple(held), True
        if claims.values is not None:
            claims.kinds &= frozenset(map(kind_of, claims.values))

    def numbers(self, claims: Claims) -> None:
        """Bounds and step."""
        claims.low, claims.high = self._number("minimum"), self._number("maximum")
        claims.above, lower = self._exclusive("exclusiveMinimum")
        claims.below, upper = self._exclusive("exclusiveMaximum")
        if lower is not None and (claims.low is None or lower >= claims.low):
            claims.low, claims.above = lower, True
        if upper is not None and (claims.high is None or upper <= claims.high):
            claims.high, claims.below = upper, True
        step = self._number("multipleOf")
        if step is not None and step <= 0:
            self._wrong("multipleOf", "a number above 0")
        elif step is not None:
            claims.step = step

    def texts(self, claims: Claims) -> None:
        """Lengths, pattern and format."""
        schema = self._schema
        claims.least_length = self.count("minLength") or 0
        claims.most_length = self.count("maxLength")
        if "pattern" in schema:
            if not isinstance(schema["pattern"], str):
                self._wrong("pattern", "a regular expression (a text)")
            else:
                read = self.expression(schema["pattern"], under(self._pointer, "pattern"))
                claims.patterns = () if read is None else (read,)
        name = schema.get("format", "base64" if schema.get("contentEncoding") == "base64" else None)
        if name is None and "format" not in schema:
            return
        if not isinstance(name, str):
            self._wrong("format", "the name of a format (a text)")
            return
        why = formats.unknown(name)
        if why is not None:
            self._faults.fault(under(self._pointer, "format"), "INVALID_FORMAT", why)
        elif (own := formats.own_name(name)) is not None:
            claims.formats = (own,)
        low, high = formats.bounds(name)
        if low is not None and high is not None:
            claims.low = low if claims.low is None else max(low, claims.low)
            claims.high = high if claims.high is None else min(high, claims.high)

    def _number(self, keyword: str) -> Decimal | None:
        value = self._schema.get(keyword)
        if value is None and keyword not in self._schema:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._wrong(keyword, "a finite number")
            return None
        return Decimal(str(value))

    def _exclusive(self, keyword: str) -> tuple[bool, Decimal | None]:
        """Whether the bound itself is excluded (draft 4), or the bound that is."""
        value = self._schema.get(keyword)
        if isinstance(value, bool):
            return value, None
        return False, self._number(keyword)


def notes(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema says beside its claims."""
    result = {key: schema[key] for key in ("description", "x-semantic", "x-faker") if isinstance(schema.get(key), str)}
    if "description" not in result and isinstance(schema.get("title"), str):
        result["description"] = schema["title"]
    if "default" in schema:
        result["default"] = schema["default"]
    examples = schema.get("examples", [schema["example"]] if "example" in schema else [])
    if isinstance(examples, list) and examples:
        result["examples"] = examples
    return result


def writable(value: Any, depth: int = 0) -> bool:
    """Whether a value of JSON can be written again: finite, in 64 bits, not too deep."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return True
    if isinstance(value, int):
        return abs(value) <= _MAX_WHOLE
    if isinstance(value, float):
        return math.isfinite(value)
    if depth >= _MAX_DEPTH:
        return False
    return all(writable(held, depth + 1) for held in (value if isinstance(value, list) else value.values()))
