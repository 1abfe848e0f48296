"""A request as plain data and back, for those who keep it: nothing is lost on the way."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from testdata_agent.engine.defects.defect import DefectMode, DefectOptions, StoredDefect
from testdata_agent.engine.request import (
    FieldConstraint,
    GenerationMethod,
    GenerationRequest,
    OutputFormat,
    PatternChoice,
    Scenario,
    SchemaSource,
)


def to_data(request: GenerationRequest) -> dict[str, Any]:
    """JSON values that `from_data` takes."""
    data = asdict(request)
    data["output_format"] = request.output_format.value
    data["method"] = None if request.method is None else request.method.value
    return data


def from_data(data: Mapping[str, Any]) -> GenerationRequest:
    """The request that `to_data` was given; raises TypeError for data of a newer version, naming the field."""
    values = dict(data)
    values["output_format"] = OutputFormat(values["output_format"])
    values["method"] = None if values["method"] is None else GenerationMethod(values["method"])
    values["hints"] = tuple(values["hints"])
    values["scenarios"] = tuple(Scenario(**scenario) for scenario in values["scenarios"])
    values["constraints"] = {
        path: FieldConstraint(**{**limits, "enum_values": tuple(limits["enum_values"])})
        for path, limits in values["constraints"].items()
    }
    if values["schema_source"] is not None:
        values["schema_source"] = SchemaSource(**values["schema_source"])
    values["patterns"] = tuple(
        PatternChoice(scenario=choice["scenario"], pattern_ids=tuple(choice["pattern_ids"]))
        for choice in values.get("patterns", ())
    )
    if values.get("defects") is not None:
        given = values["defects"]
        stored = tuple(StoredDefect(**each) for each in given["stored"])
        mode, classes = DefectMode(given["mode"]), tuple(given["classes"])
        ids = tuple(given.get("pattern_ids", ()))
        plain = {"mode": mode, "classes": classes, "stored": stored, "pattern_ids": ids}
        values["defects"] = DefectOptions(**{**given, **plain})
    return GenerationRequest(**values)
