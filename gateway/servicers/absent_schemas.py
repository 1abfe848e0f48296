"""testdata.v1.SchemaService where there is no database: every method is refused and says what is missing."""

from typing import Any

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from testdata_agent.v1 import schemas_pb2 as pb

_WORDS = (
    "this gateway keeps no schemas: set DATABASE_URL, or start all parts together with `testdata up`; a schema can come"
    " with each request (inline_schema)"
)


class AbsentSchemaServicer:
    """Stands in the place of SchemaServicer."""

    async def RegisterSchema(self, message: pb.RegisterSchemaRequest, call: Call) -> Any:  # noqa: N802, ARG002
        """Refused, as all methods."""
        raise Refusal("SCHEMAS_NOT_AVAILABLE", _WORDS)

    GetSchema = ListSchemas = DeleteSchema = RegisterSchema
