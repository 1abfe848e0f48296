"""The token ceilings of a process: one budget a job, one a client, over what the ledger says."""

from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from testdata_agent.stores.jobs import Job, JobStore, UnknownJob, Window
from worker.model.budget import Budget, Budgets, Spent


@dataclass
class Purse:
    """Gives jobs their budgets.

    Attributes:
        ledger: Says what has been paid.
        request_tokens: Most of one job; None: no ceiling.
        client_tokens: Most of one client within a window of time; None: no ceiling.
    """

    ledger: JobStore
    request_tokens: int | None = None
    client_tokens: int | None = None
    window: Window = Window.MONTH
    #: Of clients whose jobs are at hand.
    _clients: WeakValueDictionary[str, Budget] = field(default_factory=WeakValueDictionary)

    def of(self, job: Job) -> Budgets:
        """What a job's calls must keep to; all jobs of a client share that client's."""
        budgets = []
        if self.request_tokens is not None:
            name = "the token budget of a request (LLM_TOKENS_PER_REQUEST)"
            budgets.append(Budget(self.request_tokens, self._by_job(job.job_id), name))
        if self.client_tokens is not None:
            name = f"the client's token budget of this {self.window} (LLM_TOKENS_PER_CLIENT)"
            own = Budget(self.client_tokens, self._by_client(job.client_id), name)
            budgets.append(self._clients.setdefault(job.client_id, own))
        return Budgets(tuple(budgets))

    def _by_job(self, job_id: str) -> Spent:
        async def spent() -> int:
            try:
                return (await self.ledger.get(job_id)).usage.tokens
            except UnknownJob:
                return 0

        return spent

    def _by_client(self, client_id: str) -> Spent:
        async def spent() -> int:
            return (await self.ledger.spent(client_id, self.window)).tokens

        return spent
