"""Kinds of values as fields hold them, and which of them a schema without a type speaks of."""

from testdata_agent.engine.schema.json_schema.claims import NUMBERS, Claims

#: Kinds that one field holds together, in the order of a variant's forms.
GROUPS = (
    frozenset({"object"}),
    frozenset({"array"}),
    frozenset({"string"}),
    NUMBERS,
    frozenset({"boolean"}),
)


def implied(claims: Claims) -> frozenset[str]:
    """The kinds that a schema without a type speaks of; a text where it speaks of none."""
    found = set[str]()
    if claims.members or claims.required or claims.least_members or claims.names or claims.dependents:
        found.add("object")
    if claims.items or claims.least_items or claims.most_items is not None or claims.unique_items:
        found.add("array")
    if claims.patterns or claims.formats or claims.least_length or claims.most_length is not None:
        found.add("string")
    if claims.low is not None or claims.high is not None or claims.step is not None:
        found |= NUMBERS
    return frozenset(found) & claims.kinds or frozenset({"string"}) & claims.kinds or claims.kinds
