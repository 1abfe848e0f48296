"""Currencies: decimal digits (ISO 4217 minor units) and which one a locale uses."""

from decimal import Decimal
from typing import Final

from testdata_agent.engine.catalog.countries import country_of

_DIGITS: Final = {"BHD": 3, "CLP": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3,
                  "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "XAF": 0, "XOF": 0, "XPF": 0}  # fmt: skip
_TWO_DIGITS: Final = frozenset([
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND",
    "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD",
    "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK",
    "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN",
    "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON",
    "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP",
    "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VES", "WST", "XCD",
    "YER", "ZAR", "ZMW", "ZWG",
])  # fmt: skip
#: Rough units of the currency for one US dollar, as (numerator, denominator); others count as 1.
RATES: Final = {
    "EUR": (92, 100), "GBP": (79, 100), "JPY": (150, 1), "CHF": (88, 100), "CAD": (136, 100), "AUD": (152, 100),
    "INR": (83, 1), "MXN": (17, 1), "BRL": (5, 1), "PLN": (4, 1), "SEK": (105, 10), "NOK": (106, 10), "DKK": (69, 10),
    "KRW": (1330, 1), "CNY": (72, 10), "CZK": (23, 1), "HUF": (355, 1), "VND": (24500, 1), "KWD": (31, 100),
    "NZD": (164, 100), "RUB": (90, 1), "TRY": (32, 1), "THB": (36, 1), "ZAR": (18, 1), "ILS": (37, 10), "TWD": (32, 1),
    "UAH": (41, 1), "RON": (46, 10), "IDR": (16000, 1), "PHP": (57, 1), "CLP": (940, 1), "COP": (4100, 1),
    "ARS": (900, 1), "EGP": (48, 1), "NGN": (1500, 1), "PKR": (280, 1), "BDT": (117, 1), "NPR": (133, 1),
    "SAR": (375, 100), "AED": (367, 100), "ISK": (138, 1), "IRR": (42000, 1), "AMD": (390, 1), "GEL": (27, 10),
    "HKD": (78, 10), "SGD": (135, 100), "MYR": (47, 10), "BHD": (38, 100), "OMR": (38, 100), "JOD": (71, 100),
    "XAF": (600, 1), "XOF": (600, 1), "KZT": (450, 1), "LKR": (300, 1), "CRC": (510, 1), "DZD": (134, 1),
    "RSD": (107, 1), "JMD": (155, 1), "KES": (130, 1), "UGX": (3700, 1), "RWF": (1280, 1), "PYG": (7300, 1),
    "IQD": (1310, 1), "TND": (31, 10), "MAD": (10, 1), "PEN": (37, 10), "BGN": (18, 10), "QAR": (364, 100),
    "UYU": (39, 1), "DOP": (59, 1), "BOB": (69, 10), "XPF": (110, 1),
    "ALL": (93, 1), "AZN": (17, 10), "BAM": (18, 10), "ETB": (120, 1), "GHS": (15, 1), "LYD": (48, 10), "MKD": (57, 1),
    "TZS": (2600, 1), "UZS": (12700, 1),
}  # fmt: skip
_BY_COUNTRY: Final = {
    "US": "USD", "GB": "GBP", "JP": "JPY", "CH": "CHF", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "IN": "INR", "MX": "MXN",
    "BR": "BRL", "PL": "PLN", "SE": "SEK", "NO": "NOK", "DK": "DKK", "KR": "KRW", "CN": "CNY", "TW": "TWD", "CZ": "CZK",
    "HU": "HUF", "RO": "RON", "TR": "TRY", "RU": "RUB", "UA": "UAH", "IL": "ILS", "TH": "THB", "VN": "VND", "ID": "IDR",
    "PH": "PHP", "ZA": "ZAR", "NG": "NGN", "GH": "GHS", "EG": "EGP", "SA": "SAR", "AE": "AED", "AR": "ARS", "CL": "CLP",
    "CO": "COP", "IR": "IRR", "PK": "PKR", "BD": "BDT", "NP": "NPR", "GE": "GEL", "AM": "AMD", "AZ": "AZN",
    "AL": "ALL", "BA": "BAM", "BH": "BHD", "DZ": "DZD", "ET": "ETB", "IS": "ISK", "JO": "JOD", "KE": "KES", "LI": "CHF",
    "LK": "LKR", "MK": "MKD", "MY": "MYR", "PS": "ILS", "TZ": "TZS", "UZ": "UZS",
}  # fmt: skip
_EURO: Final = frozenset([
    "AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT",
    "SI", "SK", "VA",
])  # fmt: skip


def known(code: str) -> bool:
    """Whether ISO 4217 lists the code."""
    return code in _DIGITS or code in _TWO_DIGITS


def digits(code: str) -> int:
    """Decimal digits of a currency."""
    return _DIGITS.get(code, 2)


def exchanged(dollars: Decimal, code: str) -> Decimal:
    """About as much in another currency, not rounded to its digits; as many units where the rate is not known."""
    numerator, denominator = RATES.get(code, (1, 1))
    return dollars * numerator / denominator


def of_locale(locale: str) -> str:
    """The currency of a locale's country; US dollars where that is not known."""
    country = country_of(locale)
    return "EUR" if country in _EURO else _BY_COUNTRY.get(country, "USD")
