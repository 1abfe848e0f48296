"""The known schemas as GetSchemas lists them."""

from typing import Any

from testdata_agent.engine.schema.model import Field, Schema
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.v1 import testdata_pb2 as pb


class SchemaList:
    """Answers of GetSchemas, made once for each domain that exists."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._answers: dict[str, pb.GetSchemasResponse] = {}

    def of(self, domain: str) -> pb.GetSchemasResponse:
        """The schemas of `domain`, or all where it is empty; none where there is no such domain."""
        answer = self._answers.get(domain)
        if answer is None:
            schemas = self._registry.list(domain)
            answer = pb.GetSchemasResponse(schemas=map(_info, schemas))
            if schemas:
                self._answers[domain] = answer
        return answer


def _info(schema: Schema) -> pb.SchemaInfo:
    return pb.SchemaInfo(
        name=schema.name,
        domain=schema.domain,
        description=schema.description,
        fields=(_field_info(path, field) for path, field in schema.leaves()),
    )


def _field_info(path: str, field: Field) -> pb.SchemaFieldInfo:
    return pb.SchemaFieldInfo(
        name=path,
        type=field.type.value,
        required=field.required,
        description=field.description,
        example=_text(field.example),
    )


def _text(example: Any) -> str:
    return "" if example is None else str(example)
