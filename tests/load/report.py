"""The tables of a run, in Markdown that can be read as it is."""

from collections.abc import Iterator

from tests.benchmarks.markdown import table
from tests.load.run import Outcome
from tests.load.tally import Kind, percentile
from tests.load.traffic import VISITS
from tests.load.trend import (
    HANDLES_NOISE,
    MEASURED_SECONDS,
    MOST_HANDLES_AN_HOUR,
    MOST_MEGABYTES_AN_HOUR,
    NOISE,
    WARM_UP_SECONDS,
    Trend,
    trend,
)

#: A process that was watched for less, in a run of many, is not shown.
_SHOWN_SECONDS = 20.0
_PERIODS = 10


def lines(outcome: Outcome) -> Iterator[str]:
    """All of it; the last line is the verdict."""
    yield from _calls(outcome)
    yield from _periods(outcome)
    yield from _faults(outcome)
    yield from _processes(outcome)
    yield from _events(outcome)
    yield from _verdict(outcome)


def _calls(outcome: Outcome) -> Iterator[str]:
    rows = [_kind(name, outcome.tally.kinds[name]) for name in VISITS if name in outcome.tally.kinds]
    every = Kind(records=sum(kind.records for kind in outcome.tally.kinds.values()))
    for kind in outcome.tally.kinds.values():
        every.took += kind.took
        every.interrupted += kind.interrupted
        every.wrong += kind.wrong
    total = ["all", f"{len(every.took):,}", f"{every.records:,}", "", "", "", f"{every.interrupted}", f"{every.wrong}"]
    yield from table(
        ["visits", "right", "records", "p50 ms", "p95 ms", "p99 ms", "gateway killed", "wrong"], [*rows, total]
    )


def _kind(name: str, kind: Kind) -> list[str]:
    took = [seconds * 1000 for _, seconds in kind.took]
    times = [f"{percentile(took, share):,.0f}" if VISITS[name].timed else "" for share in (0.5, 0.95, 0.99)]
    return [name, f"{len(took):,}", f"{kind.records:,}", *times, f"{kind.interrupted}", f"{kind.wrong}"]


def _periods(outcome: Outcome) -> Iterator[str]:
    """Latency of the commonest call and memory over the run."""
    length = outcome.plan.minutes * 60 / _PERIODS
    took = outcome.tally.kinds[next(iter(VISITS))].took
    roles = [role for role in dict.fromkeys(life.role for life in outcome.lives) if role]
    rows = []
    for period in range(_PERIODS):
        start, stop = period * length, (period + 1) * length
        times = [seconds * 1000 for at, seconds in took if start <= at < stop]
        memory = [_held(outcome, role, start, stop) for role in roles]
        until = f"{stop / 60:.1f}"
        rows.append([until, *(f"{percentile(times, share):,.0f}" for share in (0.5, 0.99)), *memory])
    yield from table(["minute", "unary p50 ms", "p99 ms", *(f"{role} MB" for role in roles)], rows)


def _held(outcome: Outcome, role: str, start: float, stop: float) -> str:
    """The most that one process of a role held."""
    samples = [
        sample.memory
        for life in outcome.lives
        if life.role == role
        for sample in life.samples
        if start <= sample.at < stop
    ]
    return f"{max(samples):,.0f}" if samples else ""


def _faults(outcome: Outcome) -> Iterator[str]:
    rows = [[name, f"{len(times)}", f"{max(times):.1f}"] for name, times in outcome.course.recoveries.items()]
    if rows:
        yield from table(["what happened", "times", "jobs end again after s, at most"], rows)


def _processes(outcome: Outcome) -> Iterator[str]:
    rows = []
    for life in outcome.lives:
        if life.seconds >= _SHOWN_SECONDS:
            memory = trend(life, lambda sample: sample.memory)
            rows.append(
                [
                    f"{life.role} {life.pid}",
                    f"{life.seconds / 60:.1f}",
                    *_figures(memory, 1),
                    *_figures(trend(life, lambda sample: sample.descriptors), 0),
                    *_figures(trend(life, lambda sample: sample.threads), 0),
                ]
            )
    heads = [
        f"{figure} {what}" for figure in ("MB", "files", "threads") for what in ("first", "last", "most", "an hour")
    ]
    yield from table(["process", "minutes", *heads], rows)


def _figures(told: Trend, digits: int) -> list[str]:
    an_hour = "" if told.an_hour is None else f"{told.an_hour:+.1f}"
    return [f"{told.first:.{digits}f}", f"{told.last:.{digits}f}", f"{told.most:.{digits}f}", an_hour]


def _events(outcome: Outcome) -> Iterator[str]:
    rows = [[f"{log}: {event}", level, f"{count}"] for (log, level, event), count in sorted(outcome.events.items())]
    if rows:
        yield from table(["in the logs", "level", "times"], rows)


def _verdict(outcome: Outcome) -> Iterator[str]:
    yield from outcome.tally.findings
    yield from outcome.unrest
    yield from (f"it grows: {life.role} {life.pid}" for life in outcome.growing)
    judged = [life for life in outcome.lives if trend(life, lambda sample: sample.memory).an_hour is not None]
    yield (
        f"A process is flat where, after its first {WARM_UP_SECONDS / 60:.0f} minutes and over at least"
        f" {MEASURED_SECONDS / 60:.0f} more, the median of all slopes is at most {MOST_MEGABYTES_AN_HOUR:.0f} MB and"
        f" {MOST_HANDLES_AN_HOUR:.0f} files or threads an hour, or adds up to less than {NOISE:.0%} of its memory and"
        f" {HANDLES_NOISE:.0f} files or threads; {len(judged)} processes lived that long. Flower (which remembers ten"
        " thousand tasks) and Redis (the records of the last minute) are not judged."
    )
    visits = sum(len(kind.took) for kind in outcome.tally.kinds.values())
    yield (
        f"{'It holds' if outcome.holds else 'IT DOES NOT HOLD'}: {visits:,} visits, {outcome.tally.mistakes} wrong,"
        f" {len(outcome.unrest)} unsettled at the end, {len(outcome.growing)} processes growing"
    )
