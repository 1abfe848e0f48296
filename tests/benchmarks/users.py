"""Users of the engine's fields, as scripts make them with Faker and with mimesis."""

import json
from collections.abc import Sequence
from datetime import timedelta

from faker import Faker
from mimesis import Generic

from tests.benchmarks.instants import written

_LABELS = ("home", "work", "parents", "vacation")
_TIERS = ("bronze", "silver", "gold", "platinum")


def by_faker(fake: Faker, addresses: Sequence[int]) -> bytes:
    """One user for each number of addresses, as JSON."""
    return json.dumps([_faker_user(fake, number, count) for number, count in enumerate(addresses)]).encode()


def by_mimesis(source: Generic, addresses: Sequence[int]) -> bytes:
    """One user for each number of addresses, as JSON."""
    return json.dumps([_mimesis_user(source, number, count) for number, count in enumerate(addresses)]).encode()


def _faker_user(fake: Faker, number: int, addresses: int) -> dict[str, object]:
    created = fake.date_time_between("-5y")
    return {
        "user_id": fake.numerify("USR-#######"),
        "email": fake.safe_email(),
        "first_name": fake.first_name(),
        "last_name": fake.last_name(),
        "phone": fake.numerify("###-555-01##"),
        "addresses": [
            {
                "label": _LABELS[index],
                "street": fake.street_address(),
                "city": fake.city(),
                "state": fake.state_abbr(),
                "zip": fake.postcode(),
                "country": "US",
                "is_default": index == 0,
            }
            for index in range(addresses)
        ],
        "loyalty_tier": fake.random_element(_TIERS),
        "created_at": written(created),
        "last_login": written(created + timedelta(hours=fake.random_int(1, 5000))),
        "_index": number,
        "_scenario": "default",
    }


def _mimesis_user(source: Generic, number: int, addresses: int) -> dict[str, object]:
    created = source.datetime.datetime(2021, 2025)
    return {
        "user_id": source.code.pin("USR-#######"),
        "email": source.person.email(),
        "first_name": source.person.first_name(),
        "last_name": source.person.last_name(),
        "phone": source.code.pin("###-555-01##"),
        "addresses": [
            {
                "label": _LABELS[index],
                "street": source.address.address(),
                "city": source.address.city(),
                "state": source.address.state(abbr=True),
                "zip": source.address.zip_code(),
                "country": "US",
                "is_default": index == 0,
            }
            for index in range(addresses)
        ],
        "loyalty_tier": source.random.choice(_TIERS),
        "created_at": written(created),
        "last_login": written(created + timedelta(hours=source.random.randint(1, 5000))),
        "_index": number,
        "_scenario": "default",
    }
