"""What a caller of `generate` says in plain data, read into the parts of a request; every fault is a violation."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from testdata_agent.engine.defects.defect import DefectMode, DefectOptions
from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import FieldConstraint, OutputFormat, Scenario, SchemaSource
from testdata_agent.literals import as_json, literal

_KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "min": (int, float),
    "max": (int, float),
    "enum_values": (list, tuple, set, frozenset),
    "regex": str,
    "min_length": int,
    "max_length": int,
    "format": str,
}
_LIMITS: Final = tuple(field.name for field in fields(FieldConstraint))
_SHARES: Final = tuple(field.name for field in fields(Scenario))


class Arguments:
    """Reads arguments and notes their faults; `check` raises all of them at once."""

    def __init__(self) -> None:
        self._faults: list[Violation] = []

    def check(self) -> None:
        """Raises InvalidRequest where something that was read has a fault."""
        if self._faults:
            raise InvalidRequest(self._faults)

    def whole(self, name: str, value: Any) -> int:
        """A whole number."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._fault(name, "INVALID_VALUE", f"a whole number is needed, not {value!r}")
        return 0

    def instant(self, value: Any) -> int | None:
        """Epoch seconds of an aware datetime, or given as such."""
        if value is None:
            return None
        if not isinstance(value, datetime):
            return self.whole("as_of", value)
        if value.tzinfo is None:
            self._fault("as_of", "INVALID_VALUE", "a datetime needs its time zone, such as datetime.now(UTC)")
            return None
        return int(value.timestamp() // 1)

    def format(self, value: Any) -> OutputFormat:
        """The format of this name; JSON without one."""
        try:
            return OutputFormat(value or OutputFormat.JSON)
        except ValueError:
            known = ", ".join(OutputFormat)
            self._fault("output_format", "UNKNOWN_VALUE", f"there is no {value!r}; known: {known}")
            return OutputFormat.JSON

    def text(self, name: str, value: Any) -> str:
        """A text."""
        if isinstance(value, str):
            return value
        self._fault(name, "INVALID_VALUE", f"a text is needed, not {value!r}")
        return ""

    def schema(self, given: Any) -> SchemaSource | None:
        """A schema of one's own: JSON text, or what such a text holds."""
        if given is None:
            return None
        try:
            text = given if isinstance(given, str) else as_json(given)
        except (TypeError, ValueError) as error:
            self._fault("schema", "INVALID_VALUE", f"it cannot be written as JSON: {error}")
            return None
        return SchemaSource(kind="inline_schema", text=text)

    def defects(self, given: Any, mode: Any = None) -> DefectOptions | None:
        """Whether defects are wanted, or of which classes; and the mode."""
        if mode is not None and mode not in list(DefectMode):
            known = ", ".join(DefectMode)
            self._fault("defect_mode", "UNKNOWN_VALUE", f"there is no {mode!r}; known: {known}")
            mode = None
        chosen = DefectMode(mode or DefectMode.EACH)
        if isinstance(given, bool) or given is None:
            return DefectOptions(mode=chosen) if given or mode is not None else None
        if isinstance(given, str):
            given = [name for name in given.split(",") if name.strip()]
        classes = tuple(self.text("defects", name).strip().lower() for name in given)
        return DefectOptions(classes=classes, mode=chosen)

    def overrides(self, given: Any, where: str = "overrides") -> dict[str, str]:
        """Field path to literal."""
        if given is not None and not isinstance(given, Mapping):
            self._fault(where, "INVALID_VALUE", f'a mapping is needed, such as {{"total": "20-50"}}, not {given!r}')
            return {}
        return {path: self._literal(f"{where}[{path}]", value) for path, value in (given or {}).items()}

    def constraints(self, given: Any) -> dict[str, FieldConstraint]:
        """Field path to limits."""
        if given is not None and not isinstance(given, Mapping):
            self._fault("constraints", "INVALID_VALUE", f"a mapping of fields to limits is needed, not {given!r}")
            return {}
        return {path: self._limits(f"constraints[{path}]", limits) for path, limits in (given or {}).items()}

    def scenarios(self, given: Iterable[Mapping[str, Any]] | None) -> tuple[Scenario, ...]:
        """Named shares of the rows."""
        return tuple(self._share(f"scenarios[{position}]", share) for position, share in enumerate(given or ()))

    def _literal(self, where: str, value: Any) -> str:
        try:
            return literal(value)
        except (TypeError, ValueError) as error:
            self._fault(where, "INVALID_VALUE", f"{value!r} cannot be written: {error}")
            return ""

    def _limits(self, where: str, limits: Any) -> FieldConstraint:
        if not isinstance(limits, Mapping):
            self._fault(where, "INVALID_VALUE", f'limits are needed, such as {{"min": 5, "max": 20}}, not {limits!r}')
            return FieldConstraint()
        found = dict[str, Any]()
        for name, value in limits.items():
            if name not in _LIMITS:
                known = ", ".join(_LIMITS)
                self._fault(f"{where}.{name}", "UNKNOWN_ARGUMENT", f"there is no limit {name!r}; known: {known}")
            elif value is not None and (isinstance(value, bool) or not isinstance(value, _KINDS[name])):
                self._fault(f"{where}.{name}", "INVALID_VALUE", f"{name} cannot be {value!r}")
            elif name == "enum_values" and value is not None:
                found[name] = _texts(value)
            elif value is not None:
                found[name] = value
        return FieldConstraint(**found)

    def _share(self, where: str, share: Any) -> Scenario:
        if not isinstance(share, Mapping):
            self._fault(
                where, "INVALID_VALUE", f'a scenario is needed, such as {{"name": "late", "count": 2}}, not {share!r}'
            )
            return Scenario(name="", count=0)
        for name in share.keys() - set(_SHARES):
            self._fault(f"{where}.{name}", "UNKNOWN_ARGUMENT", f"there is no {name!r}; known: {', '.join(_SHARES)}")
        return Scenario(
            name=self.text(f"{where}.name", share.get("name")),
            count=self.whole(f"{where}.count", share.get("count")),
            overrides=self.overrides(share.get("overrides"), f"{where}.overrides"),
            description=self.text(f"{where}.description", share.get("description", "")),
        )

    def _fault(self, where: str, reason: str, message: str) -> None:
        self._faults.append(Violation(where, reason, message[:500]))


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
