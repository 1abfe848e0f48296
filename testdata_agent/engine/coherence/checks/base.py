"""What every check is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from testdata_agent.engine.coherence.batch import Batch, View
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.report import Problem


class Check(ABC):
    """One way in which a record holds together or does not. Compiled for one schema, without state.

    A check has two sides that reach the same verdicts: `quick` over the columns of sound records, and `judge` over
    one record, which also explains.
    """

    #: As reports name it.
    name: ClassVar[str]

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002 - for those that have a quick side
        """How many records it applies to, if it holds in all of them; None where it fails or needs a closer look."""
        return None

    @abstractmethod
    def judge(self, view: View, moment: Moment) -> list[Problem] | None:
        """What is wrong with one record: empty where nothing is, None where the check does not apply to it."""

    def judge_all(self, views: Sequence[View], moment: Moment) -> Iterator[list[Problem] | None]:
        """`judge` of every record, in order; checks across records have this instead."""
        for view in views:
            yield self.judge(view, moment)
