"""Makers of what reviewers write."""

from typing import Any

from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import Column
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import texts
from testdata_agent.engine.synthesis.fields.references import referred_row
from testdata_agent.engine.synthesis.frame import Frame
from testdata_agent.engine.synthesis.generators import reviews
from testdata_agent.engine.synthesis.literals import limited


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A title or body that agrees with the stars and speaks of the product referred to."""
    if draft.touched(path) and limited(spec):
        return texts.text(draft, path, spec, level)
    resources = draft.resources
    if hint["part"] == "title":
        return reviews.title("rating", resources.reviews), ("rating",), VALUE
    rows = referred_row(draft, "product_id", level)
    plan = resources.plan_of("product").cone(["#article"])

    def article_at(frame: Frame, at: Any) -> Column:
        return plan.column("#article", at, seed=frame.seed, as_of=frame.as_of)

    reviewed = reviews.reviewed(article_at, rows)
    return reviews.body("rating", reviewed, resources.articles, resources.reviews), ("rating", rows), VALUE
