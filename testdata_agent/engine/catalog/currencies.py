"""Currencies: decimal digits (ISO 4217 minor units) and which one a locale uses."""

from typing import Final

_DIGITS: Final = {"BHD": 3, "CLP": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3,
                  "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "XAF": 0, "XOF": 0, "XPF": 0}  # fmt: skip
_TWO_DIGITS: Final = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
    " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES"
    " KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR"
    " NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT"
    " TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG".split()
)
#: Rough units of the currency for one US dollar, as (numerator, denominator); others count as 1.
RATES: Final = {
    "EUR": (92, 100), "GBP": (79, 100), "JPY": (150, 1), "CHF": (88, 100), "CAD": (136, 100), "AUD": (152, 100),
    "INR": (83, 1), "MXN": (17, 1), "BRL": (5, 1), "PLN": (4, 1), "SEK": (105, 10), "NOK": (106, 10), "DKK": (69, 10),
    "KRW": (1330, 1), "CNY": (72, 10), "CZK": (23, 1), "HUF": (355, 1), "VND": (24500, 1), "KWD": (31, 100),
}  # fmt: skip
_BY_COUNTRY: Final = {
    "US": "USD", "GB": "GBP", "JP": "JPY", "CH": "CHF", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "IN": "INR", "MX": "MXN",
    "BR": "BRL", "PL": "PLN", "SE": "SEK", "NO": "NOK", "DK": "DKK", "KR": "KRW", "CN": "CNY", "TW": "TWD", "CZ": "CZK",
    "HU": "HUF", "RO": "RON", "TR": "TRY", "RU": "RUB", "UA": "UAH", "IL": "ILS", "TH": "THB", "VN": "VND", "ID": "IDR",
    "PH": "PHP", "ZA": "ZAR", "NG": "NGN", "GH": "GHS", "EG": "EGP", "SA": "SAR", "AE": "AED", "AR": "ARS", "CL": "CLP",
    "CO": "COP", "IR": "IRR", "PK": "PKR", "BD": "BDT", "NP": "NPR", "GE": "GEL", "AM": "AMD", "AZ": "AZN",
}  # fmt: skip
_EURO: Final = frozenset("AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split())


def known(code: str) -> bool:
    """Whether ISO 4217 lists the code."""
    return code in _DIGITS or code in _TWO_DIGITS


def digits(code: str) -> int:
    """Decimal digits of a currency."""
    return _DIGITS.get(code, 2)


def of_locale(locale: str) -> str:
    """The currency of a locale's country; US dollars where that is not known."""
    country = locale.rpartition("_")[2]
    return "EUR" if country in _EURO else _BY_COUNTRY.get(country, "USD")
