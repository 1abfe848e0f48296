"""`make bench-quality`: variety and coherence of what the engine makes, measured from outside."""

import re
from collections import Counter
from typing import Any

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import Generator

COUNT = 1000


def main() -> None:
    """Prints the figures, each beside what it must reach."""
    generator = Generator()

    def records(entity: str) -> list[dict[str, Any]]:
        return generator.prepare_now(GenerationRequest(entity=entity, count=COUNT, seed=7)).records(0, COUNT)

    products, reviews, carts, users = (records(entity) for entity in ("product", "review", "cart", "user"))
    sentences = Counter(s for review in reviews for s in set(re.split(r"(?<=[.!?]) ", review["body"])))
    sentence, times = sentences.most_common(1)[0]
    baskets = Counter(frozenset(item["sku"] for item in cart["items"]) for cart in carts if len(cart["items"]) > 1)
    endings = Counter(f"{product['price']:.2f}"[-2:] for product in products)
    print(f"distinct names of {COUNT} products: {len({p['name'] for p in products})} (at least 600)")
    print(f"distinct bodies of {COUNT} reviews: {len({r['body'] for r in reviews})} (at least 950)")
    print(f"most frequent sentence: in {times} reviews (at most 30): {sentence}")
    print(f"largest number of equal baskets of two or more: {max(baskets.values())}")
    print(f"price endings: {dict(endings.most_common(6))}")
    print(f"distinct places of {COUNT} users: {len({u['addresses'][0]['zip'] for u in users})}")
    for entity in ("user", "cart", "order", "payment", "product", "review"):
        run = generator.prepare_now(GenerationRequest(entity=entity, count=COUNT, seed=7))
        report = run.score(run.rows(0, COUNT))
        print(f"coherence of {entity}: {report.score} ({report.passed} of {report.applied} checks)")


if __name__ == "__main__":
    main()
