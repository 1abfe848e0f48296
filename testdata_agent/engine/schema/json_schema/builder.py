"""Claims to fields of the house model, one place after the other, with all faults noted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from testdata_agent.engine.schema.house import MAX_DEPTH, MAX_FIELDS
from testdata_agent.engine.schema.json_schema import numbers, texts
from testdata_agent.engine.schema.json_schema.arrays import array
from testdata_agent.engine.schema.json_schema.claims import Claims, Conjunction
from testdata_agent.engine.schema.json_schema.emptiness import contradiction, dead_kinds
from testdata_agent.engine.schema.json_schema.enums import listed
from testdata_agent.engine.schema.json_schema.faults import EndlessError, Faults, TooLargeError
from testdata_agent.engine.schema.json_schema.kinds import GROUPS, implied
from testdata_agent.engine.schema.json_schema.objects import members
from testdata_agent.engine.schema.json_schema.reading import Reading
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.json_schema.terms import writable
from testdata_agent.engine.schema.json_schema.values import fits
from testdata_agent.engine.schema.json_schema.variants import variant, variant_of
from testdata_agent.engine.schema.model import Field, FieldType

#: Most examples of a field that are kept.
_MAX_EXAMPLES = 50


class Builder:
    """Makes fields.

    Attributes:
        rules: Sentences of the rule language that say what fields alone cannot.
        recurring: Whether anything stood within itself.
    """

    def __init__(self, reading: Reading, faults: Faults, recurrences: int) -> None:
        """Takes how often one place may stand within itself."""
        self.reading = reading
        self.faults = faults
        self.rules: list[str] = []
        self.recurring = False
        self._recurrences = recurrences
        self._pending: list[tuple[str, ...]] = []
        self._count = 0

    def field(self, conjunction: Conjunction, spot: Spot) -> Field | None:
        """The field at a spot; None: a fault was noted.

        Raises:
            EndlessError: what stands there holds itself, deeper than is followed.
            TooLargeError: the schema has too many fields.
        """
        if spot.depth > MAX_DEPTH:
            raise TooLargeError(spot.pointer, f"schemas nest at most {MAX_DEPTH} deep")
        self.check_room(1, spot.pointer)
        self._count += 1
        with self.within(conjunction, spot.pointer):
            return self.of_claims(self.reading.of(conjunction), spot)

    def check_room(self, wanted: int, pointer: str) -> None:
        """Raises TooLargeError where there is no room for so many fields more."""
        if self._count + wanted > MAX_FIELDS:
            raise TooLargeError(pointer, f"schemas have at most {MAX_FIELDS} fields")

    @contextmanager
    def within(self, conjunction: Conjunction, pointer: str) -> Iterator[None]:
        """Notes that these places are being made; raises EndlessError where they are already, too often."""
        key = self.reading.identity(conjunction)
        again = self._pending.count(key) if key else 0
        self.recurring = self.recurring or again > 0
        if again >= self._recurrences:
            raise EndlessError(pointer)
        self._pending.append(key)
        try:
            yield
        finally:
            self._pending.pop()

    def of_claims(self, claims: Claims, spot: Spot) -> Field | None:
        """The field that these claims describe; see `field`."""
        if claims.choices:
            return variant(self, claims, spot)
        faults = len(self.faults)
        self._check_exclusions(claims)
        if len(self.faults) > faults:
            return None
        if claims.values is not None:
            return listed(self, claims, spot)
        kinds = claims.kinds if claims.stated else implied(claims)
        dead = dead_kinds(claims, self.reading)
        alive = kinds - dead.keys()
        if not alive:
            why = next((dead[kind] for kind in sorted(kinds) if kind in dead), "no type is left that a value may have")
            self.faults.fault(spot.pointer, "CONTRADICTION", why)
            return None
        nullable, forms = "null" in alive, list[Field]()
        if alive == {"null"}:
            return self.made(claims, spot, {"type": FieldType.ENUM, "values": (None,), "nullable": True})
        for group in GROUPS:
            if group & alive:
                form = self._of_kind(min(group), claims, alive, spot)
                forms += [form] if form is not None else []
        if len(self.faults) > faults or not forms:
            return None
        return variant_of(forms, spot, nullable=nullable, exclusive=False)

    def _of_kind(self, kind: str, claims: Claims, alive: frozenset[str], spot: Spot) -> Field | None:
        try:
            if kind == "object":
                return self.made(claims, spot, members(self, claims, spot))
            if kind == "array":
                return self.made(claims, spot, array(self, claims, spot))
            if kind == "string":
                return self.made(claims, spot, texts.text(claims))
            if kind == "boolean":
                return self.made(claims, spot, {"type": FieldType.BOOLEAN})
            return self.made(claims, spot, (numbers.real if "fraction" in alive else numbers.whole)(claims))
        except numbers.NumberError as error:
            self.faults.fault(claims.where(error.keyword, spot.pointer), "UNSUPPORTED_SCHEMA", str(error))
        except texts.TextError as error:
            self.faults.fault(claims.where(error.keyword, spot.pointer), error.reason, str(error))
        return None

    def made(self, claims: Claims, spot: Spot, found: dict[str, Any] | None) -> Field | None:
        """A field of what was found, with what the schema says beside its claims; None stays None."""
        if found is None:
            return None
        notes, common = claims.notes, dict[str, Any]()
        if "description" in notes:
            common["description"] = notes["description"]
        if "default" in notes and self._fits(notes["default"], claims):
            common["default"] = notes["default"]
        if "examples" in notes:
            kept = [value for value in notes["examples"][:_MAX_EXAMPLES] if self._fits(value, claims)]
            common["examples"] = tuple(value for value in kept if value is not None)
        for key, name in (("x-semantic", "semantic"), ("x-faker", "faker")):
            if key in notes:
                common[name] = notes[key]
        return Field(name=spot.name, required=spot.required, **{**common, **found})

    def _fits(self, value: Any, claims: Claims) -> bool:
        return writable(value) and fits(value, claims, self.reading.of)

    def _check_exclusions(self, claims: Claims) -> None:
        """What `not` says must hold by itself, or choose among the values listed."""
        if claims.values is not None or not claims.excluded:
            return
        plain = replace(claims, excluded=())
        for place in claims.excluded:
            if contradiction(self.reading.with_branch(plain, (place,)), self.reading) is None:
                words = "not is not supported where it says more than its neighbours: say what is right instead"
                self.faults.fault(place.pointer, "UNSUPPORTED_KEYWORD", words)
