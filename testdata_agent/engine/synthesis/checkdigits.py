"""Check digits of numbers that name things, each computed from the other signs of its text."""

from collections.abc import Callable, Mapping
from typing import Final

_VIN_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: Values of letters in the numbers of containers: those of 11, 22 and 33 are left out.
_BOX_VALUES: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def ean(before: str, _after: str) -> str:
    """GS1: from the right, digits weigh 3 and 1 in turn."""
    digits = _digits(before)[::-1]
    return str(-(3 * sum(digits[::2]) + sum(digits[1::2])) % 10)


def luhn(before: str, _after: str) -> str:
    """ISO/IEC 7812-1, annex B."""
    digits = _digits(before)[::-1]
    return str(-(sum(sum(divmod(2 * digit, 10)) for digit in digits[::2]) + sum(digits[1::2])) % 10)


def npi(before: str, _after: str) -> str:
    """Luhn over the number with the issuer's prefix 80840 before it."""
    return luhn("80840" + before, "")


def isbn10(before: str, _after: str) -> str:
    """ISO 2108: weights 10 to 2, modulo 11."""
    rest = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), _digits(before), strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def issn(before: str, _after: str) -> str:
    """ISO 3297: weights 8 to 2, modulo 11."""
    rest = -sum(weight * digit for weight, digit in zip(range(8, 1, -1), _digits(before), strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def vin(before: str, after: str) -> str:
    """49 CFR 565.15: weighted values modulo 11 at the ninth place."""
    values = [int(sign) if sign.isdigit() else _VIN_VALUES[sign] for sign in before + "0" + after]
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def iban(before: str, after: str) -> str:
    """ISO 13616: 98 less the rearranged number modulo 97."""
    return _mod97(after + before)


def mod97(before: str, _after: str) -> str:
    """ISO/IEC 7064, MOD 97-10, at the end."""
    return _mod97(before)


def _mod97(text: str) -> str:
    number = int("".join(str(int(sign, 36)) for sign in text + "00"))
    return f"{98 - number % 97:02d}"


def aba(before: str, _after: str) -> str:
    """Routing numbers: weights 3, 7 and 1."""
    weights = (3, 7, 1, 3, 7, 1, 3, 7)
    return str(-sum(weight * digit for weight, digit in zip(weights, _digits(before), strict=True)) % 10)


def upu(before: str, _after: str) -> str:
    """UPU S10: weights 8 6 4 2 3 5 9 7, modulo 11."""
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    rest = 11 - sum(weight * digit for weight, digit in zip(weights, _digits(before), strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def iso6346(before: str, _after: str) -> str:
    """ISO 6346: values times powers of 2, modulo 11, modulo 10."""
    values = [int(sign) if sign.isdigit() else _BOX_VALUES[sign] for sign in before]
    return str(sum(value << place for place, value in enumerate(values)) % 11 % 10)


CHECKS: Final[Mapping[str, Callable[[str, str], str]]] = {
    function.__name__: function for function in (ean, luhn, npi, isbn10, issn, vin, iban, mod97, aba, upu, iso6346)
}
#: How many signs each is.
WIDTHS: Final = {name: 2 if name in {"iban", "mod97"} else 1 for name in CHECKS}
