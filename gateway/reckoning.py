"""What requests take of models, told before they are run."""

import asyncio
from typing import Final

from gateway.paths import Admitted
from testdata_agent.engine.creative.estimate import Estimate, estimate
from testdata_agent.engine.request import GenerationMethod
from testdata_agent.service.prices import Prices
from testdata_agent.stores.jobs import Usage
from testdata_agent.v1 import testdata_pb2 as pb

#: The paths on which models write.
OF_MODELS: Final = frozenset({GenerationMethod.LLM, GenerationMethod.HYBRID})


async def reckoned(admitted: Admitted) -> Estimate | None:
    """What an admitted request will take; None where no model will be asked. The loop is not held."""
    if admitted.choice.served not in OF_MODELS:
        return None
    return await asyncio.to_thread(estimate, admitted.run, admitted.request)


def in_words(expected: Estimate) -> str:
    """An estimate for people."""
    return (
        f"about {expected.tokens} tokens ({expected.input_tokens} read, {expected.output_tokens} written)"
        f" in {expected.calls} calls"
    )


def to_message(expected: Estimate, prices: Prices) -> pb.ModelEstimate:
    """An estimate as the wire has it, with its cost where there are prices."""
    usage = prices.priced(Usage(input_tokens=expected.input_tokens, output_tokens=expected.output_tokens))
    return pb.ModelEstimate(
        records_written=expected.written,
        calls=expected.calls,
        input_tokens=expected.input_tokens,
        output_tokens=expected.output_tokens,
        cost_micros=usage.cost_micros,
    )
