"""What a plan draws on: pools, places, articles, reviews, and the plans of the entities it refers to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle, islice
from typing import Any, TypeVar

from testdata_agent.engine.catalog import articles as articles_module
from testdata_agent.engine.catalog import currencies, places, reviews
from testdata_agent.engine.catalog.countries import country_of
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import Decimals, Words
from testdata_agent.engine.synthesis.generators.places import PhoneLines
from testdata_agent.engine.synthesis.parts import decimals, joined
from testdata_agent.engine.synthesis.plan import Plan
from testdata_agent.engine.synthesis.pools import Pool, PoolSpec

#: Distinct values asked of Faker for each pool.
POOL_SIZE = 1000
Made = TypeVar("Made")

PERSON_PROVIDERS = ("first_name", "last_name")
STREET_PROVIDER = "street_name"
#: Providers that stand in for a table of places where none is shipped for the locale.
PLACE_PROVIDERS = ("city", "administrative_unit", "postcode")


@dataclass
class Resources:
    """Everything of one locale and currency.

    Attributes:
        plan_of: The plan of an entity that is referred to, under the same locale and without limits.
        fields_of: The fields of an entity by path; None where there is none of that name.
        words: Texts by kind and name, one object for all plans, so that rendered forms are shared.
        made: What plans share because no limit of a request bears on it, by name.
    """

    locale: str
    currency: str
    pools: Mapping[PoolSpec, Pool]
    plan_of: Callable[[str], Plan]
    fields_of: Callable[[str], Mapping[str, Field] | None]
    words: dict[tuple[str, str], Words] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def shared(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` makes, made once for all plans of these resources."""
        if name not in self.made:
            self.made[name] = make()
        found: Made = self.made[name]
        return found

    @property
    def currency_digits(self) -> int:
        """Decimal digits of the currency."""
        return int(currencies.digits(self.currency))

    def pool(self, provider: str) -> Pool:
        """A pool of the locale."""
        return self.pools[PoolSpec(provider, self.locale, POOL_SIZE)]

    def pool_words(self, provider: str) -> Words:
        """A pool as words; the same object every time, so that rendered forms are shared."""
        return self._words("pool", provider, lambda: self.pool(provider).values)

    def article_words(self, part: str) -> Words:
        """A text column of the articles."""
        plural = {"category": "categories"}.get(part, part + "s")
        return self._words("article", part, lambda: getattr(self.articles, plural))

    def theme_words(self) -> Words:
        """The themes of the articles."""
        return self._words("article", "theme", lambda: self.articles.themes)

    def place_words(self, part: str) -> Words:
        """A text column of the places."""
        return self._words("place", part, lambda: place_values(self.places, part))

    def _words(self, kind: str, name: str, texts: Callable[[], Any]) -> Words:
        found = self.words.get((kind, name))
        if found is None:
            found = self.words[kind, name] = Words(texts())
        return found

    @cached_property
    def articles(self) -> articles_module.Articles:
        """The catalogue's articles."""
        return articles_module.load_articles()

    @cached_property
    def prices(self) -> Any:
        """Prices of the articles in minor units of the currency."""
        return articles_module.shop_price(self.articles.prices, self.currency)

    @cached_property
    def written_prices(self) -> Decimals:
        """The prices as text."""
        return Decimals(joined(decimals(self.prices, self.currency_digits), len(self.prices)))

    @cached_property
    def phone_lines(self) -> PhoneLines:
        """The telephone numbers of the places."""
        return PhoneLines.of(self.places.phones)

    @cached_property
    def reviews(self) -> reviews.Reviews:
        """Sentences of reviews."""
        return reviews.load_reviews()

    @cached_property
    def places(self) -> places.Places:
        """The locale's table of places; Faker's cities and postcodes where none is shipped."""
        table = places.load_places(self.locale)
        if table is not None:
            return table
        cities, regions, postcodes = (self.pool(provider).values for provider in PLACE_PROVIDERS)
        size = min(len(cities), len(postcodes))
        return places.of(
            country_of(self.locale),
            cities[:size],
            tuple(islice(cycle(regions), size)),
            postcodes[:size],
            ("",) * size,
        )


def place_values(table: places.Places, part: str) -> tuple[str, ...]:
    """One text column of a table of places."""
    columns = {
        "city": table.cities,
        "region": table.regions,
        "postcode": table.postcodes,
        "area_code": table.area_codes,
    }
    if part == "country":
        return (table.country,) * len(table.cities)
    return columns[part]
