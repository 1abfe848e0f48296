"""An e-mail address that the schema makes from a person's name holds that name."""

import re
from collections.abc import Sequence
from typing import ClassVar

from anyascii import anyascii

from testdata_agent.engine.coherence.batch import Batch, Structure, View, shown
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Group, Node
from testdata_agent.engine.coherence.report import Problem

NAME_FIELDS = ("first_name", "last_name")
EMAIL_FIELD = "email"

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_WORD = re.compile(r"[a-z0-9]+")
#: The last letter of the Latin blocks that names are written in.
_LATIN_END = "\u024f"
_LATIN_MORE = ("\u1e00", "\u1eff")
#: Shorter words are in too many addresses to say anything.
_LEAST = 2


class Names(Check):
    """First or last name in the part before the `@`, where the schema says that they belong to one person."""

    name: ClassVar = "names"

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._groups = [group for group in structure.groups if _is_person(group)]
        self.applies = bool(self._groups)
        # The usual case: the records are the persons, and lack nothing.
        self._columns = _columns(self._groups[0]) if len(self._groups) == 1 else None

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if self._columns is None:
            return None
        applied = 0
        for email, first, last in zip(*(batch.values[path] for path in self._columns), strict=True):
            local = email.partition("@")[0].lower()
            plain = first.isascii() and last.isascii() and first.isalpha() and len(first) >= _LEAST
            verdict = True if plain and first.lower() in local else _holds_one(local, (first, last))
            if verdict is False:
                return None
            applied += verdict is not None
        return applied

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check; names in other scripts than Latin can be written in too many ways to be looked for."""
        problems: list[Problem] = []
        applies = False
        for group in self._groups:
            for prefix, entry in self._structure.objects(view.record, group):
                email = entry.get(EMAIL_FIELD)
                names = [name for key in NAME_FIELDS if (name := entry.get(key)) is not None]
                if email is None or not names:
                    continue
                verdict = _holds_one(email.partition("@")[0].lower(), names)
                applies = applies or verdict is not None
                if verdict is False:
                    here = prefix + EMAIL_FIELD
                    problems.append((here, f"{here}: {shown(email)} holds nothing of {' '.join(names)}"))
        return problems if applies else None


def _columns(group: Group) -> tuple[str, str, str] | None:
    """Paths of address, first and last name, if every object of the group has all of them."""
    members = [group.members[name] for name in (EMAIL_FIELD, *NAME_FIELDS)]
    email, first, last = (node.path for node in members)
    return (email, first, last) if all(node.always for node in members) and not group.path else None


def _holds_one(local: str, names: Sequence[str]) -> bool | None:
    """Whether the part before the `@` (in lower case) holds one of the names; None where that cannot be said."""
    if not all(map(_is_latin, names)):
        return None
    if any(len(name) >= _LEAST and name.isalpha() and name.lower() in local for name in names):
        return True
    words = [word for name in names for word in _words(name)]
    if not words:
        return None
    bare = "".join(_WORD.findall(anyascii(local).lower()))
    return any(word in bare for word in words)


def _is_person(group: Group) -> bool:
    members = [group.members.get(name) for name in (EMAIL_FIELD, *NAME_FIELDS)]
    return all(node is not None and node.is_text and _says_so(node) for node in members)


def _says_so(node: Node) -> bool:
    spec = node.field
    # Limits of its own may leave a field no choice.
    limited = any(limit is not None for limit in (spec.regex, spec.values, spec.min_length, spec.max_length))
    of_person = (spec.generate or {}).get("kind") == "person" or (spec.semantic or "").startswith("person.")
    return of_person and not limited


def _is_latin(text: str) -> bool:
    return text.isascii() or all(
        sign <= _LATIN_END or _LATIN_MORE[0] <= sign <= _LATIN_MORE[1] or not sign.isalpha() for sign in text
    )


def _words(name: str) -> set[str]:
    """The words of a name as an address may spell them, together and apart."""
    found: set[str] = set()
    for spelling in (name,) if name.isascii() else (name, name.translate(_UMLAUTS)):
        words = _WORD.findall(anyascii(spelling).lower().replace("'", ""))
        found.update(words, ("".join(words),))
    return {word for word in found if len(word) >= _LEAST}
