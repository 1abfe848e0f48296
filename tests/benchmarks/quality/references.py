"""References between entities of one seed, and the places of users."""

from testdata_agent.engine.catalog.places import load_places
from tests.benchmarks.quality.records import COUNT, Made
from tests.benchmarks.table import Figure

REFERENCES = (
    ("cart", "customer_id", "user", "user_id"),
    ("order", "customer_id", "user", "user_id"),
    ("payment", "order_id", "order", "order_id"),
    ("review", "product_id", "product", "product_id"),
    ("review", "user_id", "user", "user_id"),
)
#: Fields of which no two records hold the same value.
UNIQUE = {"user": ("user_id", "email"), "cart": ("cart_id",), "order": ("order_id",), "product": ("product_id", "sku"),
          "payment": ("payment_id", "transaction_id"), "review": ("review_id",)}  # fmt: skip


def figures(made: Made) -> list[Figure]:
    """Of orphans, duplicates and places."""
    result = []
    for entity, field, target, key in REFERENCES:
        known = {record[key] for record in made.of(target)}
        orphans = sum(record[field] not in known for record in made.of(entity))
        result.append(Figure(f"{entity}.{field} that no {target} has", orphans, most=0))
    twice = sum(
        COUNT - len({record[field] for record in made.of(entity)})
        for entity, names in UNIQUE.items()
        for field in names
    )
    result.append(Figure("unique values that stand twice", twice, most=0))
    table = load_places("en_US")
    homes = {(a["city"], a["state"], a["zip"]) for user in made.of("user") for a in user["addresses"][:1]}
    result.append(
        Figure("real places in the table (city, state, zip)", 0 if table is None else len(table.cities), least=2000)
    )
    result.append(Figure(f"distinct places of {COUNT} users", len(homes), least=600))
    return result
