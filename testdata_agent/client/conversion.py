"""From keyword arguments to the wire's request, and from its answer back: shared by both clients."""

from collections.abc import Iterable, Mapping, MutableMapping, MutableSequence, Sequence
from datetime import datetime
from typing import Any, Unpack

from google.protobuf.timestamp_pb2 import Timestamp

from testdata_agent.client.answer import Answer
from testdata_agent.client.arguments import ConstraintArguments, RequestArguments
from testdata_agent.client.errors import ClientError, FieldViolation, refuse
from testdata_agent.literals import as_json, literal
from testdata_agent.v1 import testdata_pb2 as pb

#: Arguments that stand in the request as they are, None aside.
_PLAIN = (
    "domain",
    "count",
    "seed",
    "context",
    "use_cache",
    "learn_from_history",
    "defect_triggering",
    "production_like",
    "locale",
    "first_row",
    "coherence_threshold",
    "dry_run",
    "request_id",
)
#: What a scenario says.
_SHARE = frozenset({"name", "count", "overrides", "description"})


def to_request(entity: str = "", **arguments: Unpack[RequestArguments]) -> pb.GenerateRequest:
    """The request for `entity` with `arguments`.

    Raises:
        InvalidRequestError: An argument is unknown, or its value does not fit the wire; every such fault is named.
    """
    faults = [_fault(name, "UNKNOWN_ARGUMENT", f"there is no argument {name!r}") for name in _unknown(arguments)]
    request = pb.GenerateRequest()
    values: Mapping[str, Any] = arguments
    put(request, "entity", entity, faults)
    for name in _PLAIN:
        if values.get(name) is not None:
            put(request, name, values[name], faults)
    _put_words(request.hints, values.get("hints"), faults, "hints")
    _put_enums(request, values, faults)
    _put_schema(request, values, faults)
    _put_limits(request, values.get("constraints"), faults)
    _put_scenarios(request, values.get("scenarios"), faults)
    _put_overrides(request.overrides, values.get("overrides"), faults, "overrides")
    _put_defects(request, values.get("defects"), faults)
    if values.get("defect_patterns"):
        _put_words(request.defects.pattern_ids, values["defect_patterns"], faults, "defect_patterns")
    _put_patterns(request, values.get("patterns"), faults)
    if values.get("as_of") is not None:
        request.as_of.CopyFrom(_timestamp(values["as_of"], faults))
    refuse(faults)
    return request


def to_answer(response: pb.GenerateResponse) -> Answer:
    """The finished answer.

    Raises:
        ClientError: The server refuses in the answer instead of by status (LEGACY_ERRORS).
    """
    if not response.success:
        raise ClientError(response.error or "the server made no records and does not say why")
    return Answer(response.data, response.metadata, response.request_id)


def _unknown(arguments: Mapping[str, Any]) -> list[str]:
    return sorted(set(arguments) - set(RequestArguments.__annotations__))


def _fault(field: str, reason: str, description: str) -> FieldViolation:
    return FieldViolation(field, reason, description)


def json_text(value: Any, faults: list[FieldViolation], where: str) -> str:
    """JSON text as it is, plain data as JSON; what JSON cannot hold becomes a fault."""
    try:
        return value if isinstance(value, str) else as_json(value)
    except (TypeError, ValueError) as error:
        faults.append(_fault(where, "INVALID_VALUE", f"it cannot be written as JSON: {error}"))
        return ""


def _mapping(value: Any, faults: list[FieldViolation], where: str) -> Mapping[str, Any]:
    """A mapping, or the empty one and a fault."""
    if value is None or isinstance(value, Mapping):
        return value or {}
    faults.append(_fault(where, "INVALID_VALUE", f"a mapping is needed, not {_shown(value)}"))
    return {}


def _several(value: Any, faults: list[FieldViolation], where: str) -> Sequence[Any]:
    """The items of a list and the like; a text is none."""
    if value is None:
        return ()
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return tuple(value)
    faults.append(_fault(where, "INVALID_VALUE", f"a list is needed, not {_shown(value)}"))
    return ()


def _put_words(target: MutableSequence[str], value: Any, faults: list[FieldViolation], where: str) -> None:
    target.extend(word for word in _several(value, faults, where) if _is_text(word, where, faults))


def _shown(value: Any) -> str:
    return f"{value!r}" if len(repr(value)) < 80 else f"a {type(value).__name__}"


def put(message: Any, name: str, value: Any, faults: list[FieldViolation], where: str = "") -> None:
    """Sets one field of a message; what the wire cannot hold becomes a fault."""
    try:
        if isinstance(value, (list, tuple)):
            getattr(message, name).extend(value)
        else:
            setattr(message, name, value)
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        faults.append(_fault(where or name, "INVALID_VALUE", f"{_shown(value)} cannot be sent: {error}"))


def _is_text(text: Any, where: str, faults: list[FieldViolation]) -> bool:
    """Whether the wire can hold `text`; lone surrogates, which stand for bytes that are not UTF-8, it cannot."""
    if not isinstance(text, str):
        faults.append(_fault(where, "INVALID_VALUE", f"a text is needed, not {_shown(text)}"))
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        faults.append(_fault(where, "INVALID_VALUE", f"{text!r} is not UTF-8 text"))
        return False
    return True


