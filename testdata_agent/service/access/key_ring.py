"""The keys file: read, or refused with every fault that it has; and who a key belongs to."""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml
from pydantic import ValidationError

from testdata_agent.service.access.client_entry import ClientEntry

#: What every key begins with, so that a leaked one is found by whoever looks for it.
KEY_PREFIX: Final = "tda_"
_KEY_BYTES: Final = 32
#: What is wrong with a file that lists nobody: a gateway does not start with it. One that runs takes it, and locks out.
NOBODY: Final = "no client is listed, so nobody could call; list one (`testdata keys new` prints its entry)"
#: Of a digest, by which its row is looked up.
_ROW: Final = 8
_NO_DIGEST: Final = bytes(32)

#: pydantic's words where they say nothing to whoever writes the file.
_WORDS: Final[Mapping[str, str]] = {
    "extra_forbidden": "there is no setting of this name",
    "missing": "it is needed",
    "model_type": "a client is a mapping with `client` and `sha256`",
    "too_short": "at least one hash is needed",
    "list_type": "a list is needed",
    "bool_type": "true or false is needed",
    "string_type": "a text is needed, in quotes where it is a number",
}
_LIMITS: Final = frozenset(name for name in ClientEntry.model_fields if "_per_" in name)


class KeysFault(ValueError):  # noqa: N818 - what is wrong with a file
    """The text is no keys file. Nothing in it repeats a hash or a key; str() is one line.

    Attributes:
        faults: Every one.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def new_key() -> str:
    """A key that nobody has: KEY_PREFIX and 43 characters that are safe in URLs, 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)


def hash_of(key: str) -> str:
    """What the file has in a key's place. A key is random, so nobody can guess it from that."""
    return hashlib.sha256(key.encode()).hexdigest()


class KeyRing:
    """All clients of a file, found by their keys or names."""

    def __init__(self, entries: Iterable[ClientEntry]) -> None:
        self.clients = {entry.client: entry for entry in entries}
        digests = [(bytes.fromhex(text), entry) for entry in self.clients.values() for text in entry.sha256]
        self._rows = {digest[:_ROW]: (digest, entry) for digest, entry in digests}

    @classmethod
    def of_text(cls, text: str) -> "KeyRing":
        """Reads a file's text; raises KeysFault."""
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise KeysFault(f"it is no YAML{_place(error)}") from None
        except (ValueError, RecursionError):  # a date that is none, a number of too many digits, ever deeper nesting
            raise KeysFault("it is no YAML that can be read") from None
        if not isinstance(data, dict) or not isinstance(data.get("clients"), list):
            raise KeysFault("a mapping with one key, `clients`, is needed: a list of clients")
        faults = [f"{name!r}: there is no setting of this name" for name in map(str, data) if name != "clients"]
        entries: list[ClientEntry] = []
        for number, item in enumerate(data["clients"]):
            try:
                entries.append(ClientEntry.model_validate(item))
            except ValidationError as error:
                faults += _in_words(f"clients[{number}]", item, error)
        faults += _repeated(entries)
        if faults:
            raise KeysFault(*dict.fromkeys(faults))
        return cls(entries)

    def owner_of(self, key: str) -> ClientEntry | None:
        """Whose key it is; None: nobody's. It takes as long for a key that is nearly one as for any other."""
        digest = hashlib.sha256(key.encode()).digest()
        held, entry = self._rows.get(digest[:_ROW], (_NO_DIGEST, None))
        return entry if hmac.compare_digest(held, digest) else None


def _repeated(entries: Iterable[ClientEntry]) -> list[str]:
    """Names that stand twice, and keys that two clients would have."""
    entries = list(entries)
    names = Counter(entry.client for entry in entries)
    faults = [f"the client {name!r} stands {times} times" for name, times in names.items() if times > 1]
    holders: dict[str, list[str]] = {}
    for entry in entries:
        for text in entry.sha256:
            holders.setdefault(text[: 2 * _ROW], []).append(entry.client)
    return faults + [
        f"one key is listed twice, for {' and '.join(map(repr, sorted(set(names))))}"
        for names in holders.values()
        if len(names) > 1
    ]


def _in_words(where: str, item: Any, error: ValidationError) -> list[str]:
    """Each fault as `where.name: what is wrong`, once."""
    client = item.get("client") if isinstance(item, dict) else None
    named = f"{where} ({client[:40]})" if isinstance(client, str) else where
    found = {}
    for fault in error.errors(include_url=False, include_input=False):
        place, words = fault["loc"], _WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
        if place and place[0] in _LIMITS:
            # Beside the name stands one for each of the types that it may have.
            place, words = place[:1], "a whole number is needed, from 1 on (tokens: from 0 on), or `unlimited`"
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
        found[path] = f"{named}{path}: {words[:1].lower()}{words[1:]}"
    return list(found.values())


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
