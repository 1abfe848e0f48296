"""Formats of text that have a name, and what the engine makes of them."""

from typing import Final

#: Other names of formats.
_SAME: Final = {
    "date-time": "iso8601",
    "datetime": "iso8601",
    "creditcard": "credit_card",
    "card_number": "credit_card",
    "guid": "uuid",
}

_ADDRESS = r"https://(www|shop|docs|blog)\.[a-z]{4,9}\.example/[a-z]{3,8}(/[a-z]{3,8})?"

#: Expressions (RE2) that make texts of a format: reserved names, documentation networks, published test numbers.
EXPRESSIONS: Final = {
    "url": _ADDRESS,
    "uri": _ADDRESS,
    "uri-reference": _ADDRESS,
    "uri-template": r"https://(www|shop|docs|api)\.[a-z]{4,9}\.example/[a-z]{3,8}/\{(id|name|code)\}",
    "hostname": r"(www|api|mail|shop|db|app)([1-9]|1[0-9])?\.[a-z]{4,9}\.example",
    "ipv4": r"(192\.0\.2|198\.51\.100|203\.0\.113)\.([1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-4])",
    "ipv6": "2001:db8(:[1-9a-f][0-9a-f]{0,3}){6}",
    "time": "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z",
    "duration": "P([1-9]|[12][0-9])D|P[1-9]W|PT([1-9]|1[0-9]|2[0-3])H([1-9]|[1-5][0-9])M|PT([1-9]|[1-5][0-9])M",
    "json-pointer": "(/[a-z]{3,8}){1,2}(/[0-9])?",
    "relative-json-pointer": "[0-3]/[a-z]{3,8}(/[a-z]{3,8}|/[0-9])?",
    "regex": r"\^\[(a-z|A-Z|0-9|a-f0-9)\]\{[1-4],([5-9]|1[0-9])\}\$",
    "base64": "([A-Za-z0-9+/]{4}){3,8}",
    "credit_card": "4242424242424242|4111111111111111|4012888888881881|5555555555554444|5105105105105100",
    "iban": "GB29NWBK60161331926819|DE89370400440532013000|ES9121000418450200051332|NL91ABNA0417164300",
    "iso8601": r"202[0-5]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z",
    "date": r"202[0-5]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
    "phone": r"(\+1)?20[1-9]55501[0-9]{2}",
    "email": r"[a-z]{3,10}(\.[a-z]{3,10})?[0-9]{0,3}@example\.(com|org|net)",
}

#: UUIDs of version 4.
UUIDS: Final = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

#: What a format may be called; any text with braces is a pattern of its own.
NAMES: Final = ("uuid", "currency", *EXPRESSIONS)


def named(text: str | None) -> str | None:
    """The format's own name; None where no format is called so."""
    name = (text or "").lower()
    name = _SAME.get(name, name)
    return name if name in NAMES else None


def is_known(text: str) -> bool:
    """Whether a format says anything: it is a name, or a pattern with braces."""
    return "{" in text or named(text) is not None
