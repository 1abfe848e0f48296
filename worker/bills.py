"""What was paid to models, with what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from testdata_agent.stores.jobs import Usage
from testdata_agent.stores.jobs.notes import merged


@dataclass(frozen=True, slots=True)
class Bill:
    """Tokens and cost, and for what and to whom they went; the ledger takes both in one transaction.

    Attributes:
        usage: The sum.
        notes: For the job's metadata, as `stores.jobs.notes` puts them together.
    """

    usage: Usage = field(default_factory=Usage)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, model: str, stage: str, usage: Usage) -> Self:
        """What one call was paid with."""
        told = {"input": usage.input_tokens, "output": usage.output_tokens, "cached": usage.cached_tokens}
        stages = {stage: usage.input_tokens + usage.output_tokens}
        return cls(usage, {"tokens_by_model": {model: told}, "tokens_by_stage": stages})

    def plus(self, other: "Bill") -> "Bill":
        """Both together."""
        return Bill(self.usage.plus(other.usage), merged(self.notes, other.notes))
