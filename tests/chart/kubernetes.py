"""Whether objects are what Kubernetes, and the operators beside it, would take."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import kubernetes_validate
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.chart.operators import OPERATORS

#: The oldest that the chart goes with, and newer ones up to the newest whose schemas there are.
VERSIONS: Final = ("1.25.0", "1.27.0", "1.30.0", "1.33.0", kubernetes_validate.latest_version())


def faults(found: Mapping[str, Any], version: str) -> Iterator[str]:
    """What is wrong with an object; a field that there is not counts."""
    for error in _validator(version, found["apiVersion"], found["kind"]).iter_errors(found):
        yield f"{found['kind']}/{found['metadata']['name']}: {error.json_path}: {error.message[:200]}"


@cache
def _validator(version: str, api: str, kind: str) -> Draft202012Validator:
    if (api, kind) in OPERATORS:
        return Draft202012Validator(OPERATORS[api, kind])
    group, _, rest = api.partition("/")
    name = f"{kind}-{group.partition('.')[0]}-{rest}.json" if rest else f"{kind}-{api}.json"
    schema = json.loads(_folder(version).joinpath(name.lower()).read_text())
    return Draft202012Validator(schema, registry=_definitions(version))


@cache
def _definitions(version: str) -> Registry[Any]:
    contents = json.loads(_folder(version).joinpath("_definitions.json").read_text())
    return Resource.from_contents(contents) @ Registry()


def _folder(version: str) -> Any:
    major, minor, *_ = version.split(".")
    return files(kubernetes_validate).joinpath("kubernetes-json-schema", f"v{major}.{minor}.0-local-strict")
