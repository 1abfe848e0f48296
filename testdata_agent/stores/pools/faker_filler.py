"""Fills pools from Faker, as a pure function of (Faker version, spec).

Faker's global random state, the clock and the order of earlier fills have no part in it.
"""

import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.synthesis.slugs import slug
from testdata_agent.stores.pools.base import PoolFault, UnknownProvider
from testdata_agent.stores.pools.locales import UnknownLocale, candidates, locale_fault
from testdata_agent.stores.pools.streets import STREETS

_FAMILY = "faker.providers."

#: Families searched for a provider, in this order. Those that read the clock, return bytes or containers, or draw from
#: the global random state (date_time, passport, profile, ssn, user_agent) are left out.
_FAMILIES = (
    "person", "address", "company", "job", "internet", "lorem", "color", "phone_number", "automotive", "bank",
    "barcode", "credit_card", "currency", "doi", "emoji", "file", "geo", "isbn", "sbn", "misc", "python",
)  # fmt: skip

#: Words that other families build on: streets are named after persons (and, in the Philippines, after gems).
_BASE_FAMILIES = ("person", "address", "company", "lorem", "misc")

#: Faker's plumbing, and what reads the clock inside a family that is else fit.
_REFUSED = frozenset({
    "binary", "image", "json_bytes", "pydict", "pyiterable", "pylist", "pyobject", "pyset", "pystruct", "pytuple",
    "tar", "zip", "add_provider", "bothify", "businesses_inn", "businesses_ogrn", "credit_card_expire",
    "credit_card_full", "enum",
    "get_words_list", "hexify", "image_url", "lexify", "locale", "numerify", "pesel", "random_choices", "random_digit",
    "random_element", "random_elements", "random_int", "random_letter", "random_letters", "random_number",
    "random_sample", "randomize_nb_elements", "seed_instance", "seed_locale",
})  # fmt: skip

#: Name sources whose whole table Faker shows: taking the most frequent entries is far cheaper than drawing them.
_TABLES = {
    "first_name": "first_names",
    "first_name_male": "first_names_male",
    "first_name_female": "first_names_female",
    "last_name": "last_names",
    "last_name_male": "last_names_male",
    "last_name_female": "last_names_female",
}

#: Japanese names come as (written, kana, romanised): their slugs are the romanised ones.
_ROMANISED_TABLES = {
    "first_name": "first_name_pairs",
    "first_name_male": "first_name_male_pairs",
    "first_name_female": "first_name_female_pairs",
    "last_name": "last_name_pairs",
}

#: Locales whose addresses have no street names: what stands in the same place of an address there.
_STREET_PARTS = {"ja_JP": ("town", "chome")}

#: Draws are given up after this many in a row without a new value: the source is as good as spent.
_PATIENCE = 200

#: Draws compared between two equal seeds, to find a provider that has randomness of its own.
_PROBES = 12

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
_SPACES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def fill(spec: PoolSpec) -> Pool:
    """The pool of a spec; equal specs give equal pools in any process with the same Faker.

    Raises UnknownLocale or UnknownProvider, with near ones named.
    """
    fault = locale_fault(spec.locale)
    if fault is not None:
        raise UnknownLocale(fault.message)
    streets = STREETS.get(spec.locale) if spec.provider == "street_name" else None
    if streets is not None:
        names = tuple(sorted(streets)[: spec.size])
        return Pool(spec, names, tuple(slug(name, spec.locale) for name in names), source_locale=spec.locale)
    family = _family_of(spec.provider, spec.locale)
    source = _source_locale(spec.provider, family, spec.locale)
    romanised = _romanised(spec.provider, source)
    slugs: Mapping[str, str] = dict(romanised)
    values = _values(spec, family, source, slugs)
    slugs = {value: slug(slugs.get(value, value), source) for value in values}
    return Pool(spec, values, tuple(slugs[value] for value in values), source_locale=_reported(source, spec.locale))


