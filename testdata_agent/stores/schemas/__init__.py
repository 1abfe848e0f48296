"""Schemas that users register under a name."""

from testdata_agent.stores.schemas.base import (
    MAX_SCHEMAS,
    OthersSchema,
    RegisteredSchema,
    SchemaFault,
    SchemaPage,
    SchemaStore,
    TooManySchemas,
    UnknownSchema,
)

__all__ = [
    "MAX_SCHEMAS",
    "OthersSchema",
    "RegisteredSchema",
    "SchemaFault",
    "SchemaPage",
    "SchemaStore",
    "TooManySchemas",
    "UnknownSchema",
]
