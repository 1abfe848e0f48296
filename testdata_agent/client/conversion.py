"""From keyword arguments to the wire's request, and from its answer back: shared by both clients."""

import json
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, Unpack

from google.protobuf.timestamp_pb2 import Timestamp

from testdata_agent.client.answer import Answer
from testdata_agent.client.arguments import ConstraintArguments, RequestArguments, ScenarioArguments
from testdata_agent.client.errors import ClientError, FieldViolation, InvalidRequestError
from testdata_agent.v1 import testdata_pb2 as pb

#: Arguments that stand in the request as they are, None aside.
_PLAIN = (
    "domain",
    "count",
    "seed",
    "context",
    "hints",
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
    _put_enums(request, values, faults)
    _put_schema(request, values, faults)
    _put_limits(request, values.get("constraints") or {}, faults)
    _put_scenarios(request, values.get("scenarios") or (), faults)
    _put_overrides(request.overrides, values.get("overrides") or {}, faults, "overrides")
    _put_defects(request, values.get("defects"), faults)
    for each in values.get("defect_patterns") or ():
        if _is_text(each, "defect_patterns", faults):
            request.defects.pattern_ids.append(each)
    _put_patterns(request, values.get("patterns") or {}, faults)
    if values.get("as_of") is not None:
        request.as_of.CopyFrom(_timestamp(values["as_of"], faults))
    if faults:
        raise InvalidRequestError("\n".join(map(str, faults)), reason="INVALID_REQUEST", violations=tuple(faults))
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


def put(message: Any, name: str, value: Any, faults: list[FieldViolation], where: str = "") -> None:
    """Sets one field of a message; what the wire cannot hold becomes a fault."""
    try:
        if isinstance(value, (list, tuple)):
            getattr(message, name).extend(value)
        else:
            setattr(message, name, value)
    except (TypeError, ValueError) as error:
        described = f"{value!r}" if len(repr(value)) < 80 else f"a {type(value).__name__}"
        faults.append(_fault(where or name, "INVALID_VALUE", f"{described} cannot be sent: {error}"))


def _is_text(text: str, where: str, faults: list[FieldViolation]) -> bool:
    """Whether the wire can hold `text`; lone surrogates, which stand for bytes that are not UTF-8, it cannot."""
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
    if values.get("envelope") is False:
        request.envelope = pb.Envelope.OFF
    if values.get("expansion") is False:
        request.expansion = pb.Expansion.OFF


def _put_schema(request: pb.GenerateRequest, values: Mapping[str, Any], faults: list[FieldViolation]) -> None:
    schema = values.get("schema")
    if schema is not None:
        text = schema if isinstance(schema, str) else json.dumps(schema)
        put(request, "inline_schema", text, faults, "schema")
    if values.get("predefined_schema"):
        put(request.schema, "predefined_schema", values["predefined_schema"], faults)


def _put_limits(
    request: pb.GenerateRequest, constraints: Mapping[str, ConstraintArguments], faults: list[FieldViolation]
) -> None:
    for path, limits in constraints.items():
        if not _is_text(path, f"constraints[{path!r}]", faults):
            continue
        message = request.constraints.field_constraints[path]
        for name, value in limits.items():
            where = f"constraints[{path}].{name}"
            if name not in ConstraintArguments.__annotations__:
                known = ", ".join(ConstraintArguments.__annotations__)
                faults.append(_fault(where, "UNKNOWN_ARGUMENT", f"there is no limit {name!r}; known: {known}"))
            elif value is not None:
                put(message, name, value, faults, where)


def _put_scenarios(
    request: pb.GenerateRequest, scenarios: Sequence[ScenarioArguments], faults: list[FieldViolation]
) -> None:
    for position, share in enumerate(scenarios):
        message, where = request.scenarios.add(), f"scenarios[{position}]"
        put(message, "name", share["name"], faults, f"{where}.name")
        put(message, "count", share["count"], faults, f"{where}.count")
        put(message, "description", share.get("description", ""), faults, f"{where}.description")
        _put_overrides(message.overrides, share.get("overrides", {}), faults, f"{where}.overrides")


def _put_overrides(
    target: MutableMapping[str, str], overrides: Mapping[str, str], faults: list[FieldViolation], where: str
) -> None:
    for path, value in overrides.items():
        if _is_text(path, where, faults) and _is_text(str(value), f"{where}[{path}]", faults):
            target[path] = str(value)


def _put_defects(
    request: pb.GenerateRequest, defects: bool | Sequence[str] | None, faults: list[FieldViolation]
) -> None:
    if defects is None or defects is False:
        return
    request.defects.SetInParent()
    if defects is not True:
        names = defects.split(",") if isinstance(defects, str) else defects
        request.defects.classes.extend(name for name in names if _is_text(name, "defects", faults))


def _put_patterns(
    request: pb.GenerateRequest, patterns: Sequence[str] | Mapping[str, Sequence[str]], faults: list[FieldViolation]
) -> None:
    choices = patterns if isinstance(patterns, Mapping) else {"": patterns}
    for scenario, pattern_ids in choices.items():
        message, where = request.patterns.add(), f"patterns[{scenario}]"
        put(message, "scenario", scenario, faults, where)
        put(message, "pattern_ids", tuple(pattern_ids), faults, where)


def _timestamp(moment: datetime | int, faults: list[FieldViolation]) -> Timestamp:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            faults.append(_fault("as_of", "INVALID_VALUE", f"{moment} has no time zone; give it one"))
        return Timestamp(seconds=int(moment.timestamp()))
    return Timestamp(seconds=moment)
