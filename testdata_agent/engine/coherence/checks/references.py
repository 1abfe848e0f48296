"""Ids of other entities look as those entities write them. Whether they exist cannot be known from here."""

from collections.abc import Mapping
from typing import ClassVar

from testdata_agent.engine.coherence.checks.formats import Formats
from testdata_agent.engine.coherence.forms import Form, form_of
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.schema.registry import builtin_schemas


class References(Formats):
    """The forms of all references to entities of the catalogue."""

    name: ClassVar = "references"

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "References | None":
        """The check for a schema; None where it refers to nothing that is known."""
        found = {
            node: form for node in nodes.values() if node.is_text and (form := form_of_target(node.field)) is not None
        }
        return cls(found) if found else None


def form_of_target(spec: Field) -> Form | None:
    """The form of the ids that a field refers to; None where it refers to nothing that is known."""
    if spec.reference is None or spec.regex is not None or spec.values is not None:
        return None
    entity, _, name = spec.reference.partition(".")
    schema = builtin_schemas().get(entity)
    target = schema.fields.get(name) if schema is not None else None
    return form_of(target) if target is not None else None