def _values(spec: PoolSpec, family: str, source: str, romanised: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = list(romanised)[: spec.size] or _from_table(spec, family, source)
    if not found:
        found = _drawn(spec, family, source)
    if not found:
        msg = f"provider {spec.provider!r} gives no text in locale {source!r}"
        raise UnknownProvider(spec.provider, msg)
    return tuple(sorted(found))


def _romanised(provider: str, source: str) -> list[tuple[str, str]]:
    table = getattr(_provider_class("person", source), _ROMANISED_TABLES.get(provider, ""), None)
    return [(_clean(written), roman) for written, _, roman in table] if table else []


def _from_table(spec: PoolSpec, family: str, source: str) -> list[str]:
    """The most frequent names of the provider's own table, where its method draws from nothing else."""
    attribute = _TABLES.get(spec.provider)
    if attribute is None:
        return []
    cls, plain = _provider_class(family, source), _plain_provider_class(family)
    if getattr(cls, spec.provider) is not getattr(plain, spec.provider):
        return []
    weights = _weights(cls, attribute)
    # A shuffle by hash, below the weight, keeps a cut of an unweighted table from being its letters A to F.
    ranked = sorted(weights, key=lambda name: (-weights[name], hashlib.sha256(name.encode()).digest()))
    return _distinct(_clean(name) for name in ranked)[: spec.size]


def _weights(cls: Any, attribute: str) -> dict[str, float]:
    """The names of a table with their weights; where a locale has gendered tables alone, both of them."""
    own = _own_table(cls, attribute)
    tables = [own] if own else [_own_table(cls, f"{attribute}_{gender}") for gender in ("male", "female")]
    weights: dict[str, float] = {}
    for table in tables:
        weights.update(table if isinstance(table, Mapping) else dict.fromkeys(table, 1))
    return weights


def _own_table(cls: Any, attribute: str) -> Any:
    """A locale's table, or nothing where it only inherits Faker's placeholders (John, Jane, Doe)."""
    # Read off an instance, since one locale builds its table in a property; no table needs a generator.
    table = getattr(cls(None), attribute, ())
    return () if table is getattr(_plain_provider_class("person"), attribute, None) else table


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _drawn(spec: PoolSpec, family: str, source: str) -> list[str]:
    draw = _drawer(spec.provider, family, source)
    probes = [draw() for _ in range(_PROBES)]
    draw = _drawer(spec.provider, family, source)
    if probes != [draw() for _ in range(_PROBES)]:
        msg = f"provider {spec.provider!r} of locale {source!r} does not repeat itself under a seed"
        raise UnknownProvider(spec.provider, msg)
    found = dict.fromkeys(value for value in probes if value)
    misses = 0
    while len(found) < spec.size and misses < _PATIENCE:
        value = draw()
        misses = 0 if value and value not in found else misses + 1
        if value:
            found[value] = None
    return list(found)[: spec.size]


def _drawer(provider: str, family: str, source: str) -> Callable[[], str]:
    """A source of cleaned values from a fresh, seeded Faker instance with only the families it needs."""
    generator = _generator(family, source)
    seed = hashlib.sha256(f"{provider}:{source}".encode()).digest()
    generator.seed_instance(int.from_bytes(seed[:8], "big"))
    parts = _STREET_PARTS.get(source, ()) if provider == "street_name" else ()
    methods = [getattr(generator, name) for name in parts or (provider,)]

    def draw() -> str:
        return _clean("".join(_text(provider, method) for method in methods))

    return draw


def _text(provider: str, method: Callable[[], object]) -> str:
    try:
        value = method()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, NotImplementedError) as error:
        msg = f"provider {provider!r} cannot be used for a pool: {error}"
        raise UnknownProvider(provider, msg) from error
    if isinstance(value, str | int | Decimal):
        return str(value)
    msg = f"provider {provider!r} gives {type(value).__name__}, not text"
    raise UnknownProvider(provider, msg)


def _clean(text: str) -> str:
    """One line without control characters: line breaks read as commas do in an address."""
    return _SPACES.sub(" ", _BREAKS.sub(", ", text.strip())).strip()


def _family_of(provider: str, locale: str) -> str:
    """The family that has the provider in any of the locale's candidates."""
    if provider not in _REFUSED and _NAME.fullmatch(provider):
        for family in _FAMILIES:
            if any(hasattr(_provider_class(family, source), provider) for source in candidates(locale)):
                return family
    near = _near(provider)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    msg = f"unknown provider {provider[:40]!r}{hint}"
    raise UnknownProvider(provider, msg)


def _near(provider: str) -> list[str]:
    import difflib  # noqa: PLC0415 - only a refusal needs it

    names = {
        name
        for family in _FAMILIES
        for name, member in vars(_plain_provider_class(family)).items()
        if callable(member) and not name.startswith("_") and name not in _REFUSED
    }
    return difflib.get_close_matches(provider[:40], sorted(names), n=3)


def _source_locale(provider: str, family: str, locale: str) -> str:
    """The first candidate that has words of its own; a family without locales has the same for all of them."""
    if not getattr(_module(family), "localized", False):
        return locale
    available = _available(family)
    for source in candidates(locale):
        if source in available and hasattr(_provider_class(family, source), provider) and _has_own(provider, source):
            return source
    msg = f"provider family {family!r} has no words for locale {locale!r} nor for a fallback"
    raise PoolFault(msg)


def _has_own(provider: str, source: str) -> bool:
    """Whether a name source is more than placeholders in a locale; anything else is taken on trust."""
    if provider not in _TABLES:
        return True
    cls, plain = _provider_class("person", source), _plain_provider_class("person")
    unisex = provider.removesuffix("_female").removesuffix("_male")
    return any(
        getattr(cls, name) is not getattr(plain, name) or _weights(cls, _TABLES[name]) for name in (provider, unisex)
    )


def _reported(source: str, locale: str) -> str:
    """A bare language that resolves to its own main locale (`de` to `de_DE`) has borrowed nothing."""
    return locale if "_" not in locale and source.split("_", maxsplit=1)[0] == locale else source


def _module(family: str) -> Any:
    from importlib import import_module  # noqa: PLC0415 - beside the lazy import of Faker it serves

    return import_module(_FAMILY + family)


@functools.cache
def _available(family: str) -> frozenset[str]:
    from faker.utils.loading import list_module  # noqa: PLC0415 - Faker is imported on the first fill

    return frozenset(list_module(_module(family)))


def _provider_class(family: str, locale: str) -> Any:
    module = _module(family)
    if not getattr(module, "localized", False):
        return module.Provider
    if locale not in _available(family):
        return module.Provider
    return _module(f"{family}.{locale}").Provider


def _plain_provider_class(family: str) -> Any:
    return _module(family).Provider


def _generator(family: str, source: str) -> Any:
    from faker.factory import Factory  # noqa: PLC0415 - Faker is imported on the first fill

    families = list(dict.fromkeys((*_BASE_FAMILIES, family)))
    return Factory.create(source, providers=[_FAMILY + name for name in families])
