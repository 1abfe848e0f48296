"""Answers of models, played from cassettes where the request takes them, and kept in them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.service import logs
from testdata_agent.stores.cassettes.base import Cassette, CassetteStore, cassette_key
from testdata_agent.stores.jobs.base import LedgerUnreachable
from testdata_agent.stores.jobs.job import Usage
from worker.providers.base import Finish, ModelRequest, Stop
from worker.providers.models import Models, Spend


@dataclass
class Tapes:
    """The models together with what they answered before.

    Attributes:
        pattern_ids: Of the stored patterns that the prompts show.
        plays: How many answers came from a cassette.
    """

    models: Models
    store: CassetteStore
    use: bool
    pattern_ids: tuple[str, ...] = ()
    plays: int = 0

    async def stream(self, request: ModelRequest, spend: Spend) -> AsyncGenerator[str | Finish, None]:
        """As Models.stream; an answer out of a cassette costs nothing."""
        if self.use:
            for model in self.models.names:
                found = await self.store.get(self._key(request, model))
                if found is not None:
                    self.plays += 1
                    yield found.text
                    yield Finish(Stop.COMPLETE if found.complete else Stop.LENGTH)
                    return
        written: list[str] = []
        paid: list[tuple[str, Usage]] = []

        def spent(model: str, usage: Usage) -> None:
            paid.append((model, usage))
            spend(model, usage)

        async with aclosing(self.models.stream(request, spent)) as pieces:
            async for piece in pieces:
                if not isinstance(piece, Finish):
                    written.append(piece)
                elif piece.stop is not Stop.REFUSAL and paid:
                    await self._keep(request, paid[-1][0], "".join(written), piece)
                yield piece

    async def _keep(self, request: ModelRequest, model: str, text: str, finish: Finish) -> None:
        usage = finish.usage
        cassette = Cassette(model, text, finish.stop is Stop.COMPLETE, usage.input_tokens, usage.output_tokens)
        try:
            await self.store.put(self._key(request, model), cassette)
        except (LedgerUnreachable, OSError) as error:
            # It has been paid for and read; losing it costs another call one day.
            logs.logger().warning("answer_not_kept", error=str(error)[:200])

    def _key(self, request: ModelRequest, model: str) -> str:
        return cassette_key(
            schema=request.schema,
            prompt=(request.static, request.variable),
            model=model,
            parameters={"max_tokens": request.max_tokens, "temperature": request.temperature},
            engine_version=ENGINE_VERSION,
            pattern_ids=self.pattern_ids,
        )
