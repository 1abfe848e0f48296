"""Words as they appear in the local part of an e-mail address: lower-case ASCII letters and digits."""

import re

from anyascii import anyascii

#: Stands for a word of which nothing is left, e.g. one of symbols alone.
EMPTY_SLUG = "user"

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(text: str, locale: str) -> str:
    """`text` romanised, e.g. "Jürgen" to "juergen" in German and to "jurgen" elsewhere; never empty."""
    if locale.split("_", maxsplit=1)[0] == "de":
        text = text.translate(_UMLAUTS)
    return _OTHER.sub("", anyascii(text).lower()) or EMPTY_SLUG
