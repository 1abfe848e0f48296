"""Which fields are parts of the same person, place, company, article or line of a table."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from testdata_agent.engine.semantics.reading import Reading
from testdata_agent.engine.semantics.scopes import Scope

_GROUPED: Final = frozenset({"person", "place", "company", "article", "table"})
#: Parts that say by themselves who or where it is; the others follow them.
_ANCHORS: Final[Mapping[str, frozenset[str]]] = {
    "person": frozenset({"first_name", "last_name", "full_name"}),
    "place": frozenset({"city", "region", "postcode", "latitude", "longitude"}),
    "company": frozenset({"name"}),
}
_COUNTRY_PARTS: Final = frozenset({"country", "country_name", "country_code3", "timezone", "state_name"})
#: What the table of countries calls the parts of a place that are its country's.
_OF_COUNTRIES: Final = {"country": "code", "country_name": "name", "country_code3": "code3", "timezone": "timezone"}

#: Kind and part of every grouped field by path.
Parts = dict[str, dict[str, Any]]


def kind_of(hint: Mapping[str, Any]) -> str | None:
    """The kind of group that a hint's part belongs to, each table one of its own; None: to none."""
    kind = hint.get("kind")
    if kind not in _GROUPED:
        return None
    return f"table {hint['table']}" if kind == "table" else str(kind)


def group(scopes: Iterable[Scope], readings: Mapping[str, Reading], hints: Parts) -> None:
    """Writes into each grouped hint the name of its group, one and the same for parts that belong together."""
    ordered = list(scopes)
    kinds = dict.fromkeys(kind for hint in hints.values() if (kind := kind_of(hint)) is not None)
    for kind in kinds:
        for scope in ordered:
            _within(scope, kind, readings, hints)
        for scope in ordered:
            _joined(scope, kind, hints)
    for path, hint in hints.items():
        if kind_of(hint) is not None:
            hint.setdefault("group", f"{path}~")
    for scope in ordered:
        _countries(scope, hints)


def _members(scope: Scope, kind: str, hints: Parts) -> list[str]:
    return [leaf.path for leaf in scope.leaves if not leaf.element and kind_of(hints.get(leaf.path, {})) == kind]


def _within(scope: Scope, kind: str, readings: Mapping[str, Reading], hints: Parts) -> None:
    """One group, unless a part stands twice: then one for each word that says whose it is."""
    paths = [path for path in _members(scope, kind, hints) if "group" not in hints[path]]
    for path in _members(scope, kind, hints):
        if "group" in hints[path]:
            hints[path]["group"] = f"{scope.path}~{hints[path]['group']}"
            if "other" in hints[path]:
                hints[path]["other"] = f"{scope.path}~{hints[path]['other']}"
    apart = [path for path in paths if readings[path].meaning is not None and _apart(readings[path])]
    together = [path for path in paths if path not in apart]
    for path in apart:
        hints[path]["group"] = f"{path}~"
    parts = [hints[path]["part"] for path in together]
    several = kind == "person" and len({_owner(readings[path]) for path in together if _is_name(hints[path])}) > 1
    if len(set(parts)) == len(parts) and not several:
        for path in together:
            hints[path]["group"] = f"{scope.path}~"
        return
    anchors = _ANCHORS.get(kind)
    anchored = [path for path in together if anchors is None or hints[path]["part"] in anchors]
    owners = {_owner(readings[path]) for path in anchored}
    first = next(iter(_owner(readings[path]) for path in anchored), ())
    taken: set[tuple[str, str]] = set()
    for path in together:
        prefix = _owner(readings[path])
        if prefix not in owners:
            prefix = next((prefix[:end] for end in range(len(prefix), 0, -1) if prefix[:end] in owners), first)
        key, number = f"{scope.path}~{'_'.join(prefix)}", 1
        while (key, hints[path]["part"]) in taken:
            number += 1
            key = f"{scope.path}~{'_'.join(prefix)}.{number}"
        taken.add((key, hints[path]["part"]))
        hints[path]["group"] = key


#: Words that a name ends with; a person who is called by anything else (`assignee`) is called by what they are.
_NAME_WORDS: Final = frozenset({"name", "fullname", "firstname", "lastname", "surname", "forename", "first", "last"})


def _owner(reading: Reading) -> tuple[str, ...]:
    """The words that say whose part a field is."""
    named = reading.meaning is not None and reading.meaning.name == "full_name"
    return reading.leaf.words if named and reading.leaf.words[-1] not in _NAME_WORDS else reading.prefix


def _is_name(hint: Mapping[str, Any]) -> bool:
    return hint["part"] in _ANCHORS["person"]


def _apart(reading: Reading) -> bool:
    return reading.meaning is not None and bool(reading.meaning.extras.get("apart"))


def _joined(scope: Scope, kind: str, hints: Parts) -> None:
    """Parts that say nothing by themselves follow those of the object around, or of an object within."""
    anchors = _ANCHORS.get(kind)
    own = _members(scope, kind, hints)
    if anchors is None or not own or any(hints[path]["part"] in anchors for path in own):
        return
    for other in (*_around(scope), *(inner for inner in scope.inner if inner.level == scope.level)):
        found = next((p for p in _members(other, kind, hints) if hints[p]["part"] in anchors), None)
        if found is not None:
            for path in own:
                hints[path]["group"] = hints[found]["group"]
            return


def _around(scope: Scope) -> Iterable[Scope]:
    parent = scope.parent
    while parent is not None and parent.level == scope.level:
        yield parent
        parent = parent.parent


def _countries(scope: Scope, hints: Parts) -> None:
    """Languages, currencies and capitals are of the place's country; where there is no place, of any country."""
    places = _members(scope, "place", hints)
    placed = {hints[path]["group"] for path in places if hints[path]["part"] not in _COUNTRY_PARTS}
    for path in _members(scope, "table countries", hints):
        if placed:
            hints[path] = {"kind": "place", "part": f"country.{hints[path]['part']}", "group": sorted(placed)[0]}
    for path in places:
        hint = hints[path]
        if hint["part"] in _OF_COUNTRIES and hint["group"] not in placed and not _used_elsewhere(path, hints):
            part = _OF_COUNTRIES[hint["part"]]
            hints[path] = {"kind": "table", "table": "countries", "part": part, "group": f"{scope.path}~"}


def _used_elsewhere(path: str, hints: Parts) -> bool:
    group_of = hints[path]["group"]
    return any(
        hint.get("group") == group_of and hint.get("kind") == "place" and hint["part"] not in _COUNTRY_PARTS
        for other, hint in hints.items()
        if other != path
    )


def templates(scopes: Iterable[Scope], readings: Mapping[str, Reading], hints: Parts) -> None:
    """Texts put together of parts take them from the groups beside them."""
    for scope in scopes:
        known: dict[str, str] = {}
        for leaf in scope.leaves:
            hint = hints.get(leaf.path, {})
            kind = kind_of(hint)
            if kind is not None and not leaf.element:
                known.setdefault(kind, hint["group"])
        for leaf in scope.leaves:
            hint = hints.get(leaf.path, {})
            if hint.get("kind") == "template" and not readings[leaf.path].prefix and not leaf.element:
                hint["groups"] = known
