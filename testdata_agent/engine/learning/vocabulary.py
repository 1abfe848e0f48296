"""Words that tell of nobody: those of the catalogue's own reference data; and forms of text that may."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson
import yaml

_WORD: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d+")
#: Longest text that is a name of a thing, a status or the like, in characters.
_LONGEST: Final = 60
#: Most digits of one number in a name of a thing (`2024`), and of all of them together.
_MOST_DIGITS, _MOST_DIGITS_IN_ALL = 4, 6
#: Letters of words that are too short to be anybody's name in lower or upper case alone (`kg`, `USB`).
_SHORT: Final = 3
#: Tables whose lines hold no names of places or people.
_TABLES: Final = ("colours", "courses", "diagnoses", "files", "issues", "jobs", "sensors", "tickets", "vehicles")

#: Forms of identifiers and contacts.
_TELLING: Final = re.compile(
    r"""@
    | ://
    | \bwww\.
    | \d[\d\s().-]{5,}\d                        # numbers of telephones, cards, accounts
    | \b(?:\d{1,3}\.){3}\d{1,3}\b               # IP
    | \b[0-9a-f]{8}-?[0-9a-f]{4}                # UUID, hash
    | \b(?=\w*\d)(?=\w*[A-Za-z])\w{7,}\b        # letters and digits together
    | \S{25,}                                   # tokens, keys
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: The whole words around such forms.
_TELLING_WORDS: Final = re.compile(rf"\S*(?:{_TELLING.pattern})\S*", re.VERBOSE | re.IGNORECASE)


def may_tell(text: str) -> bool:
    """Whether a text holds what has the form of an identifier, address or number of somebody."""
    return _TELLING.search(text) is not None


def untelling(text: str) -> str:
    """The text without the words that `may_tell` is about."""
    return _TELLING_WORDS.sub(" ", text).strip()


def is_plain(text: str) -> bool:
    """Whether a text is put together of nothing but known words, short numbers and signs."""
    if len(text) > _LONGEST or may_tell(text):
        return False
    numbers = _DIGITS.findall(text)
    if any(len(number) > _MOST_DIGITS for number in numbers) or sum(map(len, numbers)) > _MOST_DIGITS_IN_ALL:
        return False
    known = words()
    return all(word.lower() in known or _is_short(word) for word in _WORD.findall(text))


def _is_short(word: str) -> bool:
    return len(word) == 1 or (len(word) <= _SHORT and (word.isupper() or word.islower()))


@cache
def words() -> frozenset[str]:
    """All known words, in lower case."""
    return frozenset(word.lower() for text in _texts() for word in _WORD.findall(text))


def _texts() -> Iterator[str]:
    catalog = resources.files("testdata_agent.engine.catalog")
    reference = catalog / "reference"
    for name in ("categories.psv", "products.psv", *(f"tables/{table}.psv" for table in _TABLES)):
        yield (reference / name).read_text(encoding="utf-8")
    yield from _strings(yaml.safe_load((reference / "words.yaml").read_text(encoding="utf-8")))
    yield from _strings(orjson.loads((catalog / "meanings.json").read_bytes())["meanings"])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
