"""What must come back: the engine in this process makes the same bytes, and sums are sums whoever made them."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from testdata_agent.engine.request import GenerationRequest, OutputFormat
from testdata_agent.engine.run import Run
from testdata_agent.generator import default_generator
from tests.load.tally import Wrong

ENTITIES = ("cart", "order", "payment", "product", "review", "user")


def run_of(entity: str, count: int, seed: int, output_format: str) -> Run:
    """The records of a request without wishes."""
    request = GenerationRequest(entity=entity, count=count, seed=seed, output_format=OutputFormat(output_format))
    return default_generator().prepare_now(request)


def same(found: str, expected: str, what: str) -> None:
    """That a text is as expected, to the byte."""
    if found == expected:
        return
    at = next((place for place, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), len(expected))
    raise Wrong(
        f"{what}: other bytes than the engine's at {at} of {len(expected)}: {found[at : at + 80]!r},"
        f" expected {expected[at : at + 80]!r}"
    )


class Reading:
    """The chunks of a stream, each compared with the rows that it claims to hold."""

    def __init__(self, run: Run) -> None:
        self._run, self.next_record = run, 0

    def take(self, text: str, next_record: int) -> None:
        """The next chunk and where it ends."""
        first = self.next_record
        rows = self._run.rows(first, next_record)
        expected = self._run.document(rows, head=first == 0)
        same(text.rstrip("\n"), expected.rstrip("\n"), f"rows {first} to {next_record}")
        self.next_record = next_record

    def ended(self) -> None:
        """That nothing is missing."""
        if self.next_record != self._run.count:
            raise Wrong(f"the stream ended with {self.next_record} of {self._run.count} records")


def in_order(records: Iterable[dict[str, Any]], count: int, *, first: int = 0) -> None:
    """That all records are there, each once, in order."""
    indexes = [record["_index"] for record in records]
    if indexes != list(range(first, first + count)):
        raise Wrong(f"{count} records from {first} were asked for, there are {len(indexes)}: {indexes[:20]} ...")


def coherent_carts(texts: Sequence[str]) -> None:
    """That carts add up to the cent and are told apart by their ids."""
    seen: set[str] = set()
    for text in texts:
        cart = json.loads(text, parse_float=Decimal)
        subtotal = sum((item["price"] * item["quantity"] for item in cart["items"]), Decimal(0))
        if cart["subtotal"] != subtotal or cart["total"] != cart["subtotal"] + cart["tax"]:
            raise Wrong(f"a cart does not add up: {text}")
        if cart["cart_id"] in seen:
            raise Wrong(f"two carts are {cart['cart_id']}")
        seen.add(cart["cart_id"])
