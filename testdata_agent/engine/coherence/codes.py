"""Whether numbers that name things are right: their signs, their length and their check digits.

Each is read as people write it: spaces and hyphens between the signs say nothing.
"""

import re
from collections.abc import Sequence
from typing import Final

_BETWEEN: Final = str.maketrans("", "", " -")
_VIN: Final = re.compile(r"[0-9A-HJ-NPR-Z]{17}")
#: Values of the letters of vehicle numbers: 49 CFR 565.15, table III.
_VIN_LETTERS: Final = {
    letter: value for value, letters in enumerate(("", "AJ", "BKS", "CLT", "DMU", "ENV", "FW", "GPX", "HY", "RZ"))
    for letter in letters
}  # fmt: skip
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: First signs of vehicles of North America: only there the ninth sign must be a check digit.
_CHECKED_VIN: Final = frozenset("12345")
_LEI: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")


def _number(text: str, *lengths: int) -> list[int]:
    """The digits of a text that holds so many of them and no other signs; empty: it does not."""
    compact = text.translate(_BETWEEN)
    if not (compact.isascii() and compact.isdigit() and len(compact) in lengths):
        return []
    return list(map(int, compact))


def _weighed(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def _luhn(digits: Sequence[int]) -> bool:
    """ISO/IEC 7812-1, annex B: from the right every second digit is doubled, and the sum is a multiple of 10."""
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return bool(digits) and (doubled + sum(digits[-1::-2])) % 10 == 0


def _gs1(digits: Sequence[int]) -> bool:
    """GS1 General Specifications, 7.9: from the right digits weigh 1 and 3 in turn, and the sum is a multiple of 10."""
    return bool(digits) and (sum(digits[-1::-2]) + 3 * sum(digits[-2::-2])) % 10 == 0


def _modulo_11(text: str, length: int) -> bool:
    """ISBN-10 and ISSN: weights fall to 1, the sum is a multiple of 11, and X is ten at the end."""
    compact = text.translate(_BETWEEN).upper()
    digits = _number(compact[:-1], length - 1)
    if not digits or compact[-1] not in "0123456789X":
        return False
    last = 10 if compact[-1] == "X" else int(compact[-1])
    return (_weighed(digits, range(length, 1, -1)) + last) % 11 == 0


def _mod97(text: str) -> bool:
    """ISO/IEC 7064, MOD 97-10."""
    return int("".join(str(int(sign, 36)) for sign in text)) % 97 == 1


def is_card_number(text: str) -> bool:
    """12 to 19 digits with their Luhn digit."""
    return _luhn(_number(text, *range(12, 20)))


def is_imei(text: str) -> bool:
    """15 digits with their Luhn digit."""
    return _luhn(_number(text, 15))


def is_iccid(text: str) -> bool:
    """19 or 20 digits that begin with 89, with their Luhn digit (ITU-T E.118)."""
    digits = _number(text, 19, 20)
    return digits[:2] == [8, 9] and _luhn(digits)


def is_npi(text: str) -> bool:
    """Ten digits whose Luhn digit is that of the number with the issuer's prefix 80840."""
    digits = _number(text, 10)
    return bool(digits) and _luhn([8, 0, 8, 4, 0, *digits])


def is_gtin(text: str) -> bool:
    """GTIN-8, -12, -13 or -14."""
    return _gs1(_number(text, 8, 12, 13, 14))


def is_ean13(text: str) -> bool:
    """13 digits with their check digit."""
    return _gs1(_number(text, 13))


def is_ean8(text: str) -> bool:
    """8 digits with their check digit."""
    return _gs1(_number(text, 8))


def is_upc(text: str) -> bool:
    """12 digits with their check digit."""
    return _gs1(_number(text, 12))


def is_gtin14(text: str) -> bool:
    """14 digits with their check digit."""
    return _gs1(_number(text, 14))


def is_isbn13(text: str) -> bool:
    """978 or 979 and ten more digits, the last of them the check digit."""
    digits = _number(text, 13)
    return digits[:3] in ([9, 7, 8], [9, 7, 9]) and _gs1(digits)


def is_isbn10(text: str) -> bool:
    """ISO 2108 as it was until 2007."""
    return _modulo_11(text, 10)


def is_isbn(text: str) -> bool:
    """Of either length."""
    return is_isbn13(text) or is_isbn10(text)


def is_issn(text: str) -> bool:
    """ISO 3297."""
    return _modulo_11(text, 8)


def is_vin(text: str) -> bool:
    """ISO 3779: 17 signs without I, O and Q; North American ones with their check digit at the ninth place."""
    if _VIN.fullmatch(text) is None:
        return False
    if text[0] not in _CHECKED_VIN:
        return True
    values = [int(sign) if sign.isdigit() else _VIN_LETTERS[sign] for sign in text]
    return "0123456789X"[_weighed(values, _VIN_WEIGHTS) % 11] == text[8]


def is_lei(text: str) -> bool:
    """ISO 17442: 18 signs and two check digits."""
    return _LEI.fullmatch(text) is not None and _mod97(text)


def is_iban(text: str) -> bool:
    """ISO 13616: the rearranged number is 1 modulo 97."""
    compact = text.replace(" ", "")
    return _IBAN.fullmatch(compact) is not None and _mod97(compact[4:] + compact[:4])


def is_aba(text: str) -> bool:
    """A US bank's routing number: nine digits, weights 3, 7 and 1."""
    digits = _number(text, 9)
    return bool(digits) and _weighed(digits, (3, 7, 1) * 3) % 10 == 0
