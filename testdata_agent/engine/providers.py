"""Which pools fields draw on."""

from collections.abc import Iterable, Mapping
from typing import Any

from testdata_agent.engine.schema.formats import named
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.fields.meant.people import GENDERED
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
            if spec.unique_items and free_texts:
                # Texts that differ from item to item are no longer those of a person or a place.
                wanted.add(DEFAULT_POOL)
        elif spec.type is FieldType.STRING and not spec.generate and free_texts:
            wanted.add(NAMED_POOLS.get(spec.name, DEFAULT_POOL))
    return wanted


def meant_providers(hints: Iterable[Mapping[str, Any]]) -> set[str]:
    """The providers of the pools that fields draw on by what they mean."""
    wanted = set[str]()
    for hint in hints:
        kind = hint["kind"]
        text = hint.get("text", "") if kind == "template" else ""
        if kind == "person" or "{person:" in text:
            wanted.update(PERSON_PROVIDERS)
            if hint.get("part") in GENDERED:
                wanted.update(("first_name_male", "first_name_female"))
        if kind == "place" or "{place:" in text:
            wanted.add(STREET_PROVIDER)
        if kind == "company" or "{company:" in text:
            wanted.add("company")
        if kind == "pool":
            wanted.add(hint["provider"])
    return wanted
