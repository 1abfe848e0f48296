"""The port through which registered schemas are kept and found.

SchemaFault (ValueError)
|- UnknownSchema        no such name, or no such version of it
|- OthersSchema         the name is another client's
`- TooManySchemas       there is no room for another name
"""

from dataclasses import dataclass
from typing import Final, Protocol

#: Names that are in use at the same time, at the most: every gateway holds their texts.
MAX_SCHEMAS: Final = 1000


class SchemaFault(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """What a store of schemas refuses; its text is written for callers."""


class UnknownSchema(SchemaFault):
    """No schema is registered under this name, or it has no such version."""


class OthersSchema(SchemaFault):
    """The name was registered first by another client."""


class TooManySchemas(SchemaFault):
    """So many names are in use that another one is refused."""


@dataclass(frozen=True, slots=True)
class RegisteredSchema:
    """One version of a schema.

    Attributes:
        version: From 1 on; another text, or another domain, is another version.
        text: As it was handed in, in either dialect. Empty in lists.
        client_id: Who registered this version first.
        created_at: When that was, in epoch seconds of the database's clock.
        deleted: Whether the name is out of use. Its versions stay, and are taken up when it is registered again.
        revision: The place of the name's last change among all changes.
    """

    name: str
    version: int
    domain: str
    text: str
    client_id: str
    created_at: float
    deleted: bool
    revision: int


@dataclass(frozen=True, slots=True)
class SchemaPage:
    """A part of the list of names in use, by name; `next_token` is empty on the last."""

    schemas: tuple[RegisteredSchema, ...]
    next_token: str


class SchemaStore(Protocol):
    """Keeps schemas by name. One version of a name is the current one.

    Every method raises LedgerUnreachable where the database does not answer.
    """

    async def register(
        self, name: str, *, domain: str, text: str, client_id: str, own_alone: bool = False
    ) -> RegisteredSchema:
        """Makes `text` the current version of `name`: the version that it was before, or the next one.

        What is current already is left as it is; a deleted name comes back into use. A name belongs to the client that
        registered its first version, in use or not.

        Raises:
            OthersSchema: with `own_alone`, the name belongs to another client.
            TooManySchemas: MAX_SCHEMAS names are in use, and this is none of them.
        """
        ...

    async def get(self, name: str, version: int = 0) -> RegisteredSchema:
        """A version of a name in use; 0: the current one. Raises UnknownSchema."""
        ...

    async def page(self, *, domain: str, size: int, token: str) -> SchemaPage:
        """The current versions, without their texts; of one domain, or of all where it is empty.

        Raises:
            ValueError: the token is none that this store gave.
        """
        ...

    async def delete(self, name: str, *, owner: str | None = None) -> RegisteredSchema:
        """Puts a name out of use; gives the version that was current.

        Raises:
            UnknownSchema: no such name is in use.
            OthersSchema: an owner is named, and the name does not belong to it.
        """
        ...

    async def changes(self, after: int) -> tuple[RegisteredSchema, ...]:
        """The current versions of names that changed after this revision, deleted ones too, in order of revision.

        Whoever goes on from the last one's revision misses none.
        """
        ...
