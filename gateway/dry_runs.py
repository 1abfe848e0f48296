"""What a request would come to: its path, and what it would take of models."""

from dataclasses import dataclass, field

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.jobs.ceilings import Ceilings
from gateway.metadata import describe
from gateway.paths import Admitted
from gateway.reckoning import reckoned, to_message
from testdata_agent.service.prices import Prices
from testdata_agent.v1 import testdata_pb2 as pb


@dataclass(frozen=True, slots=True)
class DryRuns:
    """Answers requests that are not to be run.

    Attributes:
        prices: Of tokens.
        ceilings: Those that a run would be held to; None where no run would need them.
    """

    prices: Prices = field(default_factory=Prices)
    ceilings: Ceilings | None = None

    async def describe(self, admitted: Admitted, call: Call) -> pb.GenerationMetadata:
        """The metadata; a warning says where the run itself would be refused for what it takes."""
        metadata = describe(admitted, records=0, seconds=call.elapsed_seconds(), report=None)
        expected = await reckoned(admitted)
        if expected is None:
            return metadata
        metadata.estimate.CopyFrom(to_message(expected, self.prices))
        if self.ceilings is not None:
            try:
                await self.ceilings.require(admitted, call.caller, expected)
            except Refusal as refusal:
                metadata.warnings.append(f"the run would be refused: {refusal.text}")
        return metadata
