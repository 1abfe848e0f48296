"""The token ceilings of a process: one budget a job, one a client, over what the ledger says."""

from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from testdata_agent.service.access.ceilings import TokenCeiling, TokenCeilings
from testdata_agent.stores.jobs import Job, JobStore, UnknownJob, Window
from worker.model.budget import Budget, Budgets, Spent


@dataclass
class Purse:
    """Gives jobs their budgets.

    Attributes:
        ledger: Says what has been paid.
        request_tokens: Most of one job; None: no ceiling.
        clients: Most of each client within windows of time; jobs bring what is their client's own.
    """

    ledger: JobStore
    request_tokens: int | None = None
    clients: TokenCeilings = field(default_factory=TokenCeilings)
    #: Of clients whose jobs are at hand, by client and window.
    _held: WeakValueDictionary[tuple[str, Window], Budget] = field(default_factory=WeakValueDictionary)

    def of(self, job: Job) -> Budgets:
        """What a job's calls must keep to; all jobs of a client share that client's."""
        budgets = []
        if self.request_tokens is not None:
            name = "the token budget of a request (LLM_TOKENS_PER_REQUEST)"
            budgets.append(Budget(self.request_tokens, self._by_job(job.job_id), name))
        budgets += [self._of_client(job.client_id, ceiling) for ceiling in self.clients.beside(job.token_ceilings)]
        return Budgets(tuple(budgets))

    def _of_client(self, client_id: str, ceiling: TokenCeiling) -> Budget:
        name = f"the client's token budget of this {ceiling.window} ({ceiling.source})"
        new = Budget(ceiling.tokens, self._by_client(client_id, ceiling.window), name)
        budget = self._held.setdefault((client_id, ceiling.window), new)
        # That of the newest job holds for those under way, too.
        budget.most, budget.name = ceiling.tokens, name
        return budget

    def _by_job(self, job_id: str) -> Spent:
        async def spent() -> int:
            try:
                return (await self.ledger.get(job_id)).usage.tokens
            except UnknownJob:
                return 0

        return spent

    def _by_client(self, client_id: str, window: Window) -> Spent:
        async def spent() -> int:
            return (await self.ledger.spent(client_id, window)).tokens

        return spent