def _put_enums(request: pb.GenerateRequest, values: Mapping[str, Any], faults: list[FieldViolation]) -> None:
    for argument, name, kind in (
        ("output_format", "output_format", pb.OutputFormat),
        ("method", "generation_method", pb.GenerationMethod),
    ):
        value = values.get(argument)
        if value is None:
            continue
        try:
            setattr(request, name, kind.Value(str(value).upper()))
        except ValueError:
            known = ", ".join(word.lower() for word in kind.keys())  # noqa: SIM118 - an enum wrapper is no mapping
            faults.append(_fault(argument, "UNKNOWN_VALUE", f"there is no {value!r}; known: {known}"))
    mode = values.get("defect_mode")
    if mode is not None:
        try:
            put(request.defects, "mode", pb.DefectOptions.Mode.Value(str(mode).upper()), faults, "defect_mode")
        except ValueError:
            known = ", ".join(word.lower() for word in pb.DefectOptions.Mode.keys())  # noqa: SIM118 - as above
            faults.append(_fault("defect_mode", "UNKNOWN_VALUE", f"there is no {mode!r}; known: {known}"))
    faults += [
        _fault(name, "INVALID_VALUE", f"True or False is needed, not {_shown(values[name])}")
        for name in ("envelope", "expansion")
        if values.get(name) is not None and not isinstance(values[name], bool)
    ]
    if values.get("envelope") is False:
        request.envelope = pb.Envelope.OFF
    if values.get("expansion") is False:
        request.expansion = pb.Expansion.OFF


def _put_schema(request: pb.GenerateRequest, values: Mapping[str, Any], faults: list[FieldViolation]) -> None:
    schema = values.get("schema")
    if schema is not None:
        put(request, "inline_schema", json_text(schema, faults, "schema"), faults, "schema")
    if values.get("predefined_schema"):
        put(request.schema, "predefined_schema", values["predefined_schema"], faults)


def _put_limits(request: pb.GenerateRequest, constraints: Any, faults: list[FieldViolation]) -> None:
    for path, limits in _mapping(constraints, faults, "constraints").items():
        if not _is_text(path, f"constraints[{path!r}]", faults):
            continue
        message = request.constraints.field_constraints[path]
        for name, value in _mapping(limits, faults, f"constraints[{path}]").items():
            where = f"constraints[{path}].{name}"
            if name not in ConstraintArguments.__annotations__:
                known = ", ".join(ConstraintArguments.__annotations__)
                faults.append(_fault(where, "UNKNOWN_ARGUMENT", f"there is no limit {name!r}; known: {known}"))
            elif name == "enum_values":
                _put_words(message.enum_values, value, faults, where)
            elif value is not None:
                put(message, name, value, faults, where)


def _put_scenarios(request: pb.GenerateRequest, scenarios: Any, faults: list[FieldViolation]) -> None:
    for position, given in enumerate(_several(scenarios, faults, "scenarios")):
        message, where = request.scenarios.add(), f"scenarios[{position}]"
        share = _mapping(given, faults, where)
        for name in sorted(share.keys() - _SHARE, key=str):
            known = ", ".join(sorted(_SHARE))
            faults.append(_fault(f"{where}.{name}", "UNKNOWN_ARGUMENT", f"there is no {name!r}; known: {known}"))
        for name in ("name", "count"):
            if name in share:
                put(message, name, share[name], faults, f"{where}.{name}")
            elif isinstance(given, Mapping):
                faults.append(_fault(f"{where}.{name}", "INVALID_VALUE", f"a scenario needs its {name}"))
        put(message, "description", share.get("description", ""), faults, f"{where}.description")
        _put_overrides(message.overrides, share.get("overrides"), faults, f"{where}.overrides")


def _put_overrides(target: MutableMapping[str, str], overrides: Any, faults: list[FieldViolation], where: str) -> None:
    for path, value in _mapping(overrides, faults, where).items():
        try:
            text = literal(value)
        except (TypeError, ValueError) as error:
            faults.append(_fault(f"{where}[{path}]", "INVALID_VALUE", f"{_shown(value)} cannot be written: {error}"))
            continue
        if _is_text(path, where, faults) and _is_text(text, f"{where}[{path}]", faults):
            target[path] = text


def _put_defects(request: pb.GenerateRequest, defects: Any, faults: list[FieldViolation]) -> None:
    if defects is None or defects is False:
        return
    request.defects.SetInParent()
    if defects is not True:
        names = defects.split(",") if isinstance(defects, str) else defects
        _put_words(request.defects.classes, names, faults, "defects")


def _put_patterns(request: pb.GenerateRequest, patterns: Any, faults: list[FieldViolation]) -> None:
    choices = patterns if isinstance(patterns, Mapping) else {"": patterns} if patterns else {}
    for scenario, pattern_ids in choices.items():
        message, where = request.patterns.add(), f"patterns[{scenario}]"
        put(message, "scenario", scenario, faults, where)
        _put_words(message.pattern_ids, pattern_ids, faults, where)


def _timestamp(moment: Any, faults: list[FieldViolation]) -> Timestamp:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            faults.append(_fault("as_of", "INVALID_VALUE", f"{moment} has no time zone; give it one"))
            return Timestamp()
        return Timestamp(seconds=int(moment.timestamp()))
    if not isinstance(moment, int):
        described = f"an aware datetime or epoch seconds are needed, not {_shown(moment)}"
        faults.append(_fault("as_of", "INVALID_VALUE", described))
        return Timestamp()
    instant = Timestamp()
    put(instant, "seconds", moment, faults, "as_of")
    return instant
