"""Subschemas to claims: one place and all that its `$ref` and `allOf` put into it."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from testdata_agent.engine.schema.json_schema import terms
from testdata_agent.engine.schema.json_schema.claims import (
    KINDS,
    TYPES,
    Choice,
    Claims,
    Conjunction,
    Items,
    Members,
    both,
    compiled,
)
from testdata_agent.engine.schema.json_schema.document import Document, Place, under
from testdata_agent.engine.schema.json_schema.faults import Faults, TooLargeError
from testdata_agent.engine.schema.json_schema.keywords import REFUSED, unknown_keyword
from testdata_agent.engine.schema.json_schema.terms import Terms

#: How deep `$ref` and `allOf` may lead from one place to another without a member or item between.
MAX_STEPS = 100
#: Claims read and put together for one schema, at most.
MAX_WORK = 12_000


class Reading:
    """Reads the places of one document; each of them once."""

    def __init__(self, document: Document, faults: Faults) -> None:
        self._document = document
        self._faults = faults
        self._known: dict[str, Claims] = {}
        self._pending: list[str] = []
        self._work = 0

    def of(self, conjunction: Conjunction) -> Claims:
        """What all of these places claim together."""
        result = Claims()
        for number, place in enumerate(conjunction):
            claims = self._of_place(place)
            result = self._both(result, claims) if number else claims
        return result

    def identity(self, conjunction: Conjunction) -> tuple[str, ...]:
        """Where the places of a conjunction really stand: references that say nothing of their own are followed."""
        return tuple(map(self._identity, conjunction))

    def _identity(self, place: Place) -> str:
        for _ in range(MAX_STEPS):
            schema = place.schema
            alone = schema.get("allOf") if isinstance(schema, Mapping) else None
            target = None
            if isinstance(alone, list) and len(alone) == 1:
                target = place.at("allOf", 0)
            elif isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
                target = self._document.target(schema["$ref"], under(place.pointer, "$ref"))
            if target is None:
                break
            place = target
        return place.pointer

    def _both(self, one: Claims, other: Claims) -> Claims:
        for sealed, free in ((one, other), (other, one)):
            if sealed.sealed is not None and (free.members or free.choices):
                words = "beside other schemas with members: use additionalProperties: false, or close the whole schema"
                self._refuse(sealed.sealed, f"unevaluatedProperties is not supported {words}")
        return self._joined(one, other)

    def _joined(self, one: Claims, other: Claims) -> Claims:
        self._spend(1 + (len(one.at) + len(other.at)) // 16)
        return both(one, other)

    def with_branch(self, claims: Claims, branch: Conjunction) -> Claims:
        """The claims together with a branch of a choice of theirs."""
        return self._joined(claims, self.of(branch))

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > MAX_WORK:
            raise TooLargeError("", "its references and branches multiply beyond what is read: simplify them")

    def _of_place(self, place: Place) -> Claims:
        pointer = place.pointer
        known = self._known.get(pointer)
        if known is not None:
            return known
        if pointer in self._pending:
            words = "the reference leads back to itself: put a member or an item between"
            self._faults.fault(pointer, "ENDLESS_REFERENCE", words)
            return Claims()
        if len(self._pending) >= MAX_STEPS:
            raise TooLargeError(pointer, f"references and allOf lead on more than {MAX_STEPS} times")
        self._pending.append(pointer)
        try:
            claims = self._read(place)
        finally:
            self._pending.pop()
        self._known[pointer] = claims
        self._spend(1)
        return claims

    def _read(self, place: Place) -> Claims:
        schema = place.schema
        if schema is True:
            return Claims()
        if schema is False:
            return Claims(kinds=frozenset(), stated=True)
        if not isinstance(schema, Mapping):
            self._faults.fault(place.pointer, "INVALID_SCHEMA", "a schema is an object, or true or false")
            return Claims()
        self._check_keywords(place)
        claims = self._own(place)
        for other in self._merged(place):
            claims = self._both(claims, self._of_place(other))
        if schema.get("unevaluatedProperties") is False:
            claims = _sealed(claims, place)
        return claims

    def _check_keywords(self, place: Place) -> None:
        for keyword in place.schema:
            why = REFUSED.get(keyword)
            if why is not None:
                self._refuse(under(place.pointer, keyword), f"{keyword} is not supported: {why}")
                continue
            why = unknown_keyword(keyword)
            if why is not None:
                self._faults.fault(under(place.pointer, keyword), "UNKNOWN_KEYWORD", why)

    def _merged(self, place: Place) -> list[Place]:
        """The places that `$ref`, `allOf` and decided conditions put into this one."""
        schema, result = place.schema, []
        if "$ref" in schema:
            target = self._document.target(schema["$ref"], under(place.pointer, "$ref"))
            if target is not None:
                result.append(target)
        result += self._branches(place, "allOf")
        if "if" in schema and ("then" in schema or "else" in schema):
            condition = schema["if"]
            if condition is True or condition == {}:
                result += [place.at("then")] if "then" in schema else []
            elif condition is False:
                result += [place.at("else")] if "else" in schema else []
            else:
                words = "if is not supported: use oneOf with one branch for each case, told apart by a const"
                self._refuse(under(place.pointer, "if"), words)
        return result

    def _branches(self, place: Place, keyword: str) -> list[Place]:
        held = place.schema.get(keyword)
        if held is None and keyword not in place.schema:
            return []
        if not isinstance(held, list) or not held:
            self._wrong(place, keyword, "a list of at least one schema")
            return []
        return [place.at(keyword, number) for number in range(len(held))]

    # -- the keywords of one schema ---------------------------------------------------------------------------

    def _own(self, place: Place) -> Claims:
        schema, at = place.schema, Terms(place, self._faults)
        claims = Claims(at={keyword: under(place.pointer, keyword) for keyword in schema}, notes=terms.notes(schema))
        self._types(place, claims)
        at.values(claims)
        at.numbers(claims)
        at.texts(claims)
        self._items(place, at, claims)
        self._members(place, at, claims)
        claims.choices = tuple(
            Choice(tuple(branches), keyword == "oneOf", under(place.pointer, keyword))
            for keyword in ("anyOf", "oneOf")
            if (branches := self._branches(place, keyword))
        )
        if "not" in schema:
            self._exclude(place, claims)
        return claims

    def _types(self, place: Place, claims: Claims) -> None:
        schema = place.schema
        if "type" not in schema:
            return
        given = schema["type"]
        names = given if isinstance(given, list) else [given]
        kinds = frozenset[str]()
        for name in names:
            if not isinstance(name, str) or name not in TYPES:
                near = get_close_matches(str(name)[:60].lower(), TYPES, n=1)
                hint = f"did you mean {near[0]!r}? " if near else ""
                words = f"unknown type {str(name)[:60]!r}; {hint}The types are {', '.join(TYPES)}"
                self._faults.fault(under(place.pointer, "type"), "UNKNOWN_TYPE", words)
                kinds = KINDS
            else:
                kinds |= TYPES[name]
        if not names:
            self._wrong(place, "type", "a type or a list of at least one")
            kinds = KINDS
        if schema.get("nullable") is True:
            kinds |= {"null"}
        claims.kinds, claims.stated = kinds, True

    def _items(self, place: Place, at: Terms, claims: Claims) -> None:
        schema = place.schema
        claims.least_items = at.count("minItems") or 0
        claims.most_items = at.count("maxItems")
        claims.unique_items = at.flag("uniqueItems")
        first, others, rest = "prefixItems", "items", schema.get("items")
        if isinstance(rest, list):
            first, others = "items", "additionalItems"
        before = [place.at(first, number) for number in range(len(schema[first]))] if first in schema else []
        if first in schema and not isinstance(schema[first], list):
            self._wrong(place, first, "a list of schemas")
            before = []
        if before or others in schema:
            claims.items = (Items(tuple(before), place.at(others) if others in schema else None),)

    def _members(self, place: Place, at: Terms, claims: Claims) -> None:
        schema = place.schema
        named = {name: place.at("properties", name) for name in at.mapping("properties")}
        patterned = []
        for pattern in at.mapping("patternProperties"):
            read = at.expression(pattern, under(under(place.pointer, "patternProperties"), pattern))
            if read is not None:
                patterned.append((compiled(read), place.at("patternProperties", pattern)))
        others = place.at("additionalProperties") if "additionalProperties" in schema else None
        if named or patterned or others is not None:
            claims.members = (Members(named, tuple(patterned), others),)
        for name in at.names("required"):
            claims.required[name] = under(place.pointer, "required")
        claims.least_members = at.count("minProperties") or 0
        claims.most_members = at.count("maxProperties")
        claims.names = (place.at("propertyNames"),) if "propertyNames" in schema else ()
        claims.dependents = tuple(self._dependents(place, at))
        if schema.get("unevaluatedProperties", True) not in (True, False):
            words = "unevaluatedProperties takes true or false here: describe the members in properties"
            self._refuse(under(place.pointer, "unevaluatedProperties"), words)

    def _dependents(self, place: Place, at: Terms) -> list[tuple[str, str, str]]:
        result = []
        for keyword in ("dependentRequired", "dependencies"):
            for trigger, needed in at.mapping(keyword).items():
                pointer = under(under(place.pointer, keyword), trigger)
                if isinstance(needed, list) and all(isinstance(name, str) for name in needed):
                    result += [(trigger, name, pointer) for name in needed]
                elif keyword == "dependencies" and isinstance(needed, Mapping | bool):
                    self._refuse(
                        pointer, "dependencies on schemas are not supported: use oneOf, a branch for each case"
                    )
                else:
                    self._faults.fault(pointer, "INVALID_SCHEMA", "it is a list of names")
        return result

    def _exclude(self, place: Place, claims: Claims) -> None:
        """What `not` says, where it says it plainly; else it is kept until it is known what stands beside it."""
        inner = place.schema["not"]
        if inner is False:
            return
        if inner is True or inner == {}:
            claims.kinds, claims.stated = frozenset(), True
        elif isinstance(inner, Mapping) and set(inner) == {"required"} and len(inner["required"]) == 1:
            # What is no object has not got the member either, and is valid to `required`: `not` leaves objects alone.
            claims.kinds &= {"object"}
            claims.absent |= frozenset(inner["required"])
        elif isinstance(inner, Mapping) and set(inner) == {"type"}:
            kinds = self._of_place(place.at("not")).kinds
            claims.kinds &= KINDS - kinds
        else:
            claims.excluded = (place.at("not"),)

    def _refuse(self, pointer: str, words: str) -> None:
        self._faults.fault(pointer, "UNSUPPORTED_KEYWORD", words)

    def _wrong(self, place: Place, keyword: str, wanted: str) -> None:
        self._faults.fault(under(place.pointer, keyword), "INVALID_SCHEMA", f"{keyword} is {wanted}")


def _sealed(claims: Claims, place: Place) -> Claims:
    """Claims under `unevaluatedProperties: false`: closed to what they describe."""
    if any(part.others is not None and part.others.schema is not False for part in claims.members):
        return claims
    if claims.choices:
        return replace(claims, sealed=under(place.pointer, "unevaluatedProperties"))
    named = {name: places[0] for name in claims.member_names() if (places := claims.member(name))}
    patterned = tuple(pair for part in claims.members for pair in part.patterned)
    return replace(claims, members=(*claims.members, Members(named, patterned, place.at("unevaluatedProperties"))))
