"""Which pools fields draw on."""

from collections.abc import Iterable

from testdata_agent.engine.schema.formats import named
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.fields.texts import DEFAULT_POOL, NAMED_POOLS
from testdata_agent.engine.synthesis.resources import PERSON_PROVIDERS, STREET_PROVIDER


def providers(fields: Iterable[Field], *, free_texts: bool = False) -> set[str]:
    """The providers of the pools that these fields may draw on; `free_texts`: texts without a hint included."""
    wanted = set[str]()
    for spec in fields:
        kind = (spec.generate or {}).get("kind")
        form = named(spec.format)
        if kind == "person" or spec.type is FieldType.EMAIL or form == "email":
            wanted.update(PERSON_PROVIDERS)
        elif kind == "place" or spec.type in {FieldType.PHONE, FieldType.ADDRESS} or form == "phone":
            wanted.add(STREET_PROVIDER)
        elif spec.type is FieldType.ARRAY and spec.item is not None:
            wanted |= providers([spec.item], free_texts=free_texts)
        elif spec.type is FieldType.STRING and not spec.generate and free_texts:
            wanted.add(NAMED_POOLS.get(spec.name, DEFAULT_POOL))
    return wanted
