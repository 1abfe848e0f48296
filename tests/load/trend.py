"""Whether what a process holds grows."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.load.watch import Life, Sample

#: A process's first minutes, in which caches fill and threads start, are not looked at.
WARM_UP_SECONDS = 600.0
#: Less than this is too short to tell.
MEASURED_SECONDS = 300.0
#: What may come on top within an hour, by the fit: memory in MB, and file descriptors or threads.
MOST_MEGABYTES_AN_HOUR, MOST_HANDLES_AN_HOUR = 12.0, 12.0
#: What comes on top in the time that is looked at is no growth where it is less than this share of the memory, or than
#: so many files or threads.
NOISE, HANDLES_NOISE = 0.02, 10.0
_POINTS = 300


@dataclass(frozen=True, slots=True)
class Trend:
    """Of one figure of one process, after its first minutes.

    Attributes:
        hours: How long it was looked at.
        an_hour: What the fit says comes on top in an hour; None: watched for too short a time.
    """

    first: float
    last: float
    most: float
    hours: float
    an_hour: float | None

    def grows(self, most_an_hour: float, noise: float) -> bool:
        """Whether it is known to, by more than that and in all by more than `noise`."""
        return self.an_hour is not None and self.an_hour > most_an_hour and self.an_hour * self.hours > noise


def memory_grows(life: Life) -> bool:
    """Whether a process takes more and more memory."""
    memory = trend(life, lambda sample: sample.memory)
    return memory.grows(MOST_MEGABYTES_AN_HOUR, NOISE * memory.first)


def handles_grow(life: Life) -> bool:
    """Whether a process has more and more open files, or threads."""
    figures: tuple[Callable[[Sample], float], ...] = (lambda one: one.descriptors, lambda one: one.threads)
    return any(trend(life, figure).grows(MOST_HANDLES_AN_HOUR, HANDLES_NOISE) for figure in figures)


def trend(life: Life, figure: Callable[[Sample], float]) -> Trend:
    """How a figure went."""
    born = life.samples[0].at
    warm = [sample for sample in life.samples if sample.at - born >= WARM_UP_SECONDS] or life.samples
    values = [figure(sample) for sample in warm]
    edge = max(1, len(values) // 10)
    long_enough = warm[-1].at - born >= WARM_UP_SECONDS + MEASURED_SECONDS
    an_hour = 3600 * slope([sample.at for sample in warm], values) if long_enough else None
    hours = (warm[-1].at - warm[0].at) / 3600
    return Trend(statistics.median(values[:edge]), statistics.median(values[-edge:]), max(values), hours, an_hour)


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """The median of the slopes between all pairs of points (Theil and Sen): single peaks do not move it."""
    step = max(1, len(times) // _POINTS)
    points = list(zip(times[::step], values[::step], strict=True))
    slopes = [(b - a) / (s - t) for at, (t, a) in enumerate(points) for s, b in points[at + 1 :] if s > t]
    return statistics.median(slopes) if slopes else 0.0
