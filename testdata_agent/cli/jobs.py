"""Jobs as the command line asks for them and shows them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from testdata_agent.cli.connection import connect, told
from testdata_agent.cli.made import notes_of
from testdata_agent.cli.sources.server import arguments_of
from testdata_agent.client import Job, JobState, JobStream, ResultPage
from testdata_agent.engine.request import GenerationRequest

#: Jobs, and records, that one call asks for at the most.
_PAGE: Final = 1000


class JobSource:
    """The jobs of a gateway. Its methods raise `Mistake` for what the caller can mend, and `Failure` for all else."""

    def __init__(self, server: str | None) -> None:
        """Takes `host:port`; None: this machine's."""
        self._jobs = connect(server).jobs

    def submit(self, request: GenerationRequest, request_id: str) -> Job:
        """Has a job made of a request; an empty `request_id` is given a value."""
        arguments = arguments_of(request)
        if request_id:
            arguments["request_id"] = request_id
        with told():
            return self._jobs.submit(request.entity, **arguments)

    def get(self, job_id: str) -> Job:
        """How a job stands."""
        with told():
            return self._jobs.get(job_id)

    def cancel(self, job_id: str) -> Job:
        """Asks for its end."""
        with told():
            return self._jobs.cancel(job_id)

    def newest(self, states: Sequence[str], limit: int) -> Iterator[Job]:
        """Jobs of these states, or all, newest first."""
        token, left = "", limit
        while left > 0:
            with told():
                page = self._jobs.list(states, page_size=min(left, _PAGE), page_token=token)
            yield from page.jobs
            token, left = page.next_page_token, left - len(page.jobs)
            if not token:
                return

    def page(self, job_id: str, from_record: int, limit: int | None) -> ResultPage:
        """Records that are there."""
        with told():
            return self._jobs.results(job_id, from_record=from_record, max_records=min(limit or _PAGE, _PAGE))

    def follow(self, job_id: str, from_record: int) -> JobStream:
        """Records as they are made; reading it raises the client's errors."""
        return self._jobs.follow(job_id, from_record=from_record)


def words(job: Job) -> str:
    """How a job stands, in a line."""
    there = f"{job.records_done} of {job.records_requested} records"
    if job.cancel_requested and not job.state.finished:
        return f"job {job.job_id} is being cancelled, {there}"
    why = f": {job.error}" if job.error else ""
    return f"job {job.job_id} {'is' if not job.state.finished else 'has'} {job.state}, {there}{why}"


def line_of(job: Job) -> str:
    """A job as one line of a list."""
    there = f"{job.records_done}/{job.records_requested}"
    return f"{job.job_id}  {job.state:<9}  {there:>15}  {job.path:<11}  {_moment(job.created_at)}"


def account(job: Job) -> list[tuple[str, str]]:
    """All that is to be said of a job: names and values."""
    said = [
        ("job", job.job_id),
        ("state", f"{job.state} (to be cancelled)" if job.cancel_requested and not job.state.finished else job.state),
        ("records", f"{job.records_done} of {job.records_requested}"),
        ("path", f"{job.path}: {job.metadata.routing_reason}"),
        ("seed", str(job.metadata.seed)),
        ("created", _moment(job.created_at)),
    ]
    for name, moment in (
        ("started", job.started_at),
        ("ended", job.finished_at),
        ("kept until", job.results_expire_at),
    ):
        if moment is not None:
            said.append((name, _moment(moment)))
    if job.tokens:
        cached = f", {job.cached_tokens} of them cached" if job.cached_tokens else ""
        said.append(("tokens", f"{job.tokens} ({job.input_tokens} read{cached}, {job.output_tokens} written)"))
    if job.cost_micros is not None:
        said.append(("cost", f"{job.cost_micros / 1_000_000:.4f}"))
    if job.attempts:
        said.append(("attempts", f"{job.attempts} beyond the first"))
    if job.error:
        said.append(("error", f"{job.error} ({job.error_reason})"))
    notes = [note for note in notes_of(job.metadata, tokens=False) if note != job.error]
    return said + [("note", note) for note in notes]


def ended_well(job: Job) -> bool:
    """Whether nothing went wrong: fewer records than asked for are no failure, and are said."""
    return job.state is JobState.SUCCEEDED


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
