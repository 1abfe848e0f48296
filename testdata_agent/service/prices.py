"""What tokens of models cost."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from testdata_agent.service.settings import ModelPathSettings
from testdata_agent.stores.jobs.job import Usage


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens, in any currency; None: not known, so only tokens are counted."""

    input: Decimal | None = None
    output: Decimal | None = None
    cached: Decimal | None = None

    @classmethod
    def of(cls, settings: ModelPathSettings) -> Self:
        """Those that are set."""
        return cls(settings.llm_price_input, settings.llm_price_output, settings.llm_price_cached)

    def priced(self, usage: Usage) -> Usage:
        """The usage with its cost."""
        if self.input is None or self.output is None:
            return usage
        cached = self.cached if self.cached is not None else self.input
        fresh = usage.input_tokens - usage.cached_tokens
        # A price of a million tokens is one of a token in millionths.
        micros = fresh * self.input + usage.cached_tokens * cached + usage.output_tokens * self.output
        return replace(usage, cost_micros=int(micros.to_integral_value()))
