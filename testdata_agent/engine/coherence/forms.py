"""Forms of texts: e-mail addresses, telephone numbers, card numbers, house patterns and others.

A form is a regular expression of the standard library without nested repetition of anything that can match in two
ways, so that its time is linear; a batch of texts is matched in one call, joined by line ends.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.coherence import codes, moments
from testdata_agent.engine.schema.certain import has_room
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.semantics.names import words_of


@dataclass(frozen=True, slots=True)
class Form:
    """A form that texts have or have not.

    Attributes:
        words: What a text of this form is, with its article: `an e-mail address`.
        fits: Whether one text has the form.
        all_fit: Whether all texts have it.
    """

    words: str
    fits: Callable[[str], bool]
    all_fit: Callable[[Sequence[str]], bool]


def by_expression(words: str, expression: str, *, ascii_only: bool = False) -> Form:
    """The form of a regular expression that matches no line end."""
    one = re.compile(expression, re.ASCII) if ascii_only else re.compile(expression)
    many = re.compile(f"(?:{expression}\n)*+", one.flags)

    def fits(text: str) -> bool:
        return one.fullmatch(text) is not None

    def all_fit(texts: Sequence[str]) -> bool:
        joined = "\n".join(texts) + "\n"
        # A text that holds a line end itself would count as two.
        return joined.count("\n") == len(texts) and many.fullmatch(joined) is not None

    return Form(words, fits, lambda texts: not texts or all_fit(texts))


def _by_function(words: str, fits: Callable[[str], bool]) -> Form:
    return Form(words, fits, lambda texts: all(map(fits, texts)))


def _is_address(version: type[IPv4Address] | type[IPv6Address], text: str) -> bool:
    try:
        version(text)
    except ValueError:
        return False
    return True


def _is_expression(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _is_iso8601(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_LABEL = r"[^\W_](?:[^\W_]|-(?=[^\W_]|-))*+"
EMAIL: Final = by_expression(
    "an e-mail address", rf"(?!\.)(?!.*\.\.)[^\s@\"(),:;<>\[\]\\]{{1,64}}(?<!\.)@(?:{_LABEL}\.)+[^\W\d_]{_LABEL}"
)
PHONE: Final = by_expression(
    "a telephone number",
    r"(?=(?:[^0-9\n]*+[0-9]){6})[+]?[0-9(][0-9 ().\-/]{4,28}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?",
)
CURRENCY: Final = _by_function("an ISO 4217 currency code", currencies.known)
CARD: Final = _by_function("a card number with a right check digit", codes.is_card_number)
IBAN: Final = _by_function("an IBAN with right check digits", codes.is_iban)

_HEX: Final = "[0-9a-fA-F]"
_IPV6: Final = _by_function("an IPv6 address", partial(_is_address, IPv6Address))
ISBN: Final = _by_function("an ISBN with a right check digit", codes.is_isbn)
GTIN: Final = _by_function("an EAN or GTIN with a right check digit", codes.is_gtin)

#: Forms by the names that schemas give them.
NAMED: Final = {
    "email": EMAIL,
    "phone": PHONE,
    "url": by_expression("a web address", r"https?://[^\s/?#]+(?:[/?#]\S*)?"),
    "uuid": by_expression("a UUID", r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "iso8601": _by_function("an ISO 8601 date or time", _is_iso8601),
    "date": _by_function("a date (YYYY-MM-DD)", moments.is_date),
    "ipv4": by_expression("an IPv4 address", r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!\n)|(?=\n|$))){4}"),
    "ipv6": _IPV6,
    "uri": by_expression("a URI", r"[A-Za-z][A-Za-z0-9+.-]*:\S+"),
    "uri-reference": by_expression("a reference to a URI", r"[^\s<>\"\\^`{|}]*"),
    "uri-template": by_expression("a URI template", r"(?:[^\s<>\"\\^`{|}]|\{[^\s{}]+\})*"),
    "hostname": by_expression("a host name", rf"(?=.{{1,253}}(?:\n|$)){_LABEL}(?:\.{_LABEL})*\.?"),
    "time": by_expression(
        "a time of day with its offset (12:30:00Z)",
        r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    ),
    "duration": by_expression(
        "an ISO 8601 duration (P3DT4H)",
        r"P(?=[0-9T])(?:[0-9]+W|(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)",
    ),
    "json-pointer": by_expression("a JSON Pointer", r"(?:/(?:[^~/\n]|~[01])*)*"),
    "relative-json-pointer": by_expression(
        "a relative JSON Pointer", r"(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/\n]|~[01])*)*)"
    ),
    "regex": _by_function("a regular expression", _is_expression),
    "base64": by_expression("base64", r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
    "credit_card": CARD,
    "card_number": CARD,
    "iban": IBAN,
    "currency": CURRENCY,
}
_IP: Final = _by_function(
    "an IP address", lambda text: _is_address(IPv4Address, text) or _is_address(IPv6Address, text)
)
_BIC: Final = by_expression("a BIC", "[0-9A-Z]{4}[A-Z]{2}[0-9A-Z]{2}(?:[0-9A-Z]{3})?")
_MAC: Final = by_expression(
    "a MAC address",
    f"(?:{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}|{_HEX}{{2}}(?:-{_HEX}{{2}}){{5}}|{_HEX}{{4}}(?:[.]{_HEX}{{4}}){{2}})",
)

#: Forms of what a field means, by the meaning's name.
MEANT: Final = {
    "email": EMAIL,
    "phone": PHONE,
    "url": NAMED["url"],
    "uuid": NAMED["uuid"],
    "currency": CURRENCY,
    "credit_card": CARD,
    "isbn": ISBN,
    "isbn13": _by_function("an ISBN-13 with a right check digit", codes.is_isbn13),
    "isbn10": _by_function("an ISBN-10 with a right check digit", codes.is_isbn10),
    "issn": _by_function("an ISSN with a right check digit", codes.is_issn),
    "gtin": GTIN,
    "ean13": _by_function("an EAN-13 with a right check digit", codes.is_ean13),
    "ean8": _by_function("an EAN-8 with a right check digit", codes.is_ean8),
    "upc": _by_function("a UPC-A with a right check digit", codes.is_upc),
    "gtin14": _by_function("a GTIN-14 with a right check digit", codes.is_gtin14),
    "imei": _by_function("an IMEI with a right check digit", codes.is_imei),
    "iccid": _by_function("a SIM card number with a right check digit", codes.is_iccid),
    "npi": _by_function("an NPI with a right check digit", codes.is_npi),
    "vin": _by_function("a vehicle identification number with a right check digit", codes.is_vin),
    "lei": _by_function("a legal entity identifier with right check digits", codes.is_lei),
    "aba": _by_function("a routing number with a right check digit", codes.is_aba),
    "routing_number": _by_function("a routing number with a right check digit", codes.is_aba),
    "bic": _BIC,
    "swift_code": _BIC,
    "mac_address": _MAC,
    "ip_address": _IP,
    "ipv6_address": _IPV6,
    "mac": _MAC,
    "color_hex": by_expression("a colour in hexadecimal", f"#(?:{_HEX}{{3,4}}|{_HEX}{{6}}|{_HEX}{{8}})"),
    "semver": by_expression(
        "a version (1.4.2)",
        r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
        r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    ),
}
_SAME = {"date-time": "iso8601", "datetime": "iso8601", "creditcard": "credit_card"}
_BY_TYPE = {FieldType.EMAIL: EMAIL, FieldType.PHONE: PHONE, FieldType.UUID: NAMED["uuid"]}

#: Forms of fields that are called exactly so, and how long the texts are that the engine makes for them: a schema whose
#: lengths leave no room for those means something else by the name.
_BY_NAME = {
    "card_number": (CARD, 14, 16),
    "credit_card_number": (CARD, 14, 16),
    "iban": (IBAN, 18, 27),
    "isbn": (ISBN, 13, 13),
    "isbn13": (MEANT["isbn13"], 13, 13),
    "isbn10": (MEANT["isbn10"], 10, 10),
    "issn": (MEANT["issn"], 9, 9),
    "ean": (GTIN, 13, 13),
    "ean13": (MEANT["ean13"], 13, 13),
    "ean8": (MEANT["ean8"], 8, 8),
    "gtin": (GTIN, 13, 13),
    "upc": (MEANT["upc"], 12, 12),
    "imei": (MEANT["imei"], 15, 15),
    "vin": (MEANT["vin"], 17, 17),
    "lei": (MEANT["lei"], 20, 20),
    "bic": (MEANT["bic"], 8, 11),
    "mac_address": (MEANT["mac_address"], 17, 17),
    "ip_address": (_IP, 9, 15),
    "ipv4": (NAMED["ipv4"], 9, 15),
    "ipv4_address": (NAMED["ipv4"], 9, 15),
    "ipv6": (_IPV6, 24, 24),
    "ipv6_address": (_IPV6, 24, 24),
    "color_hex": (MEANT["color_hex"], 7, 7),
    "hex_color": (MEANT["color_hex"], 7, 7),
}

_BEFORE_DIGITS = re.compile("_(?=[0-9])")
_TOKEN = re.compile(r"\{(?:(year|month|day)|(?:random|seq):([0-9]{1,4}))\}")
_TOKENS = {"year": "[0-9]{4}", "month": "(?:0[1-9]|1[0-2])", "day": "(?:0[1-9]|[12][0-9]|3[01])"}


def pattern_form(pattern: str) -> Form | None:
    """The form of a house pattern such as `TXN-{year}{month}{day}-{random:10}`; None where it has unknown tokens."""
    expression, at = "", 0
    for match in _TOKEN.finditer(pattern):
        expression += re.escape(pattern[at : match.start()])
        expression += _TOKENS[match[1]] if match[1] else f"[0-9A-Z]{{{match[2]}}}"
        at = match.end()
    rest = pattern[at:]
    if any(brace in _TOKEN.sub("", pattern) for brace in "{}\n"):
        return None
    return by_expression(f"of the form {pattern}", expression + re.escape(rest))


def form_named(name: str) -> Form | None:
    """The form that schemas call by a name; None where none is called so."""
    return NAMED.get(_SAME.get(name, name))


def form_of(spec: Field) -> Form | None:
    """The form of a field's texts, as its schema says it; None where it says nothing.

    A regex or a list of values of its own is narrower than the name of a form, and stands in its place.
    """
    if spec.regex is not None or spec.values is not None:
        return None
    if spec.format is not None and "{" in spec.format:
        return pattern_form(spec.format)
    name = (spec.format or "").lower()
    found = NAMED.get(_SAME.get(name, name)) or _BY_TYPE.get(spec.type)
    if found is None and spec.semantic is not None:
        return _meant_form(spec.semantic)
    return found or _by_name(spec)


def _meant_form(semantic: str) -> Form | None:
    name = semantic.rpartition(".")[2].lower()
    return MEANT.get(name) or _BY_NAME.get(name, (None, 0, 0))[0]


def _by_name(spec: Field) -> Form | None:
    """The form of a field that says nothing of its texts but its name."""
    said = (spec.format, spec.pattern, spec.reference, spec.faker, spec.generate)
    known = (
        _BY_NAME.get(_BEFORE_DIGITS.sub("", "_".join(words_of(spec.name)))) if spec.type is FieldType.STRING else None
    )
    if known is None or any(value is not None for value in said) or spec.examples:
        return None
    form, least, most = known
    return form if has_room(spec, least, most) else None
