"""The keywords of JSON Schema: which are read, which say nothing of a value, and which are refused by name."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

#: What says nothing of which values are right.
ANNOTATIONS: Final = frozenset(
    {
        *("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment", "$vocabulary"),
        *("$defs", "definitions", "components", "title", "description", "default", "examples", "example"),
        *("deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema"),
        # OpenAPI's, which describe and do not limit.
        *("externalDocs", "xml", "discriminator"),
        # Editors'.
        *("markdownDescription", "enumDescriptions", "markdownEnumDescriptions", "defaultSnippets", "enumNames"),
        *("deprecationMessage", "markdownDeprecationMessage", "doNotSuggest", "suggestSortText", "errorMessage"),
        *("patternErrorMessage", "allowComments", "allowTrailingCommas", "tsType", "javaType", "propertyOrder"),
    }
)

#: What is read.
READ: Final = frozenset(
    {
        *("$ref", "allOf", "anyOf", "oneOf", "not", "type", "nullable", "enum", "const"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern", "format"),
        *("items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems"),
        *("properties", "required", "additionalProperties", "patternProperties", "propertyNames"),
        *("minProperties", "maxProperties", "dependentRequired", "dependencies", "unevaluatedProperties"),
        *("if", "then", "else"),
        *("x-semantic", "x-faker", "x-coherence-rules"),
    }
)

#: What is known and cannot be made, with the way out.
REFUSED: Final[Mapping[str, str]] = {
    "contains": "describe the array by items, or by values of its own in enum",
    "minContains": "describe the array by items",
    "maxContains": "describe the array by items",
    "unevaluatedItems": "use items, and maxItems to close the array",
    "dependentSchemas": "use oneOf with one branch for each case",
    "$dynamicRef": "use $ref",
    "$recursiveRef": "use $ref",
    "formatMinimum": "write the dates that are right into enum, or bound them by a constraint of the request",
    "formatMaximum": "write the dates that are right into enum, or bound them by a constraint of the request",
    "extends": "use allOf",
    "disallow": "use type",
    "divisibleBy": "use multipleOf",
}


def unknown_keyword(keyword: str) -> str | None:
    """Why a keyword that is not read is refused; None: it may stand there."""
    if keyword in READ or keyword in ANNOTATIONS or keyword.startswith("x-"):
        return None
    near = get_close_matches(keyword[:60], [*READ, *REFUSED, *ANNOTATIONS], n=2, cutoff=0.75)
    hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    return f"unknown keyword {keyword[:60]!r}; {hint}Notes of your own begin with x-"
