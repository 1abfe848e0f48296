"""The small notations of the command line: constraints, scenarios, overrides, instants.

Each reader takes every text of its option and returns what it understood along with a line for every fault, so that
one run names all of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from testdata_agent.engine.defects.defect import DefectMode, DefectOptions
from testdata_agent.engine.request import FieldConstraint, Scenario, SchemaSource

_NUMBERS: Final = {"min": float, "max": float, "min_length": int, "max_length": int}
_LIMITS: Final = "min, max, enum, regex, min_length, max_length, format"
#: A comma that begins the next `field=value`; one inside a value does not.
_NEXT_OVERRIDE: Final = re.compile(r",(?=[A-Za-z_][\w.]*=)")

Faults = list[str]


def constraints(texts: Sequence[str]) -> tuple[dict[str, FieldConstraint], Faults]:
    """Reads `items.price=min:5,max:20`; the same path in two options takes the limits of both."""
    limits: dict[str, dict[str, Any]] = {}
    faults: Faults = []
    for text in texts:
        path, equals, rest = text.partition("=")
        if not (path.strip() and equals and rest):
            faults.append(f"--constraint {text!r}: write FIELD=LIMIT:VALUE,..., such as items.price=min:5,max:20")
            continue
        limits.setdefault(path.strip(), {}).update(_limits(text, rest, faults))
    return {path: FieldConstraint(**found) for path, found in limits.items()}, faults


def _limits(text: str, rest: str, faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while rest:
        name, colon, after = rest.partition(":")
        name = name.strip()
        # A pattern may hold commas and colons itself, so it is always the last limit.
        value, _, rest = (after, "", "") if name == "regex" else after.partition(",")
        if not colon:
            faults.append(f"--constraint {text!r}: {name!r} has no value; write {name}:VALUE (limits: {_LIMITS})")
        elif name in _NUMBERS:
            try:
                found[name] = _NUMBERS[name](value)
            except ValueError:
                faults.append(f"--constraint {text!r}: {name} takes a number, not {value!r}")
        elif name in {"enum", "enum_values"}:
            found["enum_values"] = tuple(value.split("|"))
        elif name in {"regex", "format"}:
            found[name] = value
        else:
            faults.append(f"--constraint {text!r}: there is no limit {name!r}; known: {_LIMITS}")
    return found


def scenarios(texts: Sequence[str]) -> tuple[tuple[Scenario, ...], Faults]:
    """Reads `NAME:COUNT` and `NAME:COUNT:field=value,field=value`."""
    found: list[Scenario] = []
    faults: Faults = []
    for text in texts:
        name, _, rest = text.partition(":")
        count, _, assignments = rest.partition(":")
        if not (name and re.fullmatch(r"-?[0-9]{1,100}", count)):
            faults.append(f"--scenario {text!r}: write NAME:COUNT or NAME:COUNT:field=value,..., such as gift:20")
            continue
        pairs = _NEXT_OVERRIDE.split(assignments) if assignments else []
        changed, wrong = overrides(pairs, option="--scenario")
        faults += wrong
        found.append(Scenario(name=name, count=int(count), overrides=changed))
    return tuple(found), faults


def overrides(texts: Sequence[str], option: str = "--set") -> tuple[dict[str, str], Faults]:
    """Reads `field=value`; of two for the same field, the later one holds."""
    found: dict[str, str] = {}
    faults: Faults = []
    for text in texts:
        path, equals, value = text.partition("=")
        if path.strip() and equals:
            found[path.strip()] = value
        else:
            faults.append(f"{option} {text!r}: write field=value, such as currency=EUR or total=20-50")
    return found, faults


def instant(text: str | None) -> tuple[int | None, Faults]:
    """Reads an RFC 3339 instant, or a date as its midnight in UTC, into epoch seconds."""
    if text is None:
        return None, []
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, [f"--as-of {text!r}: write an instant such as 2026-01-01T00:00:00Z, or a date"]
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()), []


def schema_source(path: Path | None, faults: Faults) -> SchemaSource | None:
    """The schema in a file; a file that cannot be read becomes a fault."""
    if path is None:
        return None
    try:
        return SchemaSource(kind="inline_schema", text=path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        faults.append(f"--schema: cannot read {path}: {str(reason).lower()}")
        return None


def rfc3339(epoch_seconds: int) -> str:
    """The instant as the command line takes it back."""
    return datetime.fromtimestamp(epoch_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def undecodable(texts: Iterable[str]) -> Faults:
    """A line for every word that was not UTF-8; the shell hands such bytes on, and no record can hold them."""
    return [f"{text!r} is not UTF-8 text" for text in texts if not _is_utf8(text)]


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without what nobody stated: None and the empty."""
    return {name: value for name, value in values.items() if value not in (None, "", (), [], {})}


def defects(text: str | None, *, pairwise: bool, coverage: bool, whole: bool) -> DefectOptions | None:
    """`all`, or names of classes with commas between them; or a set, `whole`: all of it."""
    if text is None and not pairwise and not coverage:
        return None
    names = [name.strip().lower() for name in (text or "all").split(",") if name.strip()]
    mode = DefectMode.COVERAGE if coverage else DefectMode.PAIRWISE if pairwise else DefectMode.EACH
    classes = () if names == ["all"] else tuple(names)
    return DefectOptions(classes=classes, mode=mode, whole=whole and mode is not DefectMode.EACH)
