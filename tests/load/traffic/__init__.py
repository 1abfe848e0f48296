"""What callers do: each function is one visit, checks all that it gets, and gives the number of records."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.load.traffic import answers, jobs, models, patterns, refusals, schemas, streams
from tests.load.traffic.visitor import Visitor

Visit = Callable[[Visitor], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Share:
    """A kind of visit, how often it comes among all, and whether its time is the service's.

    Attributes:
        timed: Whether callers wait as long as the service takes, and not as long as they like.
    """

    visit: Visit
    weight: int
    timed: bool = True


VISITS: Mapping[str, Share] = {
    "unary: records of any entity and format": Share(answers.any_entity, 30),
    "unary: drawn seed, replayed": Share(answers.drawn_seed, 6),
    "unary: limits, scenarios, overrides": Share(answers.wishes, 10),
    "unary: a schema of one's own": Share(answers.own_schema, 8),
    "unary: defects": Share(answers.defects, 4),
    "unary: another client, of threads": Share(answers.in_a_thread, 4),
    "bad requests": Share(refusals.bad_request, 8),
    "bytes that are no request": Share(refusals.bad_bytes, 2),
    "stream: all of it": Share(streams.whole, 6),
    "stream: left early": Share(streams.left_early, 6),
    "stream: slow reader": Share(streams.slowly, 4, timed=False),
    "patterns: varied, replayed": Share(patterns.varied, 6),
    "patterns: defects, as in production": Share(patterns.with_defects, 3),
    "patterns: searched": Share(patterns.searched, 3),
    "patterns: learned, used, deleted": Share(patterns.learned, 1),
    "job: followed": Share(jobs.followed, 5),
    "job: followed in two parts": Share(jobs.taken_up_again, 3),
    "job: submitted twice, read in pages": Share(jobs.in_pages, 3),
    "job: cancelled": Share(jobs.cancelled, 2),
    "job: left alone": Share(jobs.left_alone, 2),
    "model: job followed": Share(models.followed, 5),
    "model: stream": Share(models.streamed, 3),
    "model: stream left early": Share(models.left_early, 2),
    "model: cancelled": Share(models.cancelled, 1),
    "schemas: registered, used, deleted": Share(schemas.registered, 2),
}
