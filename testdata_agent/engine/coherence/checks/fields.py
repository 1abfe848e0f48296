"""What a record must have is there, and nothing that the schema does not know."""

from typing import ClassVar

from testdata_agent.engine.coherence.batch import Batch, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.report import Problem


class Fields(Check):
    """Missing, unknown and repeated fields."""

    name: ClassVar = "fields"

    def quick(self, batch: Batch, moment: Moment) -> int:  # noqa: ARG002
        """Columns are only made of records that have what they must."""
        return len(batch.records)

    def judge(self, view: View, moment: Moment) -> list[Problem]:  # noqa: ARG002
        """See Check."""
        return view.unknown_or_missing
