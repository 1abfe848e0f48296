"""`make bench`: engine time beside records that mimesis and Faker make."""

import json
import time
from collections.abc import Callable

from faker import Faker
from mimesis import Generic, Locale

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

ROUNDS = 7


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Shortest of some rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def faker_user(fake: Faker) -> str:
    """A user of the same fields, made by Faker."""
    address = {"label": "home", "street": fake.street_address(), "city": fake.city(), "state": fake.state_abbr(),
               "zip": fake.postcode(), "country": "US", "is_default": True}  # fmt: skip
    return json.dumps(
        {"user_id": fake.bothify("USR-#######"), "email": fake.email(), "first_name": fake.first_name(),
         "last_name": fake.last_name(), "phone": fake.phone_number(), "addresses": [address],
         "loyalty_tier": fake.random_element(["bronze", "silver"]), "created_at": fake.iso8601(),
         "last_login": fake.iso8601()}
    )  # fmt: skip


def mimesis_user(source: Generic) -> str:
    """A user of the same fields, made by mimesis."""
    address = {"label": "home", "street": source.address.address(), "city": source.address.city(),
               "state": source.address.state(abbr=True), "zip": source.address.zip_code(), "country": "US",
               "is_default": True}  # fmt: skip
    return json.dumps(
        {"user_id": source.code.pin("USR-#######"), "email": source.person.email(),
         "first_name": source.person.first_name(), "last_name": source.person.last_name(),
         "phone": source.person.phone_number(), "addresses": [address],
         "loyalty_tier": source.random.choice(["bronze", "silver"]), "created_at": source.datetime.formatted_datetime(),
         "last_login": source.datetime.formatted_datetime()}
    )  # fmt: skip


def measured(run: Run) -> tuple[float, float, float]:
    """Seconds for 1,000 records, for 10 records and for scoring 200."""
    made = run.rows(0, 200)
    return (
        best(lambda: run.document(run.rows(0, 1000)).encode()),
        best(lambda: run.document(run.rows(0, 10)).encode(), 200),
        best(lambda: run.score(made), 3),
    )


def main() -> None:
    """Prints the table."""
    generator = Generator()
    fake, source = Faker("en_US"), Generic(Locale.EN)
    references = {
        "faker user": 100 / best(lambda: [faker_user(fake) for _ in range(100)], 3),
        "mimesis user": 500 / best(lambda: [mimesis_user(source) for _ in range(500)], 3),
    }
    rates: dict[str, float] = {}
    print(f"{'entity':10}{'records/s':>12}{'10 records':>14}{'score 200':>12}")
    for entity in ("user", "cart", "order", "payment", "product", "review"):
        run = generator.prepare_now(GenerationRequest(entity=entity, count=1000, seed=7))
        whole, small, score = measured(run)
        rates[entity] = 1000 / whole
        print(f"{entity:10}{rates[entity]:12,.0f}{small * 1e6:11.0f} us{score * 1e3:9.1f} ms")
    for name, rate in references.items():
        print(f"{name:14}{rate:10,.0f}/s, the engine's users: {rates['user'] / rate:.0f}x")


if __name__ == "__main__":
    main()
