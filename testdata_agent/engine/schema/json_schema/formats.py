"""The formats of JSON Schema and OpenAPI, and the house's names for them."""

from decimal import Decimal
from difflib import get_close_matches
from typing import Final

#: The house's format of each name; None: the name says nothing of a text.
_OWN: Final = {
    "date-time": "date-time",
    "date": "date",
    "time": "time",
    "duration": "duration",
    "email": "email",
    "idn-email": "email",
    "hostname": "hostname",
    "idn-hostname": "hostname",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "uri": "uri",
    "url": "url",
    "uri-reference": "uri-reference",
    "iri": "uri",
    "iri-reference": "uri-reference",
    "uri-template": "uri-template",
    "uuid": "uuid",
    "json-pointer": "json-pointer",
    "relative-json-pointer": "relative-json-pointer",
    "regex": "regex",
    "phone": "phone",
    "byte": "base64",
    "base64": "base64",
    "binary": None,
    "password": None,
    "int32": None,
    "int64": None,
    "float": None,
    "double": None,
}
_BOUNDS: Final = {"int32": (Decimal(-(2**31)), Decimal(2**31 - 1))}


def unknown(name: str) -> str | None:
    """Why a format's name is refused; None: it is known."""
    if name in _OWN:
        return None
    near = get_close_matches(name[:60].lower(), _OWN, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown format {name[:60]!r}; {hint}The formats are {', '.join(_OWN)}; a pattern says any other"


def own_name(name: str) -> str | None:
    """The house's name of a known format; None where it says nothing of texts."""
    return _OWN[name]


def bounds(name: str) -> tuple[Decimal | None, Decimal | None]:
    """The bounds that a format puts on numbers."""
    return _BOUNDS.get(name, (None, None))
