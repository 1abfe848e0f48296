"""Forms of texts: e-mail addresses, telephone numbers, card numbers, house patterns and others.

A form is a regular expression of the standard library without nested repetition of anything that can match in two
ways, so that its time is linear; a batch of texts is matched in one call, joined by line ends.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ipaddress import IPv6Address
from typing import Final

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.coherence import moments
from testdata_agent.engine.schema.model import Field, FieldType


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


def has_luhn_digit(text: str) -> bool:
    """Whether a card number of 12 to 19 digits (spaces and hyphens between them) ends in its check digit.

    ISO/IEC 7812-1, annex B: from the right every second digit is doubled, and the digits' sum is a multiple of 10.
    """
    digits = text.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19):
        return False
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def has_iban_digits(text: str) -> bool:
    """Whether an IBAN's two check digits are right: ISO 13616, the rearranged number is 1 modulo 97."""
    compact = text.replace(" ", "")
    if _IBAN.fullmatch(compact) is None:
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def _is_address(version: type[IPv6Address], text: str) -> bool:
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


_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_LABEL = r"[^\W_](?:[^\W_]|-(?=[^\W_]|-))*+"
EMAIL: Final = by_expression(
    "an e-mail address", rf"(?!\.)(?!.*\.\.)[^\s@\"(),:;<>\[\]\\]{{1,64}}(?<!\.)@(?:{_LABEL}\.)+[^\W\d_]{_LABEL}"
)
PHONE: Final = by_expression(
    "a telephone number",
    r"(?=(?:[^0-9\n]*+[0-9]){6})[+]?[0-9(][0-9 ().\-/]{4,28}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?",
)
CURRENCY: Final = _by_function("an ISO 4217 currency code", currencies.known)
CARD: Final = _by_function("a card number with a right check digit", has_luhn_digit)
IBAN: Final = _by_function("an IBAN with right check digits", has_iban_digits)

#: Forms by the names that schemas give them.
NAMED: Final = {
    "email": EMAIL,
    "phone": PHONE,
    "url": by_expression("a web address", r"https?://[^\s/?#]+(?:[/?#]\S*)?"),
    "uuid": by_expression("a UUID", r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "iso8601": _by_function("an ISO 8601 date or time", _is_iso8601),
    "date": _by_function("a date (YYYY-MM-DD)", moments.is_date),
    "ipv4": by_expression("an IPv4 address", r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!\n)|(?=\n|$))){4}"),
    "ipv6": _by_function("an IPv6 address", partial(_is_address, IPv6Address)),
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
_SAME = {"date-time": "iso8601", "datetime": "iso8601", "creditcard": "credit_card"}
_BY_TYPE = {FieldType.EMAIL: EMAIL, FieldType.PHONE: PHONE, FieldType.UUID: NAMED["uuid"]}
_BY_NAME = {"card_number": CARD, "credit_card_number": CARD, "iban": IBAN}

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
        name = spec.semantic.rpartition(".")[2].lower()
        found = NAMED.get(_SAME.get(name, name))
    return found or _BY_NAME.get(spec.name)
